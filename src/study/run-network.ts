/** @file The network of a run, and which of its layers train when. */

import { type Shape, sizeOf } from "../core/index.ts";
import { type Network, countParameters, networkParameters } from "../engine/nn/index.ts";
import { architectures } from "../models/index.ts";
import { type FreezePlan, type StagePart, stageParts, trainEverything } from "../transfer/index.ts";
import type { PlannedRun } from "./plan.ts";
import type { StudyConfig } from "./schema.ts";

/** The network of a run with the parts of it that train. */
export interface RunNetwork {
  readonly network: Network;
  /** All stages together. */
  readonly plan: FreezePlan;
  readonly stages: readonly StagePart[];
}

/**
 * The network that a run trains, its freeze plan and its stages.
 *
 * @throws ConfigError if the network or the epochs do not fit the strategy.
 */
export function runNetwork(
  config: StudyConfig,
  run: PlannedRun,
  { inputShape, numClasses }: { inputShape: Shape; numClasses: number },
): RunNetwork {
  const network = architectures[config.architecture as keyof typeof architectures]({ inputShape, numClasses });
  const plan = run.choice === null ? trainEverything(network) : run.choice.strategy.plan(network, run.choice);
  const stages = stageParts(network, {
    strategy: run.choice?.strategy,
    plan,
    epochs: run.training.epochs,
    adaptsFrozen: config.batchNorm === "adapt",
  });
  return { network, plan, stages };
}

/** True if the frozen layers run once and the rest trains on their features: where nothing is augmented. */
export function usesFeatures({ training: { augmentation } }: PlannedRun, { boundary }: StagePart): boolean {
  return boundary > 0 && !isAugmented(augmentation);
}

/** True if an image looks different in every epoch. */
export function isAugmented({ flip, crop }: PlannedRun["training"]["augmentation"]): boolean {
  return flip || crop > 0;
}

/** Total and trained numbers of a network under a plan. */
export function parameterCounts({ network, plan }: RunNetwork): {
  totalParameters: number;
  trainableParameters: number;
} {
  const trains = new Set(plan.filter((entry) => entry.trains).map(({ layer }) => layer));
  return {
    totalParameters: countParameters(network),
    trainableParameters: countTrained(network, (layer) => trains.has(layer)),
  };
}

/** Numbers that are updated where some layers train. */
export function countTrained(network: Network, trains: (layer: string) => boolean): number {
  return networkParameters(network)
    .filter(({ layer, role }) => role !== "statistic" && trains(layer))
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

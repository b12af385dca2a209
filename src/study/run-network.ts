/** @file The network of a run, and which of its layers train. */

import { type Shape, sizeOf } from "../core/index.ts";
import { type Network, countParameters, networkParameters } from "../engine/nn/index.ts";
import { architectures } from "../models/index.ts";
import { type FreezePlan, frozenPrefixLength, strategies, trainEverything } from "../transfer/index.ts";
import type { PlannedRun } from "./plan.ts";
import type { StudyConfig } from "./schema.ts";

/** The network of a run with the part of it that trains. */
export interface RunNetwork {
  readonly network: Network;
  readonly plan: FreezePlan;
  /** Layers before this one are frozen. */
  readonly boundary: number;
}

/** The network that a run trains and its freeze plan. */
export function runNetwork(
  config: StudyConfig,
  run: PlannedRun,
  { inputShape, numClasses }: { inputShape: Shape; numClasses: number },
): RunNetwork {
  const network = architectures[config.architecture as keyof typeof architectures]({ inputShape, numClasses });
  const plan =
    run.strategy === "source"
      ? trainEverything(network)
      : strategies[run.strategy].plan(network, { firstLayer: run.firstLayer });
  return { network, plan, boundary: frozenPrefixLength(network, plan) };
}

/** True if the frozen layers run once and the rest trains on their features: where nothing is augmented. */
export function usesFeatures({ training: { augmentation } }: PlannedRun, { boundary }: RunNetwork): boolean {
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
  const trained = networkParameters(network).filter(({ layer, role }) => trains.has(layer) && role !== "statistic");
  return {
    totalParameters: countParameters(network),
    trainableParameters: trained.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  };
}

/** @file The network of a run, and which of its layers train when. */

import { sizeOf } from "../core/index.ts";
import { type Augmentation, type ImageShape, changesImages, checkAugmentation } from "../data/index.ts";
import { type Network, type Normalization, countParameters, networkParameters } from "../engine/nn/index.ts";
import { architectures, withHead } from "../models/index.ts";
import { type FreezePlan, type StagePart, stageParts, trainEverything } from "../transfer/index.ts";
import type { PlannedRun } from "./plan.ts";
import type { StudyConfig } from "./schema.ts";
import type { Backbone } from "./study-data.ts";

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
 * @throws ConfigError if the network or the epochs do not fit the strategy, or the augmentation does not fit the images.
 */
export function runNetwork(
  config: StudyConfig,
  run: PlannedRun,
  { inputShape, numClasses, backbone }: { inputShape: ImageShape; numClasses: number; backbone?: Backbone | undefined },
): RunNetwork {
  checkAugmentation(run.training.augmentation, inputShape);
  const network =
    backbone === undefined
      ? architectures[config.architecture as keyof typeof architectures]({ inputShape, numClasses })
      : withHead(backbone.network, numClasses);
  const plan = run.choice === null ? trainEverything(network) : run.choice.strategy.plan(network, run.choice);
  const stages = stageParts(network, {
    strategy: run.choice?.strategy,
    plan,
    epochs: run.training.epochs,
    adaptsFrozen: config.batchNorm === "adapt",
  });
  return { network, plan, stages };
}

/**
 * True if the frozen layers run once and the rest trains on their features: where no image is augmented, or so many
 * augmented views of each are asked for.
 */
export function usesFeatures({ training: { augmentation } }: PlannedRun, { boundary }: StagePart): boolean {
  return boundary > 0 && (!changesImages(augmentation) || augmentation.views > 0);
}

/**
 * What happens to the bytes of a run's training images; undefined if nothing does. Cutout covers with the colour that
 * normalization takes to 0: the mean one or, where it only divides, black.
 */
export function imageAugmentation(
  { training: { augmentation } }: PlannedRun,
  { mean }: Normalization,
): Augmentation | undefined {
  if (!changesImages(augmentation)) return undefined;
  const { mixup: _mixup, views: _views, ...onImages } = augmentation;
  return { ...onImages, cutoutFill: mean.map((level) => Math.round(255 * level)) };
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

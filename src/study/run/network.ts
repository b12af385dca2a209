/** @file The network of a run, and which of its layers train when. */

import { ConfigError, sizeOf } from "../../core/index.ts";
import { type Augmentation, type ImageShape, changesImages, checkAugmentation } from "../../data/index.ts";
import {
  type Network,
  type Normalization,
  countParameters,
  networkParameters,
  shapeAfter,
  sliceNetwork,
} from "../../engine/nn/index.ts";
import { architectures, withHead } from "../../models/index.ts";
import {
  type FreezePlan,
  type PlacedStage,
  kNearestHead,
  placeStages,
  trainEverything,
  updatesInPlan,
} from "../../transfer/index.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { StudyConfig } from "../file/schema.ts";
import type { Backbone } from "../material/study-data.ts";

/** The network of a run with the parts of it that train. */
export interface RunNetwork {
  /** What the run leaves. */
  readonly network: Network;
  /** The same as it trains: with adapters beside its weights, where it trains by those. */
  readonly trained: Network;
  /** All stages together. */
  readonly plan: FreezePlan;
  readonly stages: readonly PlacedStage[];
}

export interface RunNetworkOptions {
  inputShape: ImageShape;
  numClasses: number;
  backbone?: Backbone | undefined;
  /** The images that the run trains on, which some heads hold. */
  trainImages: number;
}

/**
 * The network that a run trains, and which of its layers.
 *
 * @throws ConfigError if the network does not fit the strategy.
 */
export function planNetwork(
  config: StudyConfig,
  { choice }: Pick<PlannedRun, "choice">,
  { inputShape, numClasses, backbone, trainImages }: RunNetworkOptions,
): Pick<RunNetwork, "network" | "trained" | "plan"> {
  const usual =
    backbone === undefined
      ? architectures[config.architecture as keyof typeof architectures]({ inputShape, numClasses })
      : withHead(backbone.network, numClasses);
  const network =
    choice?.strategy.solves === "k-nearest" ? rememberImages(usual, { numClasses, images: trainImages }) : usual;
  if (choice === null) return { network, trained: network, plan: trainEverything(network) };
  const { strategy } = choice;
  // first the plan, which says where there is nothing to train
  const plan = strategy.plan(network, choice);
  return { network, trained: strategy.adapt?.(network) ?? network, plan };
}

/** @throws ConfigError if a stage trains on features that have no area to cut. */
function checkCutmix({ network, stages }: RunNetwork, run: Pick<PlannedRun, "choice" | "training">): void {
  const isFlat = (stage: PlacedStage): boolean =>
    stage.solves === undefined && usesFeatures(run, stage) && shapeAfter(network, stage.boundary).length !== 3;
  if (!stages.some(isFlat)) return;
  throw new ConfigError(
    `cutmix: expected strategies that train on images, got ${run.choice?.name ?? "source"}, which trains on the flat features ` +
      "of frozen layers. Leave cutmix out for it (trainingOf), or set mixup.",
  );
}

/** The network with a head that holds the training images. */
function rememberImages(network: Network, { numClasses, images }: { numClasses: number; images: number }): Network {
  const below = network.layers.slice(0, -1);
  const { name } = network.layers[below.length];
  return { ...network, layers: [...below, kNearestHead(name, { units: numClasses, references: images })] };
}

/**
 * The same with its stages.
 *
 * @throws ConfigError if the epochs do not fit the strategy, or the augmentation does not fit the images.
 */
export function stageNetwork(
  { batchNorm }: StudyConfig,
  { choice, training }: PlannedRun,
  { network, trained, plan, inputShape }: Pick<RunNetwork, "network" | "trained" | "plan"> & { inputShape: ImageShape },
): RunNetwork {
  checkAugmentation(training.augmentation, inputShape);
  const stages = placeStages(network, {
    strategy: choice?.strategy,
    plan,
    epochs: training.epochs,
    adaptsFrozen: batchNorm === "adapt",
    layerDecay: training.layerDecay,
    transferredRate: training.transferredRate,
  });
  const whole = { network, trained, plan, stages };
  if (training.augmentation.cutmix > 0) checkCutmix(whole, { choice, training });
  return whole;
}

/**
 * True if the frozen layers run once and the rest trains on their features: where no image is augmented, or so many
 * augmented views of each are asked for. What is solved for the head always is: of the images as they are.
 */
export function usesFeatures(
  { training: { augmentation } }: Pick<PlannedRun, "training">,
  { boundary, solves }: PlacedStage,
): boolean {
  return boundary > 0 && (solves !== undefined || !changesImages(augmentation) || augmentation.views > 0);
}

/** The part of the network that a stage's steps run, as it trains. */
export function trainedPart(run: Pick<PlannedRun, "training">, { trained }: RunNetwork, stage: PlacedStage): Network {
  return usesFeatures(run, stage) ? sliceNetwork(trained, stage.boundary) : trained;
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
  const { mixup: _mixup, cutmix: _cutmix, views: _views, ...onImages } = augmentation;
  return { ...onImages, cutoutFill: mean.map((level) => Math.round(255 * level)) };
}

/** Total and trained numbers of a network under a plan. */
export function parameterCounts({ network, trained, plan }: RunNetwork): {
  totalParameters: number;
  trainableParameters: number;
} {
  const trains = new Set(plan.filter((entry) => entry.trains).map(({ layer }) => layer));
  return {
    totalParameters: countParameters(network),
    trainableParameters: countTrained(trained, { trains: (layer) => trains.has(layer), updates: updatesInPlan(plan) }),
  };
}

/** Numbers that are updated where some layers train. */
export function countTrained(network: Network, { trains, updates }: Pick<PlacedStage, "trains" | "updates">): number {
  return networkParameters(network)
    .filter((parameter) => trains(parameter.layer) && updates(parameter))
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

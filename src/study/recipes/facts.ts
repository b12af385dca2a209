/** @file What an automatic recipe is made from: a run's task, network and images. */

import type { ImageShape } from "../../data/index.ts";
import { type Network, networkParameters, operatorsOf } from "../../engine/nn/index.ts";
import { type FreezePlan, hasAdapters } from "../../transfer/index.ts";
import type { SourceProbe } from "../file/plan.ts";

/** What the training images look like. */
export interface ImageLook {
  /** True if mirror images are as likely as the images themselves, so that flips are harmless. */
  readonly flipsSafe: boolean;
}

/** How much of a network trains, from the least to the most. */
export type Extent = "nothing" | "head" | "top" | "full" | "scratch";

/** Everything that decides a recipe besides what the study says itself. */
export interface RecipeFacts {
  readonly task: "source" | "target";
  readonly extent: Extent;
  /** True if only some weights of each layer below the head train: biases, or scales and shifts. */
  readonly tunesParts?: boolean;
  /** True if adapters train beside frozen weights. */
  readonly trainsAdapters?: boolean;
  /** True if the head is solved for before anything trains. */
  readonly startsSolved: boolean;
  readonly network: Network;
  /** Training images of every class that has any. */
  readonly classCounts: readonly number[];
  readonly imageShape: ImageShape;
  readonly look: ImageLook;
  /** Floating point operations of a training step, for one image. */
  readonly flopsPerImage: number;
  /** Left out until it is known, and where nothing is transferred to ask. */
  readonly sourceProbe?: SourceProbe;
  /** Numbers of one image's features below what trains; 0 where nothing is frozen. */
  readonly featureSize: number;
}

/** What of the network a plan trains; `solved` for strategies without steps. */
export function extentOf(plan: FreezePlan, { solved }: { solved: boolean }): Extent {
  if (solved) return "nothing";
  if (plan.every(({ starts }) => starts === "fresh")) return "scratch";
  const lowest = plan.findIndex(({ trains }) => trains);
  // what is below the lowest adapters, such as an embedding of patches, may be next to nothing
  if (lowest === 0 || (hasAdapters(plan) && lowest < plan.length / 2)) return "full";
  return plan.slice(0, -1).some(({ trains }) => trains) ? "top" : "head";
}

/** True if layers that start from the source train. */
export function movesTransferred({ extent }: Pick<RecipeFacts, "extent">): boolean {
  return extent === "full" || extent === "top";
}

/** Layers with weights that a signal passes, those inside blocks among them: kernels and matrices, counted. */
export function depthOf(network: Network): number {
  return networkParameters(network).filter(({ role, shape }) => role === "weight" && shape.length >= 2).length;
}

/** True if statistics of batches keep the network's activations in bounds. */
export function isNormalized(network: Network): boolean {
  return networkParameters(network).some(({ role }) => role === "statistic");
}

/** True for networks whose layers attend or are normalized one by one, which adaptive optimizers suit. */
export function isTransformer(network: Network): boolean {
  const operators = operatorsOf(network);
  return operators.has("Softmax") || operators.has("LayerNormalization");
}

/** Held-out error of a linear probe on the source's features from which on everything is to be learned. */
const FAR_ERROR = 0.12;

/**
 * How much the source leaves to be learned, from 0, where its features answer already, to 1; null until it is known.
 * Steep: of ten images a class of CIFAR-10, a ResNet-20 of the same classes gets 4 in 100 wrong, and hardly bears moving.
 */
export function leftToLearn({ sourceProbe }: Pick<RecipeFacts, "sourceProbe">): number | null {
  return sourceProbe === undefined ? null : Math.min(1, ((1 - sourceProbe.accuracy) / FAR_ERROR) ** 3);
}

/** Fewer images do not say well what they are told apart by. */
const ENOUGH_IMAGES = 40;

/** True if the head is solved for first, from enough images to be trusted. */
export function startsWellSolved({
  startsSolved,
  classCounts,
}: Pick<RecipeFacts, "startsSolved" | "classCounts">): boolean {
  return startsSolved && imagesOf({ classCounts }) >= ENOUGH_IMAGES;
}

/** Smaller images are not photographs to be cut out of, and cost little. */
const PHOTOGRAPH_SIDE = 64;

/** True for images of some size. */
export function isPhotograph({ imageShape }: Pick<RecipeFacts, "imageShape">): boolean {
  return Math.min(...imageShape.slice(1)) >= PHOTOGRAPH_SIDE;
}

/** All training images. */
export function imagesOf({ classCounts }: Pick<RecipeFacts, "classCounts">): number {
  return classCounts.reduce((sum, count) => sum + count, 0);
}

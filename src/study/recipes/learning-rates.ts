/** @file The optimizer of a recipe, and the highest learning rate that it and the network bear. */

import type { TrainingConfig } from "../file/training-schema.ts";
import {
  type RecipeFacts,
  depthOf,
  imagesOf,
  isNormalized,
  isPhotograph,
  isTransformer,
  leftToLearn,
  movesTransferred,
  startsWellSolved,
} from "./facts.ts";

type OptimizerConfig = TrainingConfig["optimizer"];

/**
 * SGD moves transferred layers no further than the new images ask: its steps shrink with the loss, where AdamW's stay
 * as large as the rate. Changes of layers above each other add up, hence the depth. Batch normalization keeps them in
 * bounds: ten times the rate brought a ResNet-20 that was far from the images 2 to 10 points, a MobileNet on photographs
 * of 224 pixels 1 to 4 points less. Signs, which are turned and shifted in training, bear more than small photographs.
 */
const SGD_RATES = {
  source: { timesDepth: 0.3, largest: 0.05 },
  normalized: { timesDepth: 3, largest: 0.15 },
  normalizedLarge: { timesDepth: 0.6, largest: 0.05 },
  sign: { timesDepth: 0.6, largest: 0.1 },
  photograph: { timesDepth: 0.2, largest: 0.03 },
  photographLarge: { timesDepth: 0.8, largest: 0.03 },
} as const;
/** Times the rate, for the layers of the nearest sources. */
const SLOWEST = 0.01;
/**
 * Times the rate after a head that was solved for from few images. With smoothed labels it brought 20 images of CIFAR-10
 * from 88.2 to 89.7 % in the mean of five draws, none of them more than half a point below the head alone.
 */
const CAREFUL = 0.5;
/** AdamW moves every weight by about the rate in a step. */
const ADAM_RATE_TIMES_DEPTH = 0.02;
/** Batch normalization keeps activations in bounds, and bears more. */
const NORMALIZED = 2;
const LARGEST_ADAM_RATE = 0.01;
/** Attention wants two to three decades less than a head. */
const TRANSFORMER_RATE = 1e-4;
/** Times that where biases or scales alone train: few numbers, which have to do it all. Ben Zaken et al. 2022 search as much higher. */
const PARTS_OF_TRANSFORMER = 10;
/** On standardized features divided by the root of their number, whose covariance has a trace of 1. */
const HEAD_RATE = 0.5;
const HEAD_RATE_ADAM = 0.01;

/**
 * Of the penalty that suits a linear probe. Augmented images hold a head back too: of 30 heads on 16 tasks it brought
 * between -1.2 and 2.5 points, 0.4 in the mean, and an eighth of the log loss on weak features; the whole penalty cost
 * up to 5 points.
 */
const HEAD_PENALTY = 0.1;

/** What trains a run whose optimizer is left to Graft. */
export function automaticOptimizer(facts: RecipeFacts): OptimizerConfig {
  const { task, extent, network, trainsAdapters = false } = facts;
  const sgd = { name: "sgd", momentum: 0.9, nesterov: true } as const;
  if (task === "source") return { ...sgd, weightDecay: 5e-4 };
  if (extent === "nothing") return { ...sgd, weightDecay: 0 };
  if (extent === "head") return { ...sgd, weightDecay: headDecay(facts) };
  // half of an adapter starts at 0, so that its gradients begin small: only adaptive steps are of one size
  if (extent === "scratch" || isTransformer(network) || trainsAdapters) return { name: "adamw", weightDecay: 0.01 };
  return { ...sgd, weightDecay: 1e-4 };
}

/** A probe's penalty as a weight decay, for the mean loss and features divided by the root of their number. */
function headDecay({ sourceProbe, featureSize, ...facts }: RecipeFacts): number {
  if (sourceProbe === undefined) return 0;
  return round(HEAD_PENALTY / (sourceProbe.strength * imagesOf(facts) * featureSize));
}

/** For a run whose optimizer is settled. */
export function automaticRate(facts: RecipeFacts, { optimizer }: Pick<TrainingConfig, "optimizer">): number {
  const { extent, network } = facts;
  const isSgd = optimizer.name === "sgd";
  if (extent === "head") return isSgd ? HEAD_RATE : HEAD_RATE_ADAM;
  const depth = depthOf(network);
  if (isSgd) {
    const { timesDepth, largest } = SGD_RATES[kindOf(facts)];
    const careful = facts.startsSolved && !startsWellSolved(facts) ? CAREFUL : 1;
    // where the upper layers alone train there are few of them, whatever the network's depth
    return extent === "top" ? largest : round(Math.min(largest, timesDepth / depth) * careful);
  }
  if (extent !== "scratch" && isTransformer(network))
    return TRANSFORMER_RATE * (facts.tunesParts === true ? PARTS_OF_TRANSFORMER : 1);
  const bears = isNormalized(network) ? NORMALIZED : 1;
  return round(Math.min(LARGEST_ADAM_RATE, (ADAM_RATE_TIMES_DEPTH / depth) * bears));
}

function kindOf(facts: RecipeFacts): keyof typeof SGD_RATES {
  const { task, network, look } = facts;
  if (task === "source") return "source";
  if (isNormalized(network)) return isPhotograph(facts) ? "normalizedLarge" : "normalized";
  if (!look.flipsSafe) return "sign";
  return isPhotograph(facts) ? "photographLarge" : "photograph";
}

/**
 * Share of the rate for transferred layers: where little is left to learn, every step away from the source costs more
 * than it brings. CIFAR-10 from a ResNet-20 of the same classes, ten images a class: 78 % at the whole rate, 88 at a
 * tenth, 90 at a hundredth, 90 frozen.
 */
export function transferredRate(facts: RecipeFacts): number {
  const left = leftToLearn(facts);
  if (left === null || !movesTransferred(facts) || isTransformer(facts.network)) return 1;
  return round(Math.max(SLOWEST, left));
}

/**
 * A head that was solved for on the source's batch statistics loses 2 points where these follow few images of a near
 * source; a new head does not.
 */
export function batchStatistics(facts: RecipeFacts): TrainingConfig["statistics"] {
  const keeps = facts.startsSolved && isNormalized(facts.network) && (leftToLearn(facts) ?? 1) < 1;
  return keeps ? "keep" : "follow";
}

/** To two digits: a rate is no finer than that. */
function round(rate: number): number {
  return Number(rate.toPrecision(2));
}

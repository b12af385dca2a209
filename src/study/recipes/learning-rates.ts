/** @file The optimizer of a recipe, and the highest learning rate that it and the network bear. */

import type { TrainingConfig } from "../training-schema.ts";
import { type RecipeFacts, depthOf, isNormalized, isTransformer } from "./facts.ts";

type OptimizerConfig = TrainingConfig["optimizer"];

/**
 * SGD moves transferred layers no further than the new images ask: its steps shrink with the loss, where AdamW's stay
 * as large as the rate. From a head at zero its result depends little on the rate.
 */
const LARGEST_SGD_RATE = 0.05;
/** Changes of layers above each other add up. */
const SGD_RATE_TIMES_DEPTH = 0.3;
/** Where the upper layers alone train there are few of them, whatever the network's depth. */
const TOP_SGD_RATE = 0.03;
/** AdamW moves every weight by about the rate in a step. */
const ADAM_RATE_TIMES_DEPTH = 0.015;
/** Batch normalization keeps activations in bounds, and bears more. */
const NORMALIZED = 2;
const LARGEST_ADAM_RATE = 0.01;
/** Attention wants two to three decades less than a head. */
const TRANSFORMER_RATE = 1e-4;
/** On standardized features divided by the root of their number, whose covariance has a trace of 1. */
const HEAD_RATE = 0.5;
const HEAD_RATE_ADAM = 0.01;

/** What trains a run whose optimizer is left to Graft. */
export function automaticOptimizer({ task, extent, network }: RecipeFacts): OptimizerConfig {
  const sgd = { name: "sgd", momentum: 0.9, nesterov: true } as const;
  if (task === "source") return { ...sgd, weightDecay: 5e-4 };
  if (extent === "head" || extent === "nothing") return { ...sgd, weightDecay: 0 };
  if (extent === "scratch" || isTransformer(network)) return { name: "adamw", weightDecay: 0.01 };
  return { ...sgd, weightDecay: 1e-4 };
}

/** For a run whose optimizer is settled. */
export function automaticRate(facts: RecipeFacts, { optimizer }: Pick<TrainingConfig, "optimizer">): number {
  const isSgd = optimizer.name === "sgd";
  if (facts.extent === "head") return isSgd ? HEAD_RATE : HEAD_RATE_ADAM;
  const depth = depthOf(facts.network);
  if (isSgd && facts.extent === "top") return TOP_SGD_RATE;
  if (isSgd) return rounded(Math.min(LARGEST_SGD_RATE, SGD_RATE_TIMES_DEPTH / depth));
  if (facts.extent !== "scratch" && isTransformer(facts.network)) return TRANSFORMER_RATE;
  const bears = isNormalized(facts.network) ? NORMALIZED : 1;
  return rounded(Math.min(LARGEST_ADAM_RATE, (ADAM_RATE_TIMES_DEPTH / depth) * bears));
}

/** To two digits: a rate is no finer than that. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(2));
}

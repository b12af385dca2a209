/** @file Adds to a graph what each place of an image has to do with a score. */

import { sizeOf } from "../../core/index.ts";
import { gradient } from "../../engine/autodiff/index.ts";
import type { Operations, Value } from "../../engine/onnx/index.ts";
import type { Sight } from "./find-sight.ts";

/** A sum of no gradients at all, as a head of zeros has, is divided by this instead. */
const LEAST_SUM = 1e-30;

/** [height, width] of the sight's grid, at least 0: how far each place speaks for the score, a scalar. */
export function relevance(g: Operations, score: Value, sight: Sight): Value {
  const places = sight.method === "grad-cam" ? classActivation(g, score, sight.features) : rollOut(g, score, sight);
  return g.reshape(places, sight.grid);
}

/**
 * max(0, sum over channels c of mean(d score / d A_c) * A_c), for features A.
 *
 * Source: Selvaraju et al. 2017, "Grad-CAM", arXiv:1610.02391, equations 1 and 2.
 */
function classActivation(g: Operations, score: Value, features: Value): Value {
  const [grad] = gradient(g, score, [features]);
  const weights = g.reduceMean(grad, [2, 3], 1);
  return g.relu(g.reduceSum(g.mul(weights, features), [1]));
}

/**
 * r (I + W_L) ... (I + W_1) at the patches, where W = mean over heads of max(0, A * d score / d A) for the attention A
 * of a block, and r says how much of the score's gradient each token has after the last block: all of it the class
 * token, where that alone is read; each as much as any other, where their mean is.
 *
 * Source: Chefer, Gur and Wolf 2021, "Generic Attention-model Explainability", arXiv:2103.15679, equations 5 and 6.
 */
function rollOut(
  g: Operations,
  score: Value,
  { attention, tokens, grid }: Extract<Sight, { method: "attention-rollout" }>,
): Value {
  const [tokenGrad, ...grads] = gradient(g, score, [tokens, ...attention]);
  const [, count] = tokens.shape;
  const lengths = g.sqrt(g.reduceSum(g.square(tokenGrad), [2]));
  let row = g.div(lengths, g.max(g.reduceSum(lengths, [1], 1), g.scalar(LEAST_SUM)));
  for (const [block, weights] of [...attention.entries()].reverse()) {
    const heads = g.reshape(g.relu(g.mul(weights, grads[block])), [sizeOf(weights.shape) / count ** 2, count, count]);
    row = g.add(row, g.matMul(row, g.reduceMean(heads, [0])));
  }
  return g.slice(row, { starts: [count - sizeOf(grid)], ends: [count], axes: [1] });
}

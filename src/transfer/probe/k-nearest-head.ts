/** @file A layer that answers with the classes of the most similar images it holds. */

import { GraphError, formatShape } from "../../core/index.ts";
import { type Layer, initializers } from "../../engine/nn/index.ts";
import type { Operations, Value } from "../../engine/onnx/index.ts";

/** Keeps the length of a vector of zeros from dividing by 0. */
export const LEAST_LENGTH = 1e-12;
/** Levels of similarity that can vote at most; images that are equally similar are one level. */
export const MOST_NEIGHBOURS = 20;
/** Below every cosine. */
const TAKEN = -2;

export interface KNearestOptions {
  /** Classes. */
  units: number;
  /** n: images that the layer holds. */
  references: number;
}

/**
 * x: [N, d] → logarithms of probabilities, [N, units].
 *
 * p_c = (votes for c + 1 / units) / (all votes + 1): as if one more image, as similar as the most similar one, were
 * evenly of every class. Votes are those of the images whose cosine with x is at least the k-th largest.
 *
 * A vote is exp((similarity - largest similarity) / temperature).
 *
 * Parameters, none of which trains: `references` [n, d] standardized features of unit length, `answers` [n, units] 1 at
 * each one's class and 0 elsewhere, `mean` and `scale` [d] that standardize x: (x - mean) * scale; `neighbours`, 1 at
 * k - 1 and 0 elsewhere, and `temperature` [1].
 */
export function kNearestHead(name: string, { units, references }: KNearestOptions): Layer {
  return {
    name,
    description: `nearest of ${references} images, ${units}`,
    outputShape: (input) => {
      if (input.length !== 1)
        throw new GraphError(
          `${name}: expected a flat input [F], got ${formatShape(input)}. Put a flatten layer before it.`,
        );
      return [units];
    },
    parameters: ([features]) => [
      { name: "references", shape: [references, features], initialize: initializers.zeros, role: "statistic" },
      { name: "answers", shape: [references, units], initialize: initializers.zeros, role: "statistic" },
      { name: "mean", shape: [features], initialize: initializers.zeros, role: "statistic" },
      { name: "scale", shape: [features], initialize: initializers.ones, role: "statistic" },
      { name: "neighbours", shape: [levelsOf(references)], initialize: initializers.zeros, role: "statistic" },
      { name: "temperature", shape: [1], initialize: initializers.ones, role: "statistic" },
    ],
    build: ({ g, parameter }, x) => {
      const standardized = g.mul(g.sub(x, parameter("mean")), parameter("scale"));
      const similarities = g.gemm(unitLength(g, standardized), parameter("references"), null, { transB: 1 });
      const votes = votesOf(g, similarities, {
        levels: levelsOf(references),
        neighbours: parameter("neighbours"),
        temperature: parameter("temperature"),
      });
      const smoothed = g.add(g.matMul(votes, parameter("answers")), g.scalar(1 / units));
      return g.log(g.div(smoothed, g.reduceSum(smoothed, [1], 1)));
    },
  };
}

/** Levels of similarity that so many images can have. */
export function levelsOf(references: number): number {
  return Math.min(MOST_NEIGHBOURS, references);
}

function unitLength(g: Operations, x: Value): Value {
  const length = g.op("ReduceL2", [x], { axes: [1], keepdims: 1 });
  return g.div(x, g.max(length, g.scalar(LEAST_LENGTH)));
}

/** Each level by taking the largest away once more, and of these the k-th: there is no sorting in a graph of ours. */
function votesOf(
  g: Operations,
  similarities: Value,
  { levels, neighbours, temperature }: { levels: number; neighbours: Value; temperature: Value },
): Value {
  const largestOf = (values: Value): Value => g.op("ReduceMax", [values], { axes: [1], keepdims: 1 });
  const most = largestOf(similarities);
  let left = similarities;
  const largest = [most];
  for (let taken = 1; taken < levels; taken++) {
    left = g.where(g.less(left, largest[taken - 1]), left, g.scalar(TAKEN));
    largest.push(largestOf(left));
  }
  const all = levels === 1 ? most : g.op("Concat", largest, { axis: 1 });
  const least = g.reduceSum(g.mul(all, neighbours), [1], 1);
  const votes = g.exp(g.div(g.sub(similarities, most), temperature));
  return g.where(g.less(similarities, least), g.scalar(0), votes);
}

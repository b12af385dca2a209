/** @file One number that turns scores into logits whose probabilities can be believed. */

import { largest } from "./logistic/vectors.ts";

const MOST_ITERATIONS = 100;
/** Relative width of the interval at which the search ends. */
const SETTLED = 1e-9;

export interface Scores {
  /** [n, C] */
  readonly scores: Float64Array;
  /** [n] class ids in [0, C). */
  readonly labels: ArrayLike<number>;
  readonly numClasses: number;
}

/**
 * The factor, 0 or above, with which scores have the least log-loss.
 *
 * As if one more image were evenly of every class: a target is (n onehot + 1/C) / (n + 1). So scores that are always
 * right get a finite factor. The loss is convex in it; its slope is brought to 0 by Newton's method inside an interval.
 */
export function logitScale(all: Scores): number {
  // the derivative at 0 decides whether the scores tell anything
  if (slopeAt(0, all).slope >= 0) return 0;
  let [low, high] = [0, 1 / largest(all.scores)];
  while (slopeAt(high, all).slope < 0) [low, high] = [high, 2 * high];
  let factor = (low + high) / 2;
  for (let iteration = 0; iteration < MOST_ITERATIONS && high - low > SETTLED * high; iteration++) {
    const { slope, curvature } = slopeAt(factor, all);
    if (slope < 0) low = factor;
    else high = factor;
    const newton = factor - slope / curvature;
    factor = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(slope) <= SETTLED * curvature * high) break;
  }
  return factor;
}

/** First and second derivative of the mean log-loss by the factor. */
function slopeAt(factor: number, { scores, labels, numClasses }: Scores): { slope: number; curvature: number } {
  const count = labels.length;
  const ofLabel = count / (count + 1);
  let [slope, curvature] = [0, 0];
  for (let row = 0; row < count; row++) {
    const own = scores.subarray(row * numClasses, (row + 1) * numClasses);
    const top = own.reduce((most, score) => Math.max(most, score), -Infinity);
    let [mass, first, second, all] = [0, 0, 0, 0];
    for (const score of own) {
      // from the top, so that nothing overflows or cancels
      const below = score - top;
      const probability = Math.exp(factor * below);
      mass += probability;
      first += probability * below;
      second += probability * below * below;
      all += below;
    }
    const mean = first / mass;
    slope += mean - ofLabel * (own[labels[row]] - top) - ((1 - ofLabel) * all) / numClasses;
    curvature += second / mass - mean * mean;
  }
  return { slope: slope / count, curvature: curvature / count };
}

/** @file Random numbers of the beta distribution. */

import type { RandomStream } from "./random.ts";

/**
 * A number in [0, 1] of the beta distribution with both shapes `shape`, above 0: A / (A + B) of two gamma variates.
 *
 * They are drawn as logarithms, since those of small shapes are often too small for a float.
 */
export function symmetricBeta(random: RandomStream, shape: number): number {
  const a = logGamma(random, shape);
  const b = logGamma(random, shape);
  return 1 / (1 + Math.exp(b - a));
}

/**
 * The logarithm of a gamma variate.
 *
 * Source: Marsaglia and Tsang 2000, "A simple method for generating gamma variables", also for shapes below 1 (section 6).
 */
function logGamma(random: RandomStream, shape: number): number {
  // 1 − uniform is never 0
  if (shape < 1) return logGamma(random, shape + 1) + Math.log(1 - random.uniform()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    const bound = v > 0 ? 0.5 * x * x + d - d * v + d * Math.log(v) : -Infinity;
    if (Math.log(1 - random.uniform()) < bound) return Math.log(d) + Math.log(v);
  }
}

/** @file The binomial distribution: how many of n guesses are right. */

import { regularizedBeta } from "./beta.ts";

/**
 * P(X >= hits) for X the hits of `trials` independent trials that hit with probability `chance`.
 *
 * Through the incomplete beta function: P(X >= k) = I_p(k, n - k + 1).
 *
 * @throws RangeError unless 0 <= hits <= trials are integers and chance lies in [0, 1].
 */
export function binomialSurvival(hits: number, { trials, chance }: { trials: number; chance: number }): number {
  const areCounts = Number.isInteger(hits) && Number.isInteger(trials) && hits >= 0 && hits <= trials;
  if (!areCounts || !(chance >= 0 && chance <= 1)) {
    throw new RangeError(
      `binomialSurvival: expected integers 0 <= hits <= trials and chance in [0, 1], got ${hits} of ${trials} at ${chance}.`,
    );
  }
  if (hits === 0) return 1;
  return regularizedBeta(chance, 1 - chance, { a: hits, b: trials - hits + 1 });
}

/** @file The paired t test and the interval of the mean difference. */

import { studentTSurvival } from "../distributions/student-t.ts";
import { type Interval, checkValues, standardDeviation, summarize } from "../summary.ts";

/** Spreads below this are rounding: accuracies are ratios of whole numbers. */
const NO_SPREAD = 1e-12;

/** What the paired t test says of differences. */
export interface PairedTTest {
  pairs: number;
  meanDifference: number;
  standardDeviation: number;
  /** t interval of the mean difference. */
  interval: Interval;
  /** Infinite where every pair has the same difference, other than 0. */
  t: number;
  degreesOfFreedom: number;
  /** Two-sided. 1 where every difference is 0. */
  p: number;
  /** True if every pair has the same difference: the spread is unknown rather than 0, and p is not to be trusted. */
  noSpread: boolean;
}

/**
 * Two-sided paired t test of "the mean difference is 0".
 *
 * t = mean √n / s with n − 1 degrees of freedom. Assumes independent pairs with normally distributed differences;
 * a few seeds cannot show whether that holds.
 *
 * @throws RangeError for fewer than two differences, or one that is not finite.
 * Source: Student 1908, "The probable error of a mean".
 */
export function pairedTTest(differences: readonly number[], options: { level?: number } = {}): PairedTTest {
  checkPairs(differences, "pairedTTest");
  const { mean: meanDifference, interval } = summarize(differences, options);
  if (interval === null) throw new Error("internal: two differences or more have an interval.");
  const pairs = differences.length;
  const deviation = standardDeviation(differences);
  const noSpread = deviation < NO_SPREAD;
  const t = noSpread ? signedInfinity(meanDifference) : (meanDifference * Math.sqrt(pairs)) / deviation;
  return {
    pairs,
    meanDifference,
    standardDeviation: deviation,
    interval,
    t,
    degreesOfFreedom: pairs - 1,
    p: 2 * studentTSurvival(Math.abs(t), pairs - 1),
    noSpread,
  };
}

/** Refuses fewer than two differences, and differences that are not finite. */
function checkPairs(differences: readonly number[], where: string): void {
  if (differences.length < 2) {
    throw new RangeError(`${where}: expected at least 2 differences, got ${differences.length}.`);
  }
  checkValues(differences, where);
}

function signedInfinity(value: number): number {
  return Math.abs(value) < NO_SPREAD ? 0 : Math.sign(value) * Number.POSITIVE_INFINITY;
}

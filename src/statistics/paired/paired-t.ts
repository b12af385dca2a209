/** @file The paired t test, its effect sizes, and the interval of the mean difference. */

import { logGammaRatio } from "../distributions/gamma.ts";
import { studentTSurvival } from "../distributions/student-t.ts";
import { type Interval, checkValues, mean, standardDeviation, summarize } from "../summary.ts";

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

/** How large a paired difference is, without units. */
export interface PairedEffect {
  /** Mean over standard deviation of the differences. */
  cohensDz: number;
  /** Cohen's d_z without its upward bias for few pairs. */
  hedgesGz: number;
}

/**
 * Cohen's d_z = mean / s of the differences, and Hedges' g_z = d_z Γ(ν/2) / (√(ν/2) Γ((ν − 1)/2)) with ν = n − 1.
 *
 * Null where the differences have no spread. For two pairs the correction is 0: nothing unbiased can be said.
 *
 * @throws RangeError for fewer than two differences, or one that is not finite.
 * Sources: Cohen 1988, "Statistical power analysis"; Hedges 1981, "Distribution theory for Glass's estimator".
 */
export function pairedEffect(differences: readonly number[]): PairedEffect | null {
  checkPairs(differences, "pairedEffect");
  const deviation = standardDeviation(differences);
  if (deviation < NO_SPREAD) return null;
  const cohensDz = mean(differences) / deviation;
  const half = (differences.length - 1) / 2;
  const correction = half === 0.5 ? 0 : Math.exp(logGammaRatio(half - 0.5, 0.5)) / Math.sqrt(half);
  return { cohensDz, hedgesGz: cohensDz * correction };
}

/** Refuses fewer than two differences, and differences that are not finite. */
export function checkPairs(differences: readonly number[], where: string): void {
  if (differences.length < 2) {
    throw new RangeError(`${where}: expected at least 2 differences, got ${differences.length}.`);
  }
  checkValues(differences, where);
}

function signedInfinity(value: number): number {
  return Math.abs(value) < NO_SPREAD ? 0 : Math.sign(value) * Number.POSITIVE_INFINITY;
}

/** @file The statistics of a comparison: means, intervals of differences, Student's t. */

import { mean, standardDeviation, studentTQuantile } from "../../statistics/index.ts";

export { mean, standardDeviation };

/** A difference of two accuracies with its 95 % interval; all in [-1, 1]. */
export interface Difference {
  estimate: number;
  low: number;
  high: number;
}

/** Two-sided 95 % point of the normal distribution. */
export const Z_95 = 1.959963984540054;

/**
 * Difference of two accuracies, each measured on a test set of the given size, with the 95 % interval
 * that comes from the size of the test set alone.
 *
 * The two are treated as independent. Where both were measured on the same images that is cautious:
 * models tend to be right on the same ones, and the true interval is then narrower.
 * The interval adds one right and one wrong answer to each side, which keeps it honest near 0 and 1.
 *
 * Source: Agresti and Caffo 2000, "Simple and effective confidence intervals for proportions".
 */
export function differenceOfAccuracies(
  a: { accuracy: number; images: number },
  b: { accuracy: number; images: number },
): Difference {
  const [p, q] = [a, b].map(({ accuracy, images }) => (accuracy * images + 1) / (images + 2)) as [number, number];
  const margin = Z_95 * Math.sqrt((p * (1 - p)) / (a.images + 2) + (q * (1 - q)) / (b.images + 2));
  const centre = p - q;
  return {
    estimate: a.accuracy - b.accuracy,
    low: Math.max(-1, centre - margin),
    high: Math.min(1, centre + margin),
  };
}

/**
 * Mean of paired differences with its 95 % interval by Student's t.
 *
 * @throws RangeError for fewer than two pairs, which have no spread.
 */
export function pairedDifference(differences: readonly number[]): Difference {
  const n = differences.length;
  if (n < 2) throw new RangeError(`pairedDifference: expected at least 2 differences, got ${n}.`);
  const estimate = mean(differences);
  const margin = (studentT975(n - 1) * standardDeviation(differences)) / Math.sqrt(n);
  return { estimate, low: estimate - margin, high: estimate + margin };
}

/** True if the interval does not settle the sign: it contains 0. */
export function coversZero(difference: Difference): boolean {
  return difference.low <= 0 && difference.high >= 0;
}

/** The 0.975 quantile of Student's t. */
export function studentT975(degreesOfFreedom: number): number {
  return studentTQuantile(0.975, degreesOfFreedom);
}

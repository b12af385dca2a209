/** @file Mean, spread and interval of one set of measurements. */

import { studentTQuantile } from "./distributions/student-t.ts";

/** An interval with the probability it was made for. */
export interface Interval {
  low: number;
  high: number;
  /** For example 0.95. */
  level: number;
}

/** What a few measurements of the same thing say. */
export interface Summary {
  count: number;
  mean: number;
  /** With n − 1; null for one measurement. */
  standardDeviation: number | null;
  /** Student's t interval of the mean; null for one measurement. */
  interval: Interval | null;
}

/** The arithmetic mean; NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation, √(Σ (x − mean)² / (n − 1)); NaN for fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Mean, sample standard deviation and the interval mean ± t s / √n of measurements that are taken as normal.
 *
 * One measurement has no spread: its interval is null.
 *
 * @throws RangeError for no values, or a value that is not finite.
 * Source: Student 1908, "The probable error of a mean".
 */
export function summarize(values: readonly number[], options: { level?: number } = {}): Summary {
  const { level = 0.95 } = options;
  checkValues(values, "summarize");
  checkLevel(level, "summarize");
  if (values.length === 1) {
    return { count: 1, mean: values[0], standardDeviation: null, interval: null };
  }
  const centre = mean(values);
  const deviation = standardDeviation(values);
  const margin = (studentTQuantile((1 + level) / 2, values.length - 1) * deviation) / Math.sqrt(values.length);
  return {
    count: values.length,
    mean: centre,
    standardDeviation: deviation,
    interval: { low: centre - margin, high: centre + margin, level },
  };
}

/**
 * The value below which the share p of the values lies, linear between neighbours: position p (n − 1) in order.
 *
 * NumPy's default. Source: Hyndman and Fan 1996, "Sample quantiles in statistical packages", type 7.
 *
 * @throws RangeError for no values, a value that is not finite, or p outside [0, 1].
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  checkValues(values, "quantile");
  if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile: expected a share in [0, 1], got ${p}.`);
  const sorted = Float64Array.from(values).sort();
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Refuses no values and values that are not finite. */
export function checkValues(values: ArrayLike<number>, where: string): void {
  if (values.length === 0) throw new RangeError(`${where}: expected at least 1 value, got 0.`);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new RangeError(`${where}: expected finite values, got ${values[i]}.`);
  }
}

/** Refuses a level that is no probability strictly between 0 and 1. */
export function checkLevel(level: number, where: string): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`${where}: expected a level between 0 and 1, got ${level}.`);
}

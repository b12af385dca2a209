/** @file Bootstrap intervals: the percentile and the BCa interval, from a seeded stream. */

import { stream } from "../core/index.ts";
import { normalCdf, normalQuantile } from "./distributions/normal.ts";
import { type Interval, checkLevel, checkValues, mean, sortedQuantile } from "./summary.ts";

/** How a bootstrap interval is read off the resampled statistics. */
export type BootstrapMethod = "percentile" | "BCa";

export interface BootstrapOptions {
  /** What is estimated; the mean if left out. */
  statistic?: (values: readonly number[]) => number;
  level?: number;
  resamples?: number;
  seed?: number;
  method?: BootstrapMethod;
}

/** A bootstrap interval and how it was made. */
export interface BootstrapInterval extends Interval {
  estimate: number;
  method: BootstrapMethod;
  resamples: number;
}

/**
 * Interval of a statistic by resampling the values with replacement; the same seed gives the same interval.
 *
 * BCa corrects the percentile interval for bias and skewness. Both are too narrow for a handful of values
 * (for the mean by about √((n − 1) / n)), where {@link summarize}'s t interval is the safer one.
 * Where no resample changes the statistic, both ends are the estimate.
 *
 * @throws RangeError for fewer than two values, a value that is not finite, or options out of range.
 * Source: Efron 1987, "Better bootstrap confidence intervals".
 */
export function bootstrapInterval(values: readonly number[], options: BootstrapOptions = {}): BootstrapInterval {
  const { statistic = mean, level = 0.95, resamples = 10_000, seed = 0, method = "BCa" } = options;
  checkValues(values, "bootstrapInterval");
  checkLevel(level, "bootstrapInterval");
  checkResamples(resamples, "bootstrapInterval");
  if (values.length < 2) throw new RangeError("bootstrapInterval: expected at least 2 values, got 1.");
  const estimate = statistic(values);
  const replicates = resample(values.length, { resamples, seed }, (indices) =>
    statistic(Array.from(indices, (index) => values[index])),
  );
  const leftOut = values.map((_, left) => statistic(values.filter((__, index) => index !== left)));
  const ends = method === "BCa" ? bcaEnds(replicates, { estimate, leftOut, level }) : percentileEnds(replicates, level);
  return { ...ends, level, estimate, method, resamples };
}

/** The quantiles (1 − level) / 2 and (1 + level) / 2 of the replicates. */
export function percentileEnds(replicates: Float64Array, level: number): { low: number; high: number } {
  const sorted = replicates.toSorted();
  return { low: sortedQuantile(sorted, (1 - level) / 2), high: sortedQuantile(sorted, (1 + level) / 2) };
}

/**
 * The bias-corrected and accelerated interval.
 *
 * `leftOut` holds the statistic of the values without each one in turn.
 */
export function bcaEnds(
  replicates: Float64Array,
  { estimate, leftOut, level }: { estimate: number; leftOut: readonly number[]; level: number },
): { low: number; high: number } {
  const sorted = replicates.toSorted();
  if (sorted[0] === sorted[sorted.length - 1]) return { low: sorted[0], high: sorted[0] };
  const bias = normalQuantile(shareBelow(replicates, estimate));
  const acceleration = skewness(leftOut);
  const endAt = (z: number): number => {
    const shifted = bias + z;
    return sortedQuantile(sorted, normalCdf(bias + shifted / (1 - acceleration * shifted)));
  };
  const z = normalQuantile((1 + level) / 2);
  return { low: endAt(-z), high: endAt(z) };
}

/** The share of replicates below the estimate, equal ones by half; kept off 0 and 1, where BCa has no value. */
function shareBelow(replicates: Float64Array, estimate: number): number {
  let halves = 0;
  for (const replicate of replicates) halves += replicate < estimate ? 2 : Number(replicate === estimate);
  return Math.min(Math.max(halves, 1), 2 * replicates.length - 1) / (2 * replicates.length);
}

/** Σ u³ / (6 (Σ u²)^1.5) with u = mean − value; 0 where all are equal. */
function skewness(leftOut: readonly number[]): number {
  const centre = mean(leftOut);
  const squares = leftOut.reduce((sum, value) => sum + (centre - value) ** 2, 0);
  const cubes = leftOut.reduce((sum, value) => sum + (centre - value) ** 3, 0);
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/**
 * A number of each of `resamples` draws of `count` indices in [0, count), with replacement.
 *
 * `replicate` must not keep the indices: the next draw overwrites them.
 */
export function resample(
  count: number,
  { resamples, seed }: { resamples: number; seed: number },
  replicate: (indices: Uint32Array) => number,
): Float64Array {
  const random = stream(seed, "bootstrap", count);
  const indices = new Uint32Array(count);
  const replicates = new Float64Array(resamples);
  for (let draw = 0; draw < resamples; draw++) {
    for (let i = 0; i < count; i++) indices[i] = random.integer(count);
    replicates[draw] = replicate(indices);
  }
  return replicates;
}

/** Refuses a number of resamples that is no whole number of at least 100. */
export function checkResamples(resamples: number, where: string): void {
  if (!Number.isInteger(resamples) || resamples < 100) {
    throw new RangeError(`${where}: expected at least 100 resamples, got ${resamples}.`);
  }
}

/** @file The paired bootstrap: interval and p value of a mean difference without a normal distribution. */

import { type BootstrapInterval, type BootstrapOptions, bootstrapInterval, resample } from "../bootstrap.ts";
import { mean } from "../summary.ts";
import { checkPairs } from "./paired-t.ts";

/** Rounding must not make a resample less extreme than the sample it repeats. */
const ROUNDING = 1e-12;

/** Interval and p value of a mean difference. */
export interface PairedBootstrap extends BootstrapInterval {
  /** Two-sided, at least 1 / (resamples + 1). */
  p: number;
}

/**
 * The mean of paired differences with its bootstrap interval and the two-sided p value of "the mean is 0".
 *
 * p is the share of resamples of the differences moved to mean 0 whose mean is at least as far from 0 as the one
 * observed, the observed one counted in. Assumes independent pairs alone, but needs some ten of them: with a handful the
 * few distinct resamples make intervals too narrow and p too small. The same seed gives the same numbers.
 *
 * @throws RangeError for fewer than two differences, one that is not finite, or options out of range.
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", algorithm 16.2.
 */
export function pairedBootstrap(
  differences: readonly number[],
  options: Omit<BootstrapOptions, "statistic"> = {},
): PairedBootstrap {
  checkPairs(differences, "pairedBootstrap");
  const interval = bootstrapInterval(differences, options);
  const centred = differences.map((difference) => difference - interval.estimate);
  const atLeast = Math.abs(interval.estimate) - ROUNDING;
  const { resamples } = interval;
  const means = resample(differences.length, { resamples, seed: options.seed ?? 0 }, (indices) =>
    mean(Array.from(indices, (index) => centred[index])),
  );
  const asFar = means.reduce((count, value) => count + Number(Math.abs(value) >= atLeast), 0);
  return { ...interval, p: (asFar + 1) / (resamples + 1) };
}

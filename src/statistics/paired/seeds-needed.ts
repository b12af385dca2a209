/** @file How many seeds would settle a difference: the power of the paired t test. */

import { logGamma } from "../distributions/gamma.ts";
import { normalSurvival } from "../distributions/normal.ts";
import { studentTQuantile } from "../distributions/student-t.ts";
import { mean, standardDeviation } from "../summary.ts";
import { checkPairs } from "./paired-t.ts";

/** A density this many e-folds below its peak adds nothing. */
const NEGLIGIBLE = 40;
/** The finest step of the integral over ln s. */
const FINEST = 1e-3;

/** How many seeds a difference needs, or why that cannot be said. */
export type SeedsNeeded =
  | { kind: "pairs"; pairs: number }
  /** More than `limit` would be needed. */
  | { kind: "beyond"; limit: number }
  /** No difference was seen, or every pair has the same one, so that there is nothing to reckon with. */
  | { kind: "unknown"; reason: "no difference" | "no spread" };

export interface PowerOptions {
  /** Level of the two-sided test. */
  alpha?: number;
  /** The chance of a significant result that is asked for. */
  power?: number;
  /** More pairs than this are not looked for. */
  limit?: number;
}

/**
 * The fewest pairs in all with which a paired t test finds a difference with the given chance, if the true mean and
 * spread are those of the differences at hand.
 *
 * They are estimates: with two or three pairs the answer can be off by several times, and differences that were looked
 * at because they are large need more pairs than this says.
 *
 * @throws RangeError for fewer than two differences, one that is not finite, or options out of range.
 * Source: Cohen 1988, "Statistical power analysis for the behavioral sciences", chapter 2.
 */
export function seedsNeeded(differences: readonly number[], options: PowerOptions = {}): SeedsNeeded {
  const { alpha = 0.05, power = 0.8, limit = 1000 } = options;
  checkPairs(differences, "seedsNeeded");
  if (!(power > 0 && power < 1)) throw new RangeError(`seedsNeeded: expected a power between 0 and 1, got ${power}.`);
  const deviation = standardDeviation(differences);
  const centre = Math.abs(mean(differences));
  if (centre < 1e-12) return { kind: "unknown", reason: "no difference" };
  if (deviation < 1e-12) return { kind: "unknown", reason: "no spread" };
  const reaches = (pairs: number) => pairedTPower(centre / deviation, { pairs, alpha }) >= power;
  if (!reaches(limit)) return { kind: "beyond", limit };
  let [low, high] = [1, limit];
  // power grows with the number of pairs
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (reaches(middle)) high = middle;
    else low = middle;
  }
  return { kind: "pairs", pairs: high };
}

/**
 * The chance that a two-sided paired t test at level alpha is significant, for a true effect d_z = mean / s.
 *
 * P(|T'| > t) for the noncentral t with n − 1 degrees of freedom and noncentrality δ = d_z √n, as the integral of
 * Φ(δ − t s) + Φ(−δ − t s) over the density of s = χ / √(n − 1), by the trapezoid rule in ln s, which converges
 * geometrically for such integrands. Exact to about 1e-9; to 1e-3 where δ exceeds 500.
 *
 * @throws RangeError for fewer than two pairs or alpha outside (0, 1).
 * Source: Johnson, Kotz and Balakrishnan 1995, "Continuous Univariate Distributions 2", chapter 31.
 */
export function pairedTPower(effect: number, { pairs, alpha }: { pairs: number; alpha: number }): number {
  if (!Number.isInteger(pairs) || pairs < 2)
    throw new RangeError(`pairedTPower: expected at least 2 pairs, got ${pairs}.`);
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`pairedTPower: expected alpha between 0 and 1, got ${alpha}.`);
  const df = pairs - 1;
  const noncentrality = Math.abs(effect) * Math.sqrt(pairs);
  const critical = studentTQuantile(1 - alpha / 2, df);
  const found = (u: number): number => {
    const reached = critical * Math.exp(u);
    return normalSurvival(reached - noncentrality) + normalSurvival(reached + noncentrality);
  };
  // the narrower of the density and of the normal tail decides the step
  const step = Math.max(FINEST, 0.25 / Math.max(2, Math.sqrt(2 * df), noncentrality));
  return Math.min(1, integrateOverLogChi(found, df, step));
}

/** ∫ f(u) p(u) du for u = ln(χ / √df), where p(u) ∝ exp(df (u − e^2u / 2)). */
function integrateOverLogChi(f: (u: number) => number, df: number, step: number): number {
  const logConstant = Math.LN2 + (df / 2) * Math.log(df / 2) - logGamma(df / 2);
  const exponent = (u: number): number => df * (u - Math.exp(2 * u) / 2);
  let sum = 0;
  for (const direction of [1, -1]) {
    for (let i = direction === 1 ? 0 : 1; exponent(direction * i * step) > exponent(0) - NEGLIGIBLE; i++) {
      const u = direction * i * step;
      sum += f(u) * Math.exp(logConstant + exponent(u));
    }
  }
  return sum * step;
}

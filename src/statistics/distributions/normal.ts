/** @file The standard normal distribution. */

import { complementaryErrorFunction } from "./gamma.ts";

/** P(Z > z), exact to about 1e-15 relative in the upper tail. */
export function normalSurvival(z: number): number {
  const tail = complementaryErrorFunction(Math.abs(z) / Math.SQRT2) / 2;
  return z >= 0 ? tail : 1 - tail;
}

/** P(Z <= z), exact to about 1e-15 relative in the lower tail. */
export function normalCdf(z: number): number {
  return normalSurvival(-z);
}

/**
 * The z with P(Z <= z) = p; ±Infinity at 1 and 0.
 *
 * A rational approximation, then Halley's steps on the distribution itself.
 * Source: Abramowitz and Stegun, 26.2.23.
 *
 * @throws RangeError if p is outside [0, 1].
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`normalQuantile: expected a probability in [0, 1], got ${p}.`);
  if (p > 0.5) return upperQuantile(1 - p);
  return p === 0.5 ? 0 : -upperQuantile(p);
}

/** The z >= 0 with P(Z > z) = q, for q below one half. */
function upperQuantile(q: number): number {
  if (q === 0) return Number.POSITIVE_INFINITY;
  const t = Math.sqrt(-2 * Math.log(q));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 3; step++) {
    // f = (P(Z > z) − q) / φ(z) is Newton's step, f'' / f' = −z is Halley's correction
    const newton = ((normalSurvival(z) - q) * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
    z += newton / (1 - (z * newton) / 2);
  }
  return z;
}

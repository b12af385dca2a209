/** @file Student's t distribution. */

import { regularizedBeta } from "./beta.ts";

/** P(T > t) with the given degrees of freedom, exact to about 1e-13 relative in the upper tail. */
export function studentTSurvival(t: number, degreesOfFreedom: number): number {
  // P(|T| > t) = I_x(df/2, 1/2) with x = df / (df + t^2)
  const square = t * t;
  if (square === Number.POSITIVE_INFINITY) return t > 0 ? 0 : 1;
  const x = degreesOfFreedom / (degreesOfFreedom + square);
  const y = square / (degreesOfFreedom + square);
  const tail = regularizedBeta(x, y, { a: degreesOfFreedom / 2, b: 0.5 }) / 2;
  return t >= 0 ? tail : 1 - tail;
}

/** P(T <= t) with the given degrees of freedom, exact to about 1e-13 relative in the lower tail. */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  return studentTSurvival(-t, degreesOfFreedom);
}

/**
 * The t with P(T <= t) = p; ±Infinity at 1 and 0.
 *
 * Bisection of the tail probability until neighbouring numbers are reached.
 *
 * @throws RangeError if p is outside [0, 1] or the degrees of freedom are not positive.
 */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`studentTQuantile: expected a probability in [0, 1], got ${p}.`);
  if (!(degreesOfFreedom > 0)) {
    throw new RangeError(`studentTQuantile: expected positive degrees of freedom, got ${degreesOfFreedom}.`);
  }
  if (p === 0.5) return 0;
  return p > 0.5 ? upperQuantile(1 - p, degreesOfFreedom) : -upperQuantile(p, degreesOfFreedom);
}

/** The t >= 0 with P(T > t) = q, for q below one half. */
function upperQuantile(q: number, degreesOfFreedom: number): number {
  if (q === 0) return Number.POSITIVE_INFINITY;
  let low = 0;
  let high = 1;
  while (studentTSurvival(high, degreesOfFreedom) > q) {
    low = high;
    high *= 2;
  }
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (studentTSurvival(middle, degreesOfFreedom) > q) low = middle;
    else high = middle;
  }
  return high;
}

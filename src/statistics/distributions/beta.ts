/** @file The regularised incomplete beta function. */

import { logGamma, logGammaRatio } from "./gamma.ts";

/** Keeps a denominator of the continued fraction away from 0. */
const TINY = 1e-300;
/** The fraction needs about √max(a, b) steps; this is enough up to 1e8. */
const MOST_STEPS = 20_000;

/**
 * I_x(a, b) for a, b > 0, given x and its complement y = 1 − x, so that neither is lost to rounding.
 *
 * The continued fraction converges fast below the mean; above it the complement is computed.
 * Source: Press et al., "Numerical Recipes", section 6.4; DiDonato and Morris 1992, TOMS 708, for the front factor.
 */
export function regularizedBeta(x: number, y: number, shape: { a: number; b: number }): number {
  const { a, b } = shape;
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  return x > (a + 1) / (a + b + 2) ? 1 - tail(y, x, { a: b, b: a }) : tail(x, y, shape);
}

/** x^a y^b / (a B(a, b)) times the fraction. */
function tail(x: number, y: number, { a, b }: { a: number; b: number }): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  const logFront = logGammaRatio(large, small) - logGamma(small) + a * logOf(x, y) + b * logOf(y, x);
  return (Math.exp(logFront) * fraction(x, a, b)) / a;
}

/** ln x, from the complement where x is near 1. */
function logOf(x: number, complement: number): number {
  return x < 0.5 ? Math.log(x) : Math.log1p(-complement);
}

/** The continued fraction of I_x(a, b), by Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= MOST_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) return result;
  }
  throw new Error(`internal: the continued fraction of I_${x}(${a}, ${b}) did not converge.`);
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

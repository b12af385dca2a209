/** @file The gamma function's logarithm, its ratios, and the incomplete gamma function of one half. */

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** From here on Stirling's series is exact to the last bits. */
const STIRLING_FROM = 10;
/** B₂ₖ / (2k(2k − 1)): the coefficients of Stirling's series. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];

/**
 * ln Γ(x) for x > 0.
 *
 * Below 10 the argument is raised by Γ(x) = Γ(x + 1) / x until Stirling's series holds.
 * Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 6.1.15 and 6.1.40.
 */
export function logGamma(x: number): number {
  let product = 1;
  let raised = x;
  while (raised < STIRLING_FROM) product *= raised++;
  return (raised - 0.5) * Math.log(raised) - raised + HALF_LOG_TWO_PI + stirlingRest(raised) - Math.log(product);
}

/** ln(Γ(x + b) / Γ(x)) for x > 0 and b >= 0, without the cancellation that two logarithms have for large x. */
export function logGammaRatio(x: number, b: number): number {
  if (x < STIRLING_FROM) return logGamma(x + b) - logGamma(x);
  return (x - 0.5) * Math.log1p(b / x) + b * Math.log(x + b) - b + stirlingRest(x + b) - stirlingRest(x);
}

/** ln Γ(x) without the leading terms of Stirling's series. */
function stirlingRest(x: number): number {
  const square = 1 / (x * x);
  return STIRLING.reduceRight((sum, coefficient) => sum * square + coefficient, 0) / x;
}

/**
 * The complementary error function for x >= 0, exact to about 1e-15 relative, also far in the tail.
 *
 * erfc(x) = Q(1/2, x²): one minus a series for small x, a continued fraction for large x.
 * Source: Abramowitz and Stegun, 6.5.29 and 6.5.31.
 */
export function complementaryErrorFunction(x: number): number {
  const square = x * x;
  if (x === 0) return 1;
  if (square === Number.POSITIVE_INFINITY) return 0;
  const front = (x * Math.exp(-square)) / Math.sqrt(Math.PI);
  return square < 2 ? 1 - front * errorSeries(square) : front * errorFraction(square);
}

/** Σ yⁿ / ((1/2)(3/2)…(n + 1/2)) */
function errorSeries(y: number): number {
  let term = 2;
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= y / (n + 0.5);
    sum += term;
  }
  return sum;
}

/** The continued fraction of Γ(1/2, y) e^y / √y by Lentz's method. */
function errorFraction(y: number): number {
  let b = y + 0.5;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / b;
  let result = d;
  for (let n = 1; n <= 1000; n++) {
    const a = -n * (n - 0.5);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return result;
}

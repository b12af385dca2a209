/** @file The statistics of a comparison: means, intervals of differences, Student's t. */

/** A difference of two accuracies with its 95 % interval; all in [-1, 1]. */
export interface Difference {
  estimate: number;
  low: number;
  high: number;
}

/** Two-sided 95 % point of the normal distribution. */
export const Z_95 = 1.959963984540054;

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation, with n − 1; NaN for fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

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

/** The 0.975 quantile of Student's t, found by bisection to 1e-10. */
export function studentT975(degreesOfFreedom: number): number {
  let low = 0;
  let high = 13; // t is 12.706 at one degree of freedom and falls from there
  while (high - low > 1e-10) {
    const middle = (low + high) / 2;
    if (studentTCdf(middle, degreesOfFreedom) < 0.975) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Probability that Student's t with the given degrees of freedom is below t >= 0. */
function studentTCdf(t: number, degreesOfFreedom: number): number {
  // P(T <= t) = 1 - I_x(df/2, 1/2) / 2 with x = df / (df + t^2)
  return 1 - regularizedBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2;
}

/** I_x(a, b) by its continued fraction. Source: Press et al., "Numerical Recipes", section 6.4. */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only below this point; above it the complement is used.
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  return (front * betaFraction(x, a, b)) / a;
}

/** The continued fraction of I_x(a, b), by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const awayFromZero = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return result;
}

/** ln Γ(x) for x > 0. Source: Lanczos 1964, with g = 7 and nine coefficients; error below 1e-14. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  const z = x - 1;
  const series = coefficients.reduce((sum, value, i) => sum + value / (z + i + 1), 0.9999999999998099);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series);
}

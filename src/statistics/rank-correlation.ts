/** @file Rank correlations: Spearman's rho and Kendall's tau-b. */

import { normalSurvival } from "./distributions/normal.ts";
import { studentTSurvival } from "./distributions/student-t.ts";
import { ranksOf, tieSizes } from "./ranks.ts";
import { checkValues, mean } from "./summary.ts";

/** Up to this many pairs without ties Kendall's distribution is computed exactly. */
const EXACT_UP_TO = 33;

/** A rank correlation with the two-sided p value of "the two are independent". */
export interface RankCorrelation {
  pairs: number;
  /** In [−1, 1]; null where one side is constant, which has no order to agree with. */
  coefficient: number | null;
  /** Null with the coefficient. */
  p: number | null;
  /** Where p comes from. */
  method: "t" | "exact" | "normal";
}

/**
 * Spearman's rank correlation: Pearson's correlation of the ranks, ties sharing mean ranks.
 *
 * p takes ρ √((n − 2) / (1 − ρ²)) as Student's t with n − 2 degrees of freedom, which is rough below ten pairs.
 *
 * @throws RangeError for lengths that differ, fewer than three pairs, or a value that is not finite.
 * Source: Spearman 1904, "The proof and measurement of association between two things".
 */
export function spearman(a: readonly number[], b: readonly number[]): RankCorrelation {
  checkSides(a, b, "spearman");
  const [x, y] = [a, b].map((values) => {
    const ranks = ranksOf(values);
    const centre = mean(ranks);
    return ranks.map((rank) => rank - centre);
  });
  const product = (u: readonly number[], v: readonly number[]) => u.reduce((sum, value, i) => sum + value * v[i], 0);
  const scale = Math.sqrt(product(x, x) * product(y, y));
  if (scale === 0) return { pairs: a.length, coefficient: null, p: null, method: "t" };
  const coefficient = Math.max(-1, Math.min(1, product(x, y) / scale));
  const df = a.length - 2;
  const t = Math.abs(coefficient) * Math.sqrt(df / ((1 + coefficient) * (1 - coefficient)));
  return { pairs: a.length, coefficient, p: 2 * studentTSurvival(t, df), method: "t" };
}

/**
 * Kendall's τ-b: (concordant − discordant) / √((all − tied in a) (all − tied in b)).
 *
 * p is exact for up to 33 pairs without ties; otherwise normal with the variance that allows for ties.
 *
 * @throws RangeError for lengths that differ, fewer than three pairs, or a value that is not finite.
 * Source: Kendall 1945, "The treatment of ties in ranking problems".
 */
export function kendallTauB(a: readonly number[], b: readonly number[]): RankCorrelation {
  checkSides(a, b, "kendallTauB");
  const n = a.length;
  const all = (n * (n - 1)) / 2;
  const [tiesA, tiesB] = [tieSizes(a), tieSizes(b)];
  const [tiedA, tiedB] = [tiesA, tiesB].map((ties) => tieSum(ties, (size) => (size * (size - 1)) / 2));
  if (tiedA === all || tiedB === all) return { pairs: n, coefficient: null, p: null, method: "normal" };
  const score = concordantMinusDiscordant(a, b);
  const coefficient = Math.max(-1, Math.min(1, score / Math.sqrt((all - tiedA) * (all - tiedB))));
  if (n <= EXACT_UP_TO && tiedA === 0 && tiedB === 0) {
    return { pairs: n, coefficient, p: exactKendallP(n, (all - Math.abs(score)) / 2), method: "exact" };
  }
  const p = 2 * normalSurvival(Math.abs(score) / Math.sqrt(scoreVariance(n, tiesA, tiesB)));
  return { pairs: n, coefficient, p, method: "normal" };
}

function concordantMinusDiscordant(a: readonly number[], b: readonly number[]): number {
  let score = 0;
  for (let i = 1; i < a.length; i++) {
    for (let j = 0; j < i; j++) score += Math.sign(a[i] - a[j]) * Math.sign(b[i] - b[j]);
  }
  return score;
}

/** The variance of the score if the two are independent. Source: Kendall 1970, "Rank Correlation Methods", 4.3. */
function scoreVariance(n: number, tiesA: readonly number[], tiesB: readonly number[]): number {
  const [a1, b1] = [tiesA, tiesB].map((ties) => tieSum(ties, (t) => t * (t - 1)));
  const [a2, b2] = [tiesA, tiesB].map((ties) => tieSum(ties, (t) => t * (t - 1) * (t - 2)));
  const [a5, b5] = [tiesA, tiesB].map((ties) => tieSum(ties, (t) => t * (t - 1) * (2 * t + 5)));
  const m = n * (n - 1);
  return (m * (2 * n + 5) - a5 - b5) / 18 + (a1 * b1) / (2 * m) + (a2 * b2) / (9 * m * (n - 2));
}

/** Twice the share of the n! orders with at most `inversions` inversions. */
function exactKendallP(n: number, inversions: number): number {
  let share = new Float64Array(inversions + 1);
  share[0] = 1;
  for (let size = 2; size <= n; size++) {
    // the element put in last adds 0 … size − 1 inversions, each equally likely
    share = share.map((_, k) => share.subarray(Math.max(0, k - size + 1), k + 1).reduce((sum, s) => sum + s, 0) / size);
  }
  return Math.min(1, 2 * share.reduce((sum, value) => sum + value, 0));
}

function tieSum(ties: readonly number[], of: (size: number) => number): number {
  return ties.reduce((sum, size) => sum + of(size), 0);
}

function checkSides(a: readonly number[], b: readonly number[], where: string): void {
  if (a.length !== b.length) {
    throw new RangeError(`${where}: expected two lists of one length, got ${a.length} and ${b.length} values.`);
  }
  if (a.length < 3) throw new RangeError(`${where}: expected at least 3 pairs, got ${a.length}.`);
  checkValues(a, where);
  checkValues(b, where);
}

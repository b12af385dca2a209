/** @file The Wilcoxon signed-rank test. */

import { normalSurvival } from "../distributions/normal.ts";
import { ranksOf, tieSizes } from "../ranks.ts";
import { checkValues } from "../summary.ts";

/** Up to this many differences the distribution is computed exactly. */
const EXACT_UP_TO = 50;
/** Differences of accuracies closer than this are equal: they are ratios of whole numbers. */
const RESOLUTION = 1e-12;

export interface WilcoxonOptions {
  /** `auto` is exact for up to 50 differences other than 0. */
  method?: "auto" | "exact" | "normal";
}

/** What the signed-rank test says of differences. */
export interface WilcoxonTest {
  /** Differences other than 0; zeros are left out. */
  pairs: number;
  /** The smaller of the two rank sums. */
  statistic: number;
  /** Two-sided; 1 where every difference is 0. */
  p: number;
  method: "exact" | "normal";
  /** Matched-pairs rank-biserial correlation, (R₊ − R₋) / (R₊ + R₋) in [−1, 1]; 0 where every difference is 0. */
  rankBiserial: number;
}

/**
 * Two-sided Wilcoxon signed-rank test of "the differences are symmetric about 0", a weaker assumption than normality.
 *
 * Zeros are left out (Wilcoxon's own way) and ties share mean ranks; sizes are compared to 1e-12, since accuracies are
 * ratios of whole numbers and their differences carry rounding. The exact distribution is that of the rank sum over
 * all 2ⁿ signs of the ranks at hand, so it holds with ties too; the normal approximation corrects its variance for
 * ties and has no continuity correction. p is at least 2^(1 − n): five seeds cannot go below 0.0625.
 *
 * @throws RangeError for no differences, or one that is not finite.
 * Sources: Wilcoxon 1945, "Individual comparisons by ranking methods"; Kerby 2014, "The simple difference formula".
 */
export function wilcoxonSignedRank(differences: readonly number[], options: WilcoxonOptions = {}): WilcoxonTest {
  const { method = "auto" } = options;
  checkValues(differences, "wilcoxonSignedRank");
  const kept = differences.filter((difference) => Math.abs(difference) >= RESOLUTION);
  const isExact = method === "exact" || (method === "auto" && kept.length <= EXACT_UP_TO);
  if (kept.length === 0) return { pairs: 0, statistic: 0, p: 1, method: isExact ? "exact" : "normal", rankBiserial: 0 };
  const sizes = kept.map((difference) => Math.round(Math.abs(difference) / RESOLUTION));
  const ranks = ranksOf(sizes);
  const total = (kept.length * (kept.length + 1)) / 2;
  const positive = ranks.reduce((sum, rank, i) => (kept[i] > 0 ? sum + rank : sum), 0);
  const statistic = Math.min(positive, total - positive);
  return {
    pairs: kept.length,
    statistic,
    p: isExact ? exactP(ranks, statistic) : normalP(sizes, statistic),
    method: isExact ? "exact" : "normal",
    rankBiserial: (2 * positive - total) / total,
  };
}

/** Twice the share of sign patterns whose positive rank sum is at most the statistic. */
function exactP(ranks: readonly number[], statistic: number): number {
  // twice the ranks are whole numbers, so the sums count as indices
  const doubled = ranks.map((rank) => Math.round(2 * rank));
  const share = new Float64Array(doubled.reduce((sum, rank) => sum + rank, 0) + 1);
  share[0] = 1;
  let reached = 0;
  for (const rank of doubled) {
    reached += rank;
    for (let sum = reached; sum >= 0; sum--) share[sum] = (share[sum] + (sum >= rank ? share[sum - rank] : 0)) / 2;
  }
  const tail = share.subarray(0, Math.round(2 * statistic) + 1).reduce((sum, value) => sum + value, 0);
  return Math.min(1, 2 * tail);
}

function normalP(sizes: readonly number[], statistic: number): number {
  const n = sizes.length;
  const ties = tieSizes(sizes).reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = (n * (n + 1) * (2 * n + 1) - ties / 2) / 24;
  return 2 * normalSurvival(Math.abs(statistic - (n * (n + 1)) / 4) / Math.sqrt(variance));
}

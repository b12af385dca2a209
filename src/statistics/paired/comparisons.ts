/** @file Every pair of strategies at one budget, compared by seed, with a correction for their number. */

import { type SeedResult, pairBySeed } from "../learning-curve.ts";
import type { LearningOutcome } from "../learning-outcome.ts";
import { mean } from "../summary.ts";
import { holm } from "./holm.ts";
import { type PairedEffect, type PairedTTest, pairedEffect, pairedTTest } from "./paired-t.ts";
import { type SeedsNeeded, seedsNeeded } from "./seeds-needed.ts";
import { type WilcoxonTest, wilcoxonSignedRank } from "./wilcoxon.ts";

/** The results of one strategy at one budget. */
export interface StrategyResults {
  strategy: string;
  /** False for training from scratch. */
  transfers: boolean;
  /** One a finished seed. */
  results: readonly SeedResult[];
  /** What became of its seeds; absent where they were not judged. */
  outcome?: LearningOutcome | undefined;
}

/** Two strategies over the seeds that both finished; the differences are those of `better` minus `worse`. */
export interface PairComparison {
  /** The one with the higher mean over the shared seeds; the first in the study's order where they are level. */
  better: string;
  worse: string;
  /** Shared seeds, ascending. */
  seeds: number[];
  /** Its interval is not corrected for the number of comparisons. */
  test: PairedTTest;
  /** Holm's p over all comparisons of this budget. */
  adjustedP: number;
  /** A second opinion that needs no normal differences; nothing rests on it. */
  wilcoxon: WilcoxonTest;
  /** Null where the differences have no spread. */
  effect: PairedEffect | null;
  /**
   * `settled` where the adjusted p is below alpha; `open` where it is not.
   * Open too where every seed gave the same difference: its spread is then unknown.
   */
  outcome: "settled" | "open";
  /** Pairs in all for a power of 0.8 at alpha over the number of comparisons. */
  seedsNeeded: SeedsNeeded;
}

/** Two strategies that share fewer than two seeds. */
export interface UnpairedStrategies {
  strategies: readonly [string, string];
  sharedSeeds: number;
}

/** All pairs of a set of strategies. */
export interface Comparisons {
  compared: PairComparison[];
  unpaired: UnpairedStrategies[];
}

/**
 * Compares every two strategies over the seeds they share: a paired t test each, corrected by Holm's method.
 *
 * Assumes that seeds are independent and their differences normal.
 *
 * @throws RangeError for alpha outside (0, 1), or an accuracy that is not finite.
 */
export function compareStrategies(
  strategies: readonly StrategyResults[],
  options: { alpha?: number } = {},
): Comparisons {
  const { alpha = 0.05 } = options;
  if (!(alpha > 0 && alpha < 1))
    throw new RangeError(`compareStrategies: expected alpha between 0 and 1, got ${alpha}.`);
  const pairs = strategies.flatMap((a, index) => strategies.slice(index + 1).map((b) => orderedPair(a, b)));
  const paired = pairs.filter(({ differences }) => differences.length > 1);
  const tests = paired.map(({ differences }) => pairedTTest(differences, { level: 1 - alpha }));
  const adjusted = holm(tests.map(({ p }) => p));
  return {
    compared: paired.map(({ differences, ...names }, index): PairComparison => {
      const test = tests[index];
      return {
        ...names,
        test,
        adjustedP: adjusted[index],
        wilcoxon: wilcoxonSignedRank(differences),
        effect: pairedEffect(differences),
        outcome: adjusted[index] < alpha && !test.noSpread ? "settled" : "open",
        // Holm's first step asks for this level, so a pair that is open needs more seeds than it has
        seedsNeeded: seedsNeeded(differences, { alpha: alpha / paired.length }),
      };
    }),
    unpaired: pairs
      .filter(({ differences }) => differences.length < 2)
      .map(({ better, worse, seeds }) => ({ strategies: [better, worse], sharedSeeds: seeds.length })),
  };
}

interface OrderedPair {
  better: string;
  worse: string;
  seeds: number[];
  differences: number[];
}

function orderedPair(first: StrategyResults, second: StrategyResults): OrderedPair {
  const shared = pairBySeed(first.results, second.results);
  const differences = shared.map(({ a, b }) => a - b);
  const swapped = mean(differences) < 0;
  return {
    better: swapped ? second.strategy : first.strategy,
    worse: swapped ? first.strategy : second.strategy,
    seeds: shared.map(({ seed }) => seed),
    differences: swapped ? differences.map((difference) => -difference) : differences,
  };
}

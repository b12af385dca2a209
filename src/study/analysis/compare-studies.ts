/** @file Two studies' results of the same strategies against each other. */

import { ConfigError } from "../../core/index.ts";
import { type BudgetResults, type Interval, type StrategyResults, judgeBudgets } from "../../statistics/index.ts";
import type { Budget } from "../file/plan.ts";
import type { StudySummary } from "../records/records.ts";
import { budgetsOf, resultsOf } from "./recommend-strategies.ts";

/** One strategy at one budget in both studies. */
export interface StrategyDifference {
  imagesPerClass: Budget;
  strategy: string;
  /** Mean test accuracies. */
  first: number;
  second: number;
  /** Second less first; null where one of them did not learn, or was cut short where the others were not. */
  difference: { mean: number; interval: Interval } | null;
}

export interface StudyComparison {
  /** True where both were tested on the same images, so that each image is compared with itself. */
  paired: boolean;
  /** Budget by budget, from few images to many. */
  differences: StrategyDifference[];
}

type Compared = Pick<StudySummary, "dataset" | "target" | "runs">;

/**
 * Compares what both studies have finished.
 *
 * Images are the same where data set, classes and the number of test images are; then both studies are one judgement, in
 * which a seed means the same draw of training images. Otherwise neither seeds nor images are held against each other.
 *
 * @throws ConfigError if they have no strategy in common.
 */
export function compareStudies(first: Compared, second: Compared): StudyComparison {
  const paired = sameTestImages(first, second);
  const budgets = budgetsOf(first.runs).filter((budget) => budgetsOf(second.runs).includes(budget));
  const own = resultsOf(first.runs, budgets);
  const others = resultsOf(second.runs, budgets).map((budget) => (paired ? budget : apart(budget)));
  const shared = own.map(({ budget, strategies }, index) => ({
    budget,
    strategies: strategies.flatMap((one) => {
      const other = others[index].strategies.find(({ strategy }) => strategy === one.strategy);
      return other === undefined ? [] : [named(one, "A"), named(other, "B")];
    }),
  }));
  if (shared.every(({ strategies }) => strategies.length === 0)) {
    throw new ConfigError(
      "compare: expected two studies with a strategy in common that both have finished with as many images of each class, got none. Choose others.",
    );
  }
  const { verdicts } = judgeBudgets(shared);
  const differences = shared.flatMap(({ strategies }, index) =>
    pairsOf(strategies).map(([a, b]): StrategyDifference => {
      const pair = verdicts[index].comparisons.find(({ better, worse }) =>
        [better, worse].every((name) => name === a.strategy || name === b.strategy),
      );
      return {
        imagesPerClass: budgets[index],
        strategy: a.strategy.slice("A: ".length),
        first: meanOf(a),
        second: meanOf(b),
        difference: pair === undefined ? null : turned(pair, { isUp: pair.better === b.strategy }),
      };
    }),
  );
  return { paired, differences };
}

function sameTestImages(first: Compared, second: Compared): boolean {
  return (
    first.dataset.checksum === second.dataset.checksum &&
    first.target.classIds.join() === second.target.classIds.join() &&
    first.target.testImages === second.target.testImages
  );
}

/** Results that share neither seeds nor images with those of another study. */
function apart({ budget, strategies }: BudgetResults): BudgetResults {
  return {
    budget,
    strategies: strategies.map((one) => ({
      ...one,
      testSet: "B",
      results: one.results.map((result) => ({ ...result, seed: -1 - result.seed })),
    })),
  };
}

function named(one: StrategyResults, study: "A" | "B"): StrategyResults {
  return { ...one, strategy: `${study}: ${one.strategy}` };
}

function pairsOf(strategies: readonly StrategyResults[]): [StrategyResults, StrategyResults][] {
  return strategies.flatMap((one, index) => (index % 2 === 0 ? [[one, strategies[index + 1]]] : []));
}

function meanOf({ results }: StrategyResults): number {
  return results.reduce((sum, { accuracy }) => sum + accuracy, 0) / results.length;
}

function turned(
  { test: { meanDifference, interval } }: { test: { meanDifference: number; interval: Interval } },
  { isUp }: { isUp: boolean },
): { mean: number; interval: Interval } {
  if (isUp) return { mean: meanDifference, interval };
  return { mean: -meanDifference, interval: { ...interval, low: -interval.high, high: -interval.low } };
}

/** @file Every pair of strategies at one budget, with new seeds and new test images both in mind. */

import { type ScoreEstimates, scoreDifference } from "../decision/score-estimates.ts";
import type { UsualStanding } from "../decision/usual-standing.ts";
import { studentTQuantile, studentTSurvival } from "../distributions/student-t.ts";
import type { SeedResult } from "../learning-curve.ts";
import type { LearningOutcome } from "../learning-outcome.ts";
import type { Interval } from "../summary.ts";
import { holm } from "./holm.ts";
import { type PairedAnswers, comparePairedAnswers } from "./mcnemar.ts";

/** The results of one strategy at one budget. */
export interface StrategyResults {
  strategy: string;
  /** False for training from scratch. */
  transfers: boolean;
  /** One a finished seed. */
  results: readonly SeedResult[];
  /** Of all classes together. */
  trainImages: number;
  testImages: number;
  /** Which test images these are, where results on others are judged with them. */
  testSet?: string;
  /** What one run costs that stands alone, in seconds. */
  seconds: number;
  /** What other tasks say of it; absent where they say nothing. */
  usual?: UsualStanding | undefined;
  /** What became of its seeds; absent where they were not judged. */
  outcome?: LearningOutcome | undefined;
}

/** What is known of a mean difference. */
export interface ModeratedTest {
  meanDifference: number;
  standardError: number;
  /** t interval of the mean difference; not corrected for the number of comparisons. */
  interval: Interval;
  t: number;
  degreesOfFreedom: number;
  /** Two-sided. */
  p: number;
}

/** Two strategies; the differences are those of `better` minus `worse`. */
export interface PairComparison {
  /** The one with the higher expected accuracy; the first in the study's order where they are level. */
  better: string;
  worse: string;
  /** Seeds that both finished, ascending. */
  seeds: number[];
  test: ModeratedTest;
  /** Holm's p over all comparisons of this budget. */
  adjustedP: number;
  /** The two models themselves, where one seed trained each and their answers were kept. */
  answers: PairedAnswers | null;
  /**
   * `settled` where the adjusted p is below alpha; `equal` where the interval at 1 − 2 alpha lies within the region of
   * practical equivalence; otherwise `open`.
   */
  outcome: "settled" | "equal" | "open";
}

/** One strategy with its place in the estimates of the study. */
export interface PlacedResults extends StrategyResults {
  cell: number;
}

/**
 * Compares every two strategies of a budget by moderated t tests, corrected by Holm's method.
 *
 * Variances over seeds lean on all strategies and budgets, so that few seeds, also one, can be judged; differences
 * between test images are part of the standard error. An equivalence is two one-sided tests.
 *
 * @throws RangeError for alpha outside (0, 1).
 * Source: Schuirmann 1987, "A comparison of the two one-sided tests procedure and the power approach".
 */
export function compareStrategies(
  strategies: readonly PlacedResults[],
  { estimates, alpha, region }: { estimates: ScoreEstimates; alpha: number; region: number },
): PairComparison[] {
  if (!(alpha > 0 && alpha < 1))
    throw new RangeError(`compareStrategies: expected alpha between 0 and 1, got ${alpha}.`);
  const pairs = strategies.flatMap((a, index) => strategies.slice(index + 1).map((b) => ordered(a, b, estimates)));
  const tests = pairs.map((pair) => moderatedTest(pair, { estimates, level: 1 - alpha }));
  const adjusted = holm(tests.map(({ p }) => p));
  return pairs.map(([better, worse], index) => {
    const test = tests[index];
    const margin = studentTQuantile(1 - alpha, test.degreesOfFreedom) * test.standardError;
    const isEqual = test.meanDifference + margin <= region && test.meanDifference - margin >= -region;
    return {
      better: better.strategy,
      worse: worse.strategy,
      seeds: sharedSeeds(better, worse),
      test,
      adjustedP: adjusted[index],
      answers: answersOf(better, worse, 1 - alpha),
      outcome: adjusted[index] < alpha ? "settled" : isEqual ? "equal" : "open",
    };
  });
}

function ordered(a: PlacedResults, b: PlacedResults, { means }: ScoreEstimates): [PlacedResults, PlacedResults] {
  return means[b.cell] > means[a.cell] ? [b, a] : [a, b];
}

function moderatedTest(
  [better, worse]: readonly [PlacedResults, PlacedResults],
  { estimates, level }: { estimates: ScoreEstimates; level: number },
): ModeratedTest {
  const { difference, standardError, degreesOfFreedom } = scoreDifference(estimates, better.cell, worse.cell);
  const margin = studentTQuantile((1 + level) / 2, degreesOfFreedom) * standardError;
  const t = difference === 0 ? 0 : difference / standardError;
  return {
    meanDifference: difference,
    standardError,
    interval: { low: difference - margin, high: difference + margin, level },
    t,
    degreesOfFreedom,
    p: 2 * studentTSurvival(Math.abs(t), degreesOfFreedom),
  };
}

function sharedSeeds(a: StrategyResults, b: StrategyResults): number[] {
  const others = new Set(b.results.map(({ seed }) => seed));
  return a.results
    .map(({ seed }) => seed)
    .filter((seed) => others.has(seed))
    .sort((one, two) => one - two);
}

function answersOf(a: StrategyResults, b: StrategyResults, level: number): PairedAnswers | null {
  if (a.results.length !== 1 || b.results.length !== 1 || a.results[0].seed !== b.results[0].seed) return null;
  const [first, second] = [a.results[0].correct, b.results[0].correct];
  return first === undefined || second === undefined ? null : comparePairedAnswers(first, second, { level });
}

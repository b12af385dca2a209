/** @file The statistics of a study: a verdict for every budget, what is recommended where, and crossovers. */

import {
  type Crossover,
  type Interval,
  type JudgedBudgets,
  type PairComparison,
  type Recommendation,
  type StrategyResults,
  type Verdict,
  findCrossover,
  judgeBudgets,
  mean,
  unpackAnswers,
} from "../../statistics/index.ts";
import type { RunRecord, StudySummary } from "../../study/index.ts";
import { type RecommendedRange, recommendedRanges } from "./recommended-ranges.ts";
import { type Budget, type StrategyRuns, type StudyDesign, accuracyOf, studyDesign } from "./study-design.ts";

/** Where the curve of a strategy and that of the baseline cross. */
export interface BaselineCrossover {
  strategy: StrategyRuns;
  crossover: Crossover;
}

/** What the seeds of a budget say. */
export interface BudgetVerdict {
  budget: Budget;
  verdict: Verdict;
}

/** A design with what its numbers say. */
export interface StudyAnalysis {
  design: StudyDesign;
  /** One a budget, ascending. Controls of layer curves are not ranked. */
  verdicts: BudgetVerdict[];
  /** The same with these controls among the strategies, for the layer curves alone. */
  withControls: BudgetVerdict[];
  /** What is recommended where. */
  ranges: RecommendedRange[];
  /** Where the recommendation changes: of the strategies of neighbouring ranges. */
  changes: Crossover[];
  /** Of every ranked strategy against the baseline; empty with one budget or without a baseline. */
  crossovers: BaselineCrossover[];
}

/**
 * Reckons what a study's finished runs say. Failed and unfinished ones are left out, and so are strategies that did not
 * learn, or were cut short where others were not.
 */
export function analyseStudy(summary: StudySummary): StudyAnalysis {
  const design = studyDesign(summary);
  const { budgets, baseline, severalBudgets } = design;
  const ranked = design.strategies.filter((one) => !one.control);
  const judge = (among: readonly StrategyRuns[]): JudgedBudgets =>
    judgeBudgets(
      budgets.map((budget) => ({
        budget: severalBudgets ? budget.size : null,
        strategies: among.map((one) => resultsOf(one, { budget, among, runs: summary.runs })),
      })),
    );
  const judged = judge(ranked);
  const controlled = ranked.length === design.strategies.length ? judged : judge(design.strategies);
  const verdicts = budgets.map((budget, index) => {
    const verdict = judged.verdicts[index];
    const recommendation = recordedAt(budget, { summary, design }) ?? verdict.recommendation;
    return { budget, verdict: { ...verdict, recommendation } };
  });
  const ranges = recommendedRanges(verdicts);
  const crossoverOf = crossoversWithin(judged, design);
  const others = severalBudgets && baseline ? ranked.filter((one) => one !== baseline) : [];
  return {
    design,
    verdicts,
    withControls: budgets.map((budget, index) => ({ budget, verdict: controlled.verdicts[index] })),
    ranges,
    changes: ranges.slice(1).flatMap(({ strategy }, index) => crossoverOf(ranges[index].strategy, strategy)),
    crossovers: others.flatMap((strategy) =>
      crossoverOf(baseline?.name ?? "", strategy.name).map((crossover) => ({ strategy, crossover })),
    ),
  };
}

/** The comparison of two strategies of a verdict; undefined where one of them is not ranked. */
export function pairOf({ comparisons }: Verdict, a: string, b: string): PairComparison | undefined {
  return comparisons.find(({ better, worse }) => (better === a && worse === b) || (better === b && worse === a));
}

/** Accuracy of the first less that of the second, with its interval; null where one of them is not ranked. */
export function differenceOf(verdict: Verdict, a: string, b: string): (Interval & { difference: number }) | null {
  const pair = pairOf(verdict, a, b);
  if (pair === undefined) return null;
  const { meanDifference, interval } = pair.test;
  if (pair.better === a) return { ...interval, difference: meanDifference };
  return { low: -interval.high, high: -interval.low, level: interval.level, difference: -meanDifference };
}

/**
 * What the study itself recommended, which the terminal says too, under the names that the report gives strategies; null
 * in summaries of earlier versions.
 */
function recordedAt(
  budget: Budget,
  { summary, design }: { summary: StudySummary; design: StudyDesign },
): Recommendation | null {
  const found = summary.recommendations?.find(({ imagesPerClass }) => imagesPerClass === budget.asked);
  if (found === undefined) return null;
  const named = (name: string): string => design.strategies.find(({ strategy }) => strategy === name)?.name ?? name;
  return {
    ...found,
    recommended: named(found.recommended),
    equals: found.equals.map(named),
    prospects: found.prospects.map((one) => ({ ...one, strategy: named(one.strategy) })),
  };
}

function resultsOf(
  one: StrategyRuns,
  { budget, among, runs: all }: { budget: Budget; among: readonly StrategyRuns[]; runs: readonly RunRecord[] },
): StrategyResults {
  const runs = one.at(budget);
  const features = Math.max(0, ...among.flatMap((other) => other.at(budget)).map((run) => run.featureDurationMs));
  const [first] = runs;
  return {
    strategy: one.name,
    transfers: one.transfers,
    results: runs.flatMap((run) => {
      const accuracy = accuracyOf(run);
      return accuracy === undefined ? [] : [{ seed: run.seed, accuracy, ...answersOf(run) }];
    }),
    trainImages: first?.trainImages ?? 0,
    testImages: first?.testImages ?? 0,
    seconds: runs.length === 0 ? 0 : mean(runs.map((run) => aloneMs(run, { features, runs: all }))) / 1000,
    outcome: one.outcomeAt(budget),
  };
}

function answersOf({ evaluation, testImages }: RunRecord): { correct?: Uint8Array } {
  return evaluation?.correct === undefined ? {} : { correct: unpackAnswers(evaluation.correct, testImages) };
}

/** What a run would take that finds no features which another one left behind, with the target's run that it goes on from. */
function aloneMs(
  { durationMs, featureDurationMs, startsFrom }: RunRecord,
  { features, runs }: { features: number; runs: readonly RunRecord[] },
): number {
  const own = featureDurationMs > 0 ? durationMs - featureDurationMs + features : durationMs;
  const origin = runs.find(({ id, task }) => id === startsFrom && task === "target");
  return own + (origin === undefined ? 0 : aloneMs(origin, { features, runs }));
}

/** The crossover of two strategies, in the study's order; none where nothing is ranked. */
function crossoversWithin(
  { estimates, placed }: JudgedBudgets,
  { budgets, strategies }: StudyDesign,
): (one: string, other: string) => Crossover[] {
  if (estimates === null) return () => [];
  const rows = budgets.map(({ size }, index) => ({ budget: size, strategies: placed[index] }));
  return (one, other) => {
    const [first, second] = strategies.map(({ name }) => name).filter((name) => name === one || name === other);
    return [findCrossover([first, second], rows, { estimates })];
  };
}

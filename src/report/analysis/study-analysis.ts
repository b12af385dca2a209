/** @file The statistics of a study: a verdict for every budget, crossovers, and differences from training from scratch. */

import {
  type Crossover,
  type Interval,
  type Verdict,
  findCrossover,
  summarize,
  verdict,
} from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { rankedResultsAt } from "./ranked.ts";
import { type Budget, type StrategyRuns, type StudyDesign, resultsAt, studyDesign } from "./study-design.ts";

/** Where the curve of a strategy and that of the baseline cross. */
export interface BaselineCrossover {
  strategy: StrategyRuns;
  crossover: Crossover;
}

/** A design with what its numbers say. */
export interface StudyAnalysis {
  design: StudyDesign;
  /** One a budget, ascending. Controls of layer curves are not ranked. */
  verdicts: { budget: Budget; verdict: Verdict }[];
  /** Of every ranked strategy against the baseline; empty with one budget or without a baseline. */
  crossovers: BaselineCrossover[];
}

/** A mean difference over shared seeds; with one of them there is no interval. */
export interface SeedDifference {
  mean: number;
  interval: Interval | null;
  differences: number[];
}

/**
 * Reckons what a study's finished runs say. Failed and unfinished ones are left out, and so are strategies that did not
 * learn, or were cut short where others were not.
 */
export function analyseStudy(summary: StudySummary): StudyAnalysis {
  const design = studyDesign(summary);
  const ranked = design.strategies.filter((one) => !one.control);
  const verdicts = design.budgets.map((budget) => ({
    budget,
    verdict: verdict(
      ranked.map((one) => ({
        strategy: one.name,
        transfers: one.transfers,
        results: resultsAt(one, budget),
        outcome: one.outcomeAt(budget),
      })),
      design.severalBudgets ? { budget: budget.size } : {},
    ),
  }));
  return { design, verdicts, crossovers: design.severalBudgets ? crossoversOf(design, ranked) : [] };
}

/** The difference a − b at a budget over the seeds that both finished; null where they share none. */
export function differenceAt(a: StrategyRuns, b: StrategyRuns, budget: Budget): SeedDifference | null {
  const others = new Map(resultsAt(b, budget).map(({ seed, accuracy }) => [seed, accuracy]));
  const differences = resultsAt(a, budget).flatMap(({ seed, accuracy }) => {
    const other = others.get(seed);
    return other === undefined ? [] : [accuracy - other];
  });
  if (differences.length === 0) return null;
  const { mean, interval } = summarize(differences);
  return { mean, interval, differences };
}

function crossoversOf(design: StudyDesign, ranked: readonly StrategyRuns[]): BaselineCrossover[] {
  const { baseline, budgets } = design;
  if (!baseline) return [];
  const curve = (one: StrategyRuns) => ({
    strategy: one.name,
    points: budgets.map((budget) => ({ budget: budget.size, results: rankedResultsAt(design, one, budget) })),
  });
  return ranked
    .filter((one) => one !== baseline)
    .map((strategy) => ({ strategy, crossover: findCrossover(curve(baseline), curve(strategy)) }));
}

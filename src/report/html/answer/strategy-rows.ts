/** @file The strategies of a study with what each reached, the best first. */

import { isNumber } from "../../../core/index.ts";
import { mean } from "../../../statistics/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { type Budget, type StrategyRuns, resultsAt } from "../../analysis/study-design.ts";
import { strategyStyle } from "../../figures/kit/strategy-series.ts";
import { outcomeWords } from "../../outcome-words.ts";

/** One strategy at one budget. */
export interface StrategyRow {
  name: string;
  /** On white paper, one of the series' inks. */
  color: string;
  /** In [0, 1]; undefined where no run finished. */
  accuracy: number | undefined;
  /** Of 90 %; null where the strategy is not ranked. */
  interval: readonly [low: number, high: number] | null;
  durationMs: number | undefined;
  trained: number | undefined;
  /** What is special about it. */
  tag: { words: string; isGood: boolean } | null;
}

/** The rows, controls of layer curves left out. */
export function strategyRows(analysis: StudyAnalysis, budget: Budget): StrategyRow[] {
  return analysis.design.strategies
    .filter(({ control }) => !control)
    .map((one) => rowOf(one, { budget, analysis }))
    .sort((a, b) => (b.accuracy ?? -1) - (a.accuracy ?? -1));
}

function rowOf(one: StrategyRuns, { budget, analysis }: { budget: Budget; analysis: StudyAnalysis }): StrategyRow {
  const found = analysis.verdicts.find((other) => other.budget === budget);
  const prospect = found?.verdict.recommendation?.prospects.find(({ strategy }) => strategy === one.name);
  const accuracies = resultsAt(one, budget).map(({ accuracy }) => accuracy);
  const times = one.at(budget).map(({ durationMs }) => durationMs);
  return {
    name: one.name,
    color: strategyStyle(one).color,
    accuracy: prospect?.accuracy ?? (accuracies.length > 0 ? mean(accuracies) : undefined),
    interval: prospect?.interval ?? null,
    durationMs: prospect ? 1000 * prospect.seconds : times.length > 0 ? mean(times) : undefined,
    trained: one.runs[0]?.trainableParameters,
    tag: tagOf(one, { budget, analysis, isKnown: isNumber(accuracies[0]) }),
  };
}

function tagOf(
  one: StrategyRuns,
  { budget, analysis, isKnown }: { budget: Budget; analysis: StudyAnalysis; isKnown: boolean },
): StrategyRow["tag"] {
  const plain = (words: string) => ({ words, isGood: false });
  if (!isKnown) return plain(one.runs.some(({ status }) => status === "failed") ? "failed" : "not finished");
  const recommendation = analysis.verdicts.find((other) => other.budget === budget)?.verdict.recommendation;
  if (recommendation?.recommended === one.name) {
    return { words: recommendation.isSure ? "recommended" : "leads so far", isGood: true };
  }
  if (recommendation?.equals.includes(one.name)) return plain("as good, not cheaper");
  const outcome = outcomeWords[one.outcomeAt(budget)];
  return outcome === "" ? null : plain(outcome);
}

/** @file Accuracy of every strategy at every budget as bars. */

import { percent } from "../../../core/index.ts";
import { summarize } from "../../../statistics/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { type Budget, type StrategyRuns, resultsAt } from "../../analysis/study-design.ts";
import { outcomeMark } from "../../outcome-words.ts";
import { type Bar, accuracyBarAxis, barViews, meanBar } from "../kit/bar-views.ts";
import type { Figure } from "../kit/figure.ts";
import { budgetPhrase, intervalLine, meanText, outcomeLines, targetLine } from "../kit/figure-words.ts";

/** Of `100.0 % (still improving)`. */
const MARKED_WIDTH = 150;

/** One panel a budget; null where there are not two strategies to compare. */
export function strategiesFigure(summary: StudySummary, { design }: StudyAnalysis): Figure | null {
  const { budgets, strategies, severalBudgets, severalSeeds, chance } = design;
  // narrow panels leave the words to the subtitle
  const isAlone = budgets.length === 1;
  const panels = budgets
    .map((budget) => ({ budget, bars: strategies.flatMap((one) => accuracyBar(one, { budget, isAlone })) }))
    .filter(({ bars }) => bars.length > 0)
    .map(({ budget, bars }) => ({ bars, ...(severalBudgets ? { title: budgetPhrase(budget) } : {}) }));
  if (!panels.some(({ bars }) => bars.length > 1)) return null;
  const columns = Math.min(3, panels.length);
  const outcomes = outcomeLines(design);
  const room = isAlone && outcomes.length > 0 ? { room: MARKED_WIDTH } : {};
  const dots = severalSeeds ? " Dots are single seeds." : "";
  return {
    name: "strategies",
    title: `Test accuracy of the strategies${severalBudgets ? " at every budget" : ""}`,
    subtitle: [
      targetLine(summary),
      `${intervalLine(design, "Whiskers")}${dots} The dashed line is chance, ${percent(chance)}.`,
      ...outcomes,
    ],
    ...barViews({ panels, columns, axis: accuracyBarAxis("Test accuracy", { columns, ...room }), rule: chance }),
  };
}

function accuracyBar(strategy: StrategyRuns, { budget, isAlone }: { budget: Budget; isAlone: boolean }): Bar[] {
  const accuracies = resultsAt(strategy, budget).map(({ accuracy }) => accuracy);
  if (accuracies.length === 0) return [];
  const summary = summarize(accuracies);
  const mark = outcomeMark(strategy.outcomeAt(budget));
  return [
    meanBar(strategy, summary, {
      dots: accuracies.length > 1 ? accuracies : [],
      mark: isAlone ? mark : "",
      tip: `${budgetPhrase(budget)}: ${meanText(summary.mean, summary.interval)}${mark}`,
    }),
  ];
}

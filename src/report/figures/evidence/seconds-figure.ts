/** @file Accuracy of every strategy against the seconds that it takes. */

import { duration } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import { costAt } from "../../analysis/costs.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { outcomeMark } from "../../outcome-words.ts";
import { accuracyAxis, secondsAxis } from "../kit/axes.ts";
import { type Figure, flexible } from "../kit/figure.ts";
import { budgetPhrase, intervalLine, meanText, outcomeLines, targetLine } from "../kit/figure-words.ts";
import { clipped, endsOf, seriesOverBudgets } from "../kit/strategy-series.ts";
import { xyView } from "../kit/xy-view.ts";

/** A point a strategy and budget; null for one budget, and where fewer than two strategies finished. */
export function secondsFigure(summary: StudySummary, { design }: StudyAnalysis): Figure | null {
  const { budgets, strategies, severalBudgets } = design;
  if (!severalBudgets) return null;
  const ranked = strategies.filter((one) => !one.control);
  const series = seriesOverBudgets(ranked, budgets, (one, budget) => {
    const cost = costAt(one, budget);
    if (!cost?.accuracy || cost.durationMs <= 0) return null;
    const { mean, interval } = cost.accuracy;
    const mark = outcomeMark(one.outcomeAt(budget));
    const tip = `${budgetPhrase(budget)}: ${meanText(mean, interval)}${mark} in ${duration(cost.durationMs)}`;
    return { x: cost.durationMs / 1000, y: mean, ...clipped(interval), tip };
  });
  if (series.length < 2) return null;
  const seconds = series.flatMap(({ points }) => points.map(({ x }) => Number(x)));
  return {
    name: "accuracy-against-seconds",
    title: "Test accuracy against seconds",
    subtitle: [
      targetLine(summary),
      `Lines join the budgets of a strategy, the smallest first. ${intervalLine(design, "Whiskers")} Seconds include features and evaluation, not the training of the source.`,
      ...outcomeLines(design),
    ],
    legend: series,
    keys: "lines and points",
    ...flexible([
      xyView({
        x: secondsAxis(seconds),
        y: accuracyAxis(endsOf(series), "Test accuracy"),
        series,
        spread: "whiskers",
        pointSize: 60,
        height: 340,
      }),
    ]),
  };
}

/** @file What transfer adds to training from scratch, against images per class. */

import { points } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import { candidatesAt } from "../../analysis/ranked.ts";
import { type StudyAnalysis, differenceOf } from "../../analysis/study-analysis.ts";
import { budgetAxis, pointsAxis } from "../kit/axes.ts";
import { type Figure, flexible } from "../kit/figure.ts";
import { budgetPhrase, outcomeLines, targetLine } from "../kit/figure-words.ts";
import { endsOf, seriesOverBudgets } from "../kit/strategy-series.ts";
import type { XySeries } from "../kit/xy-panel.ts";
import { xyView } from "../kit/xy-view.ts";

/** The differences at every budget; null without several budgets or a baseline. */
export function gainFigure(summary: StudySummary, { design, verdicts }: StudyAnalysis): Figure | null {
  const { baseline, budgets, strategies } = design;
  if (!baseline || !design.severalBudgets) return null;
  const others = strategies.filter((one) => one !== baseline && !one.control);
  const series = seriesOverBudgets(others, budgets, (one, budget) => {
    const verdict = verdicts.find((other) => other.budget === budget)?.verdict;
    const found = verdict && differenceOf(verdict, one.name, baseline.name);
    if (!found) return null;
    const { difference: y, low, high } = found;
    const tip = `${budgetPhrase(budget)}: ${points(y)} percentage points against ${baseline.name} (95 % interval ${points(low)} to ${points(high)})`;
    return { x: budget.size, y, low, high, tip };
  });
  if (series.length === 0) return null;
  const cut = cutBands(series) ? " Bands that reach farther than the figure are cut." : "";
  const leavesOut = budgets.some((budget) => candidatesAt(design, budget).leftOut.length > 0);
  return {
    name: "gain-over-scratch",
    title: `Gain over ${baseline.name} against images per class`,
    subtitle: [
      targetLine(summary),
      `Below the line transfer hurts. Bands are 95 % t intervals of one difference each, not corrected for their number.${cut}`,
      ...(leavesOut ? [`${outcomeLines(design).join(" ")} What is not ranked is left out here.`] : []),
    ],
    legend: series,
    ...flexible([
      xyView({
        x: budgetAxis(budgets),
        y: pointsAxis(endsOf(series), "Percentage points"),
        series,
        rules: [{ axis: "y", at: 0, label: baseline.name }],
        height: 300,
      }),
    ]),
  };
}

/** Keeps wide bands from pressing the means together; true if it had to. */
function cutBands(series: readonly XySeries[]): boolean {
  const all = series.flatMap((one) => one.points);
  const reach = 1.8 * Math.max(...all.map((point) => Math.abs(point.y)), 0.01);
  let isCut = false;
  for (const point of all) {
    const { low, high } = point;
    if (low === undefined || high === undefined || (low >= -reach && high <= reach)) continue;
    Object.assign(point, { low: Math.max(-reach, low), high: Math.min(reach, high) });
    isCut = true;
  }
  return isCut;
}

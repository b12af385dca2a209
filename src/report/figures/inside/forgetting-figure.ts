/** @file What fine-tuning made the network forget of the source task. */

import { percent } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import { rememberedAt, sourceAccuracy } from "../../analysis/costs.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { accuracyAxis, budgetAxis } from "../kit/axes.ts";
import { accuracyBarAxis, barViews, meanBar } from "../kit/bar-views.ts";
import { type Figure, flexible } from "../kit/figure.ts";
import { budgetPhrase, intervalLine, meanText, studyLine } from "../kit/figure-words.ts";
import { clipped, endsOf, seriesOverBudgets } from "../kit/strategy-series.ts";
import { xyView } from "../kit/xy-view.ts";

const AXIS_TITLE = "Accuracy on the source task";

/** Accuracy that is left on the source task: curves over budgets, or bars for one; null where no run measured it. */
export function forgettingFigure(summary: StudySummary, analysis: StudyAnalysis): Figure | null {
  const { design } = analysis;
  const before = sourceAccuracy(summary);
  const plots = design.severalBudgets ? curves(analysis, before) : bars(analysis, before);
  if (!plots) return null;
  const start = before === null ? "" : ` The dashed line is the source model itself, ${percent(before)}.`;
  return {
    name: "forgetting",
    title: "What fine-tuning left of the source task",
    subtitle: [
      `${studyLine(summary)} · source task`,
      `Accuracy on the source's test images with the source's own head on the fine-tuned layers.${start} ${intervalLine(design, design.severalBudgets ? "Bands" : "Whiskers")}`,
    ],
    ...plots,
  };
}

type Plots = Pick<Figure, "views" | "phone" | "legend" | "columns" | "gap">;

function bars({ design }: StudyAnalysis, rule: number | null): Plots | null {
  const [budget] = design.budgets;
  if (!budget) return null;
  const own = design.strategies.flatMap((one) => {
    const left = rememberedAt(one, budget);
    return left ? [meanBar(one, left, { tip: meanText(left.mean, left.interval) })] : [];
  });
  return own.length === 0 ? null : barViews({ panels: [{ bars: own }], axis: accuracyBarAxis(AXIS_TITLE), rule });
}

function curves({ design: { budgets, strategies } }: StudyAnalysis, before: number | null): Plots | null {
  const series = seriesOverBudgets(strategies, budgets, (one, budget) => {
    const left = rememberedAt(one, budget);
    if (!left) return null;
    const tip = `${budgetPhrase(budget)}: ${meanText(left.mean, left.interval)} left on the source task`;
    return { x: budget.size, y: left.mean, ...clipped(left.interval), tip };
  });
  if (series.length === 0) return null;
  const source = before === null ? [] : [before];
  const view = xyView({
    x: budgetAxis(budgets),
    y: accuracyAxis([...endsOf(series), ...source], AXIS_TITLE),
    series,
    rules: source.map((at) => ({ axis: "y", at, label: "source" })),
    height: 280,
  });
  return { ...flexible([view]), legend: series };
}

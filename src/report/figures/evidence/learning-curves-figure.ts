/** @file Accuracy against images per class, with the crossovers marked. */

import { plural } from "../../../core/index.ts";
import { summarize } from "../../../statistics/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import { knownCrossings } from "../../analysis/crossovers.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { resultsAt } from "../../analysis/study-design.ts";
import { outcomeMark } from "../../outcome-words.ts";
import { accuracyAxis, budgetAxis } from "../kit/axes.ts";
import type { Figure } from "../kit/figure.ts";
import { budgetPhrase, intervalLine, meanText, outcomeLines, targetLine } from "../kit/figure-words.ts";
import { clipped, endsOf, seriesOverBudgets } from "../kit/strategy-series.ts";
import type { XyRule } from "../kit/xy-panel.ts";
import { xyView } from "../kit/xy-view.ts";
import { crossoverStrip } from "./crossover-strip.ts";

/** The learning curves; null for a study of one budget. */
export function learningCurvesFigure(summary: StudySummary, analysis: StudyAnalysis): Figure | null {
  const { design } = analysis;
  const { budgets, chance } = design;
  if (!design.severalBudgets) return null;
  const ranked = design.strategies.filter((one) => !one.control);
  const series = seriesOverBudgets(ranked, budgets, (one, budget) => {
    const accuracies = resultsAt(one, budget).map(({ accuracy }) => accuracy);
    if (accuracies.length === 0) return null;
    const { mean, interval, count } = summarize(accuracies);
    const seeds = count === 1 ? "one seed" : plural(count, "seed");
    const tip = `${budgetPhrase(budget)}: ${meanText(mean, interval)}${outcomeMark(one.outcomeAt(budget))}, ${seeds}`;
    return { x: budget.size, y: mean, ...clipped(interval), tip };
  });
  if (series.length === 0) return null;
  const crossings = knownCrossings(analysis);
  const x = budgetAxis(budgets);
  const y = accuracyAxis(endsOf(series), "Test accuracy");
  const chanceRules: XyRule[] = chance >= Number(y.domain[0]) ? [{ axis: "y", at: chance, label: "chance" }] : [];
  const rules = [...chanceRules, ...crossings.map(({ crossing }): XyRule => ({ axis: "x", at: crossing.budget }))];
  const crossed = crossings.length > 0 ? ` Dashed lines mark where curves cross.` : "";
  const curves = xyView({ x, y, series, rules, height: 360 });
  return {
    name: "learning-curves",
    title: "Test accuracy against images per class",
    subtitle: [targetLine(summary), `${intervalLine(design, "Bands")}${crossed}`, ...outcomeLines(design)],
    legend: series,
    phone: [curves],
    views: [curves, ...(crossings.length > 0 ? [crossoverStrip(crossings, { ...x, styles: series })] : [])],
  };
}

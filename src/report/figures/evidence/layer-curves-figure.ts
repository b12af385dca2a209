/** @file The layer curves: accuracy against the number of transferred layers. */

import { points } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import { type CurveKind, type LayerCurves, layerCurves } from "../../analysis/layer-curves.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import type { StudyDesign } from "../../analysis/study-design.ts";
import { outcomeMark } from "../../outcome-words.ts";
import { accuracyAxis } from "../kit/axes.ts";
import { type Figure, flexible } from "../kit/figure.ts";
import { budgetPhrase, intervalLine, meanText, outcomeLines, targetLine } from "../kit/figure-words.ts";
import type { SeriesStyle } from "../kit/palette.ts";
import { clipped, endsOf } from "../kit/strategy-series.ts";
import type { XySeries } from "../kit/xy-panel.ts";
import { xyView } from "../kit/xy-view.ts";
import { inks } from "../../look/inks.ts";

const styles: Record<CurveKind, SeriesStyle> = {
  AnB: { name: "AnB: from the source, frozen", color: inks.vermilion.light, dash: [1, 0], shape: "circle" },
  "AnB+": { name: "AnB+: from the source, fine-tuned", color: inks.orange.light, dash: [7, 3], shape: "square" },
  BnB: { name: "BnB: from the target, frozen", color: inks.blue.light, dash: [1, 0], shape: "triangle-up" },
  "BnB+": { name: "BnB+: from the target, fine-tuned", color: inks.sky.light, dash: [7, 3], shape: "diamond" },
};

/** One figure a budget that has layer curves of at least two points. */
export function layerCurvesFigures(summary: StudySummary, analysis: StudyAnalysis): Figure[] {
  return layerCurves(analysis)
    .filter(({ curves }) => curves.some(({ points: members }) => members.length > 1))
    .map((curves) => layerCurvesFigure(summary, analysis.design, curves));
}

function layerCurvesFigure(
  summary: StudySummary,
  design: StudyDesign,
  { budget, baseline, curves }: LayerCurves,
): Figure {
  const series = curves.map(({ kind, points: members }): XySeries => ({
    ...styles[kind],
    points: members.map(({ layers, accuracy: { mean, interval }, learning, difference, outcome }) => {
      const against = difference ? `, ${points(difference.mean)} points against scratch` : "";
      const verdict = outcome === "open" ? "" : ` (clearly ${outcome})`;
      const tip = `n = ${layers}: ${meanText(mean, interval)}${outcomeMark(learning)}${against}${verdict}`;
      return { x: String(layers), y: mean, ...clipped(interval), tip };
    }),
  }));
  const layers = [...new Set(curves.flatMap((curve) => curve.points.map((point) => point.layers)))];
  const scratch = baseline ? [baseline.accuracy.mean] : [];
  const { severalBudgets } = design;
  return {
    name: severalBudgets ? `layer-curves-n${budget.asked}` : "layer-curves",
    title: `Layer curves${severalBudgets ? ` at ${budgetPhrase(budget)}` : ""}: transferred layers and test accuracy`,
    subtitle: [
      targetLine(summary),
      `${intervalLine(design, "Bands")} After Yosinski et al. 2014.`,
      ...outcomeLines({ ...design, budgets: [budget] }),
    ],
    legend: series,
    ...flexible([
      xyView({
        x: {
          title: "n, the first layers that are transferred; the layers above them start new",
          scale: "category",
          domain: layers.sort((a, b) => a - b).map(String),
        },
        y: accuracyAxis([...endsOf(series), ...scratch], "Test accuracy"),
        series,
        rules: scratch.map((at) => ({ axis: "y", at, label: "scratch" })),
        height: 330,
      }),
    ]),
  };
}

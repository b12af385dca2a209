/** @file The layer curves: accuracy against the number of transferred layers. */

import { points } from "../../core/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { type CurveKind, type LayerCurves, layerCurves } from "../analysis/layer-curves.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import { outcomeMark } from "../outcome-words.ts";
import { accuracyAxis } from "./kit/axes.ts";
import {
  type SpecFigure,
  budgetPhrase,
  clipped,
  intervalLine,
  meanText,
  outcomeLines,
  targetLine,
} from "./kit/figure-words.ts";
import type { SeriesStyle } from "./kit/palette.ts";
import { FULL_WIDTH, xyFigureSpec } from "./kit/xy-figure.ts";
import type { XySeries } from "./kit/xy-panel.ts";

const HEIGHT = 330;

const styles: Record<CurveKind, SeriesStyle> = {
  AnB: { name: "AnB: from the source, frozen", color: "#D55E00", dash: [1, 0], shape: "circle" },
  "AnB+": { name: "AnB+: from the source, fine-tuned", color: "#E69F00", dash: [7, 3], shape: "square" },
  BnB: { name: "BnB: from the target, frozen", color: "#0072B2", dash: [1, 0], shape: "triangle-up" },
  "BnB+": { name: "BnB+: from the target, fine-tuned", color: "#56B4E9", dash: [7, 3], shape: "diamond" },
};

/** One figure a budget that has layer curves of at least two points. */
export function layerCurveFigures(summary: StudySummary, design: StudyDesign): SpecFigure[] {
  return layerCurves(design)
    .filter(({ curves }) => curves.some(({ points: members }) => members.length > 1))
    .map((curves) => layerCurveFigure(summary, { design, curves }));
}

function layerCurveFigure(
  summary: StudySummary,
  { design, curves: { budget, baseline, curves } }: { design: StudyDesign; curves: LayerCurves },
): SpecFigure {
  const series = curves.map(({ kind, points: members }): XySeries => ({
    ...styles[kind],
    points: members.map(({ layers, accuracy, learning, difference, outcome }) => {
      const against = difference ? `, ${points(difference.mean)} points against scratch` : "";
      const verdict = outcome === "open" ? "" : ` (settled ${outcome})`;
      const mark = outcomeMark(learning);
      const tip = `n = ${layers}: ${meanText(accuracy.mean, accuracy.interval)}${mark}${against}${verdict}`;
      return { x: String(layers), y: accuracy.mean, ...clipped(accuracy.interval), tip };
    }),
  }));
  const layers = [...new Set(curves.flatMap((curve) => curve.points.map((point) => point.layers)))].sort(
    (a, b) => a - b,
  );
  const values = series.flatMap((one) =>
    one.points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]),
  );
  const scratch = baseline?.accuracy.mean;
  const title = `Layer curves${design.severalBudgets ? ` at ${budgetPhrase(budget)}` : ""}: transferred layers and test accuracy`;
  const panel = {
    x: {
      title: "n, the first layers that are transferred; the layers above them start new",
      scale: "category" as const,
      domain: layers.map(String),
    },
    y: accuracyAxis(scratch === undefined ? values : [...values, scratch], "Test accuracy"),
    series,
    rules: scratch === undefined ? [] : [{ axis: "y" as const, at: scratch, label: "scratch" }],
    draw: { lines: true, spread: "band" as const },
    width: FULL_WIDTH,
    height: HEIGHT,
  };
  const subtitle = [
    targetLine(summary),
    `${intervalLine(design, "Bands")} After Yosinski et al. 2014.`,
    ...outcomeLines({ ...design, budgets: [budget] }),
  ];
  const name = design.severalBudgets ? `layer-curves-n${budget.asked}` : "layer-curves";
  return { name, title, spec: xyFigureSpec({ title, subtitle, legend: series, panels: [panel], columns: 1 }) };
}

/** @file How far fine-tuning moved the weights of each layer. */

import { percent } from "../../../core/index.ts";
import { mean } from "../../../statistics/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { largestBudget } from "../../analysis/study-design.ts";
import { type Figure, flexible } from "../kit/figure.ts";
import { atLargest, studyLine } from "../kit/figure-words.ts";
import { endsOf, strategyStyle } from "../kit/strategy-series.ts";
import type { XySeries } from "../kit/xy-panel.ts";
import { xyView } from "../kit/xy-view.ts";

/** Layers whose names have room beside each other. */
const MOST_ON_A_PHONE = 8;

/** Relative change of every transferred layer at the largest budget; null where nothing was transferred and measured. */
export function weightChangeFigure(summary: StudySummary, { design }: StudyAnalysis): Figure | null {
  if (design.budgets.length === 0) return null;
  const budget = largestBudget(design);
  const series = design.strategies
    .map((one): XySeries => {
      const byLayer = Map.groupBy(
        one.at(budget).flatMap((run) => run.weightChange ?? []),
        ({ layer }) => layer,
      );
      const points = [...byLayer].map(([layer, changes]) => {
        const value = mean(changes.map(({ relative }) => relative));
        const seeds = changes.length > 1 ? `, mean of ${changes.length} seeds` : "";
        return { x: layer, y: value, tip: `${layer}: moved by ${percent(value)} of its norm${seeds}` };
      });
      return { ...strategyStyle(one), points };
    })
    .filter(({ points }) => points.some(({ y }) => y > 0));
  if (series.length === 0) return null;
  const layers = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))];
  const view = xyView({
    x: {
      title: "Layer, from the image to the answer",
      scale: "category",
      domain: layers,
    },
    y: {
      title: "Change of the weights",
      scale: "linear",
      domain: [0, 1.05 * Math.max(...endsOf(series))],
      label: "format(datum.value * 100, '.3~r') + ' %'",
    },
    series,
    height: 300,
  });
  return {
    name: "weight-change",
    title: `How far fine-tuning moved each layer${atLargest(design)}`,
    subtitle: [
      studyLine(summary),
      "Length of the change over the length of the weights that were transferred, in the Euclidean norm; frozen layers stay at 0.",
    ],
    legend: series,
    ...(layers.length <= MOST_ON_A_PHONE ? flexible([view]) : { views: [view] }),
  };
}

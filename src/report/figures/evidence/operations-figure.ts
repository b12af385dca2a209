/** @file Operations forwards and backwards of every strategy as bars. */

import type { StudySummary } from "../../../study/index.ts";
import { costAt } from "../../analysis/costs.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { largestBudget } from "../../analysis/study-design.ts";
import { type Bar, barViews } from "../kit/bar-views.ts";
import type { Figure } from "../kit/figure.ts";
import { atLargest, targetLine } from "../kit/figure-words.ts";
import { strategyStyle } from "../kit/strategy-series.ts";

/** The operations at the largest budget; null where none were counted. */
export function operationsFigure(summary: StudySummary, { design }: StudyAnalysis): Figure | null {
  const budget = largestBudget(design);
  const counted = design.strategies.flatMap((strategy) => {
    const cost = costAt(strategy, budget);
    return cost && cost.flops.total > 0 ? [{ strategy, ...cost.flops }] : [];
  });
  if (counted.length === 0) return null;
  const highest = Math.max(...counted.map(({ total }) => total));
  const unit = unitOf(highest);
  const bars = counted.map(({ strategy, total, backward }): Bar => {
    const { color, name } = strategyStyle(strategy);
    const [value, back] = [total / unit.size, backward / unit.size];
    const pieces = [
      { color, value: value - back, opacity: 0.45 },
      { color, value: back, opacity: 0.9 },
    ];
    const text = short(value);
    return { name, value, pieces, dots: [], text, tip: `${text} ${unit.name}, ${short(back)} of it backwards` };
  });
  return {
    name: "operations",
    title: `Floating point operations of the strategies${atLargest(design)}`,
    subtitle: [
      targetLine(summary),
      "Pale: forwards, with the features of frozen layers; dark: backwards. Evaluation is not counted.",
    ],
    ...barViews({
      panels: [{ bars }],
      axis: {
        title: `${unit.name} (10^${Math.log10(unit.size)} operations)`,
        end: (1.12 * highest) / unit.size,
        label: "format(datum.value, ',~r')",
      },
    }),
  };
}

function unitOf(operations: number): { name: string; size: number } {
  if (operations >= 1e15) return { name: "PFLOP", size: 1e15 };
  if (operations >= 1e12) return { name: "TFLOP", size: 1e12 };
  return { name: "GFLOP", size: 1e9 };
}

function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(2)));
}

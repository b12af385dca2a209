/** @file What fine-tuning made the network forget of the source task. */

import { percent } from "../../core/index.ts";
import type { Summary } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { rememberedAt, sourceAccuracy } from "../analysis/costs.ts";
import type { Budget, StrategyRuns, StudyDesign } from "../analysis/study-design.ts";
import { accuracyAxis, budgetAxis } from "./kit/axes.ts";
import { type Bar, accuracyBarAxis, barFigureSpec } from "./kit/bar-figure.ts";
import {
  type SpecFigure,
  budgetPhrase,
  clipped,
  intervalLine,
  meanText,
  strategyStyle,
  studyLine,
} from "./kit/figure-words.ts";
import { FULL_WIDTH, xyFigureSpec } from "./kit/xy-figure.ts";
import type { XyPanel, XySeries } from "./kit/xy-panel.ts";

const TITLE = "What fine-tuning left of the source task";
const AXIS_TITLE = "Accuracy on the source task";
const HEIGHT = 280;

interface Remembered {
  one: StrategyRuns;
  points: { budget: Budget; left: Summary }[];
}

interface Parts {
  design: StudyDesign;
  measured: Remembered[];
  /** The source model itself; null where none finished. */
  before: number | null;
  subtitle: string[];
}

/** Accuracy that is left on the source task: curves over budgets, or bars for one; null where no run measured it. */
export function forgettingFigure(summary: StudySummary, design: StudyDesign): SpecFigure | null {
  const before = sourceAccuracy(summary);
  const measured = design.strategies
    .map((one): Remembered => {
      const points = design.budgets.flatMap((budget) => {
        const left = rememberedAt(one, budget);
        return left ? [{ budget, left }] : [];
      });
      return { one, points };
    })
    .filter(({ points }) => points.length > 0);
  if (measured.length === 0) return null;
  const start = before === null ? "" : ` The dashed line is the source model itself, ${percent(before)}.`;
  const subtitle = [
    `${studyLine(summary)} · source task`,
    `Accuracy on the source's test images with the source's own head on the fine-tuned layers.${start} ${intervalLine(design, design.severalBudgets ? "Bands" : "Whiskers")}`,
  ];
  const parts = { design, measured, before, subtitle };
  return { name: "forgetting", title: TITLE, spec: design.severalBudgets ? curves(parts) : bars(parts) };
}

function bars({ measured, before, subtitle }: Parts): SpecFigure["spec"] {
  const own = measured.map(({ one, points: [{ left }] }): Bar => {
    const { color, name } = strategyStyle(one);
    const { mean, interval } = left;
    const pieces = [{ color, value: mean, opacity: 0.75 }];
    const text = percent(mean);
    return { name, value: mean, pieces, ...clipped(interval), dots: [], text, tip: meanText(mean, interval) };
  });
  return barFigureSpec({
    title: TITLE,
    subtitle,
    panels: [{ bars: own }],
    columns: 1,
    axis: accuracyBarAxis(AXIS_TITLE, { columns: 1 }),
    ...(before === null ? {} : { rule: before }),
  });
}

function curves({ design, measured, before, subtitle }: Parts): SpecFigure["spec"] {
  const series = measured.map(({ one, points }): XySeries => ({
    ...strategyStyle(one),
    points: points.map(({ budget, left: { mean, interval } }) => ({
      x: budget.size,
      y: mean,
      ...clipped(interval),
      tip: `${budgetPhrase(budget)}: ${meanText(mean, interval)} left on the source task`,
    })),
  }));
  const values = series.flatMap((one) => one.points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]));
  const panel: XyPanel = {
    x: budgetAxis(design.budgets, "Training images of each class (logarithmic)"),
    y: accuracyAxis(before === null ? values : [...values, before], AXIS_TITLE),
    series,
    rules: before === null ? [] : [{ axis: "y", at: before, label: "source" }],
    draw: { lines: true, spread: "band" },
    width: FULL_WIDTH,
    height: HEIGHT,
  };
  return xyFigureSpec({ title: TITLE, subtitle, legend: series, panels: [panel], columns: 1 });
}

/** @file Strategies side by side: accuracy at every budget, seconds, operations. */

import { duration, percent } from "../../core/index.ts";
import { summarize } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { costAt } from "../analysis/costs.ts";
import {
  type Budget,
  type StrategyRuns,
  type StudyDesign,
  largestBudget,
  resultsAt,
} from "../analysis/study-design.ts";
import { outcomeMark } from "../outcome-words.ts";
import { accuracyAxis, logAxis } from "./kit/axes.ts";
import { type Bar, accuracyBarAxis, barFigureSpec } from "./kit/bar-figure.ts";
import {
  type SpecFigure,
  atLargest,
  budgetPhrase,
  clipped,
  intervalLine,
  meanText,
  outcomeLines,
  strategyStyle,
  targetLine,
} from "./kit/figure-words.ts";
import { FULL_WIDTH, xyFigureSpec } from "./kit/xy-figure.ts";
import type { XyPanel, XySeries } from "./kit/xy-panel.ts";

const HEIGHT = 340;
/** Of `100.0 % (still improving)`. */
const MARKED_WIDTH = 150;

/** Accuracy of every strategy at every budget as bars. */
export function strategyBarsFigure(summary: StudySummary, design: StudyDesign): SpecFigure | null {
  // narrow panels leave the words to the subtitle
  const isAlone = design.budgets.length === 1;
  const panels = design.budgets
    .map((budget) => ({ budget, bars: design.strategies.flatMap((one) => accuracyBar(one, { budget, isAlone })) }))
    .filter(({ bars }) => bars.length > 0)
    .map(({ budget, bars }) => ({ bars, ...(design.severalBudgets ? { title: budgetPhrase(budget) } : {}) }));
  if (panels.length === 0 || !panels.some(({ bars }) => bars.length > 1)) return null;
  const columns = Math.min(3, panels.length);
  const isMarked = isAlone && outcomeLines(design).length > 0;
  const title = `Test accuracy of the strategies${design.severalBudgets ? " at every budget" : ""}`;
  const dots = design.severalSeeds ? " Dots are single seeds." : "";
  const spec = barFigureSpec({
    title,
    subtitle: [
      targetLine(summary),
      `${intervalLine(design, "Whiskers")}${dots} The dashed line is chance, ${percent(design.chance)}.`,
      ...outcomeLines(design),
    ],
    panels,
    columns,
    axis: accuracyBarAxis("Test accuracy", { columns, ...(isMarked ? { room: MARKED_WIDTH } : {}) }),
    rule: design.chance,
  });
  return { name: "strategies", title, spec };
}

function accuracyBar(strategy: StrategyRuns, { budget, isAlone }: { budget: Budget; isAlone: boolean }): Bar[] {
  const accuracies = resultsAt(strategy, budget).map(({ accuracy }) => accuracy);
  if (accuracies.length === 0) return [];
  const { mean, interval } = summarize(accuracies);
  const { color, name } = strategyStyle(strategy);
  const mark = outcomeMark(strategy.outcomeAt(budget));
  return [
    {
      name,
      value: mean,
      pieces: [{ color, value: mean, opacity: 0.75 }],
      ...clipped(interval),
      dots: accuracies.length > 1 ? accuracies : [],
      text: `${percent(mean)}${isAlone ? mark : ""}`,
      tip: `${budgetPhrase(budget)}: ${meanText(mean, interval)}${mark}`,
    },
  ];
}

/** Accuracy against seconds; null where fewer than two strategies finished. */
export function secondsFigure(summary: StudySummary, design: StudyDesign): SpecFigure | null {
  const series = design.strategies
    .filter((one) => !one.control)
    .map((one): XySeries => ({
      ...strategyStyle(one),
      points: design.budgets.flatMap((budget) => {
        const cost = costAt(one, budget);
        if (!cost?.accuracy || cost.durationMs <= 0) return [];
        const { mean, interval } = cost.accuracy;
        const mark = outcomeMark(one.outcomeAt(budget));
        const tip = `${budgetPhrase(budget)}: ${meanText(mean, interval)}${mark} in ${duration(cost.durationMs)}`;
        return [{ x: cost.durationMs / 1000, y: mean, ...clipped(interval), tip }];
      }),
    }))
    .filter((one) => one.points.length > 0);
  if (series.length < 2) return null;
  const all = series.flatMap((one) => one.points);
  const title = "Test accuracy against seconds";
  const lines = design.severalBudgets ? "Lines join the budgets of a strategy, the smallest first. " : "";
  const panel: XyPanel = {
    x: logAxis(
      all.map((point) => Number(point.x)),
      { title: "Seconds of a run (logarithmic)", label: "format(datum.value, ',~r')" },
    ),
    y: accuracyAxis(
      all.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]),
      "Test accuracy",
    ),
    series,
    draw: { lines: design.severalBudgets, spread: "whiskers", size: 60 },
    width: FULL_WIDTH,
    height: HEIGHT,
  };
  const subtitle = [
    targetLine(summary),
    `${lines}${intervalLine(design, "Whiskers")} Seconds include features and evaluation, not the training of the source.`,
    ...outcomeLines(design),
  ];
  const keys = design.severalBudgets ? "lines and points" : "points";
  return {
    name: "accuracy-against-seconds",
    title,
    spec: xyFigureSpec({ title, subtitle, legend: series, keys, panels: [panel], columns: 1 }),
  };
}

/** Operations forwards and backwards of every strategy at the largest budget; null where none were counted. */
export function flopsFigure(summary: StudySummary, design: StudyDesign): SpecFigure | null {
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
    const [all, back] = [total / unit.size, backward / unit.size];
    const text = short(all);
    return {
      name,
      value: all,
      pieces: [
        { color, value: all - back, opacity: 0.45 },
        { color, value: back, opacity: 0.9 },
      ],
      dots: [],
      text,
      tip: `${text} ${unit.name}, ${short(back)} of it backwards`,
    };
  });
  const title = `Floating point operations of the strategies${atLargest(design)}`;
  const spec = barFigureSpec({
    title,
    subtitle: [
      targetLine(summary),
      "Pale: forwards, with the features of frozen layers; dark: backwards. Evaluation is not counted.",
    ],
    panels: [{ bars }],
    columns: 1,
    axis: {
      title: `${unit.name} (10^${Math.log10(unit.size)} operations)`,
      end: (1.12 * highest) / unit.size,
      label: "format(datum.value, ',~r')",
    },
  });
  return { name: "operations", title, spec };
}

function unitOf(operations: number): { name: string; size: number } {
  if (operations >= 1e15) return { name: "PFLOP", size: 1e15 };
  if (operations >= 1e12) return { name: "TFLOP", size: 1e12 };
  return { name: "GFLOP", size: 1e9 };
}

function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(2)));
}

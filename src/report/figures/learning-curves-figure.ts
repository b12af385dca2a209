/** @file Accuracy against images per class, with the crossovers marked; and the gain over training from scratch. */

import { points } from "../../core/index.ts";
import { summarize } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { markedCrossings } from "../analysis/crossovers.ts";
import { candidatesAt, isRanked } from "../analysis/ranked.ts";
import { type StudyAnalysis, differenceAt } from "../analysis/study-analysis.ts";
import { resultsAt } from "../analysis/study-design.ts";
import { outcomeMark } from "../outcome-words.ts";
import { crossoverStrip } from "./crossover-strip.ts";
import { accuracyAxis, budgetAxis, pointsAxis } from "./kit/axes.ts";
import {
  type SpecFigure,
  budgetPhrase,
  clipped,
  intervalLine,
  meanText,
  outcomeLines,
  strategyStyle,
  targetLine,
} from "./kit/figure-words.ts";
import { FULL_WIDTH, xyFigureSpec } from "./kit/xy-figure.ts";
import type { XySeries } from "./kit/xy-panel.ts";

const HEIGHT = 360;
const GAIN_HEIGHT = 300;
const BUDGET_TITLE = "Training images of each class (logarithmic)";

/** The learning curves; null for a study of one budget. */
export function learningCurvesFigure(summary: StudySummary, analysis: StudyAnalysis): SpecFigure | null {
  const { design } = analysis;
  if (!design.severalBudgets) return null;
  const series = learningSeries(analysis);
  if (series.length === 0) return null;
  const values = series.flatMap((one) => one.points.flatMap((point) => [point.y, point.low ?? point.y]));
  const yAxis = accuracyAxis(
    [...values, ...series.flatMap((one) => one.points.map((p) => p.high ?? p.y))],
    "Test accuracy",
  );
  const crossings = markedCrossings(analysis);
  const x = budgetAxis(design.budgets, BUDGET_TITLE);
  const title = "Test accuracy against images per class";
  const showsChance = design.chance >= Number(yAxis.domain[0]);
  const panel = {
    x,
    y: yAxis,
    series,
    rules: [
      ...(showsChance ? [{ axis: "y" as const, at: design.chance, label: "chance" }] : []),
      ...crossings.map(({ crossing }) => ({ axis: "x" as const, at: crossing.budget })),
    ],
    draw: { lines: true, spread: "band" as const },
    width: FULL_WIDTH,
    height: HEIGHT,
    ...(crossings.length > 0 ? { below: crossoverStrip(crossings, { ...x, styles: series }) } : {}),
  };
  const crossed =
    crossings.length > 0
      ? ` Dashed lines mark where curves cross${crossings.some(({ interval }) => interval) ? ", with 95 % intervals below" : ""}.`
      : "";
  const subtitle = [targetLine(summary), `${intervalLine(design, "Bands")}${crossed}`, ...outcomeLines(design)];
  return {
    name: "learning-curves",
    title,
    spec: xyFigureSpec({ title, subtitle, legend: series, panels: [panel], columns: 1 }),
  };
}

/** What transfer adds to training from scratch at every budget; null without several budgets or a baseline. */
export function gainFigure(summary: StudySummary, { design }: StudyAnalysis): SpecFigure | null {
  const { baseline, budgets, strategies } = design;
  if (!baseline || !design.severalBudgets) return null;
  const leavesOut = budgets.some((budget) => candidatesAt(design, budget).leftOut.length > 0);
  const series = strategies
    .filter((one) => one !== baseline && !one.control)
    .map((one): XySeries => ({
      ...strategyStyle(one),
      points: budgets.flatMap((budget) => {
        const areRanked = [one, baseline].every((strategy) => isRanked(design, strategy, budget));
        const difference = areRanked ? differenceAt(one, baseline, budget) : null;
        if (!difference) return [];
        const { mean, interval } = difference;
        const spread = interval ? ` (95 % interval ${points(interval.low)} to ${points(interval.high)})` : "";
        const tip = `${budgetPhrase(budget)}: ${points(mean)} percentage points against ${baseline.name}${spread}`;
        return [{ x: budget.size, y: mean, ...(interval ? { low: interval.low, high: interval.high } : {}), tip }];
      }),
    }))
    .filter((one) => one.points.length > 0);
  if (series.length === 0) return null;
  const isCut = cutBands(series);
  const values = series.flatMap((one) =>
    one.points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]),
  );
  const title = `Gain over ${baseline.name} against images per class`;
  const panel = {
    x: budgetAxis(budgets, BUDGET_TITLE),
    y: pointsAxis(values, "Percentage points"),
    series,
    rules: [{ axis: "y" as const, at: 0, label: baseline.name }],
    draw: { lines: true, spread: "band" as const },
    width: FULL_WIDTH,
    height: GAIN_HEIGHT,
  };
  const subtitle = [
    targetLine(summary),
    `Differences are paired by seed; below the line transfer hurts. ${design.severalSeeds ? "Bands are 95 % t intervals of one difference each, not corrected for their number." : intervalLine(design, "Bands")}${isCut ? " Bands that reach farther than the figure are cut." : ""}`,
    ...(leavesOut ? [`${outcomeLines(design).join(" ")} What is not ranked is left out here.`] : []),
  ];
  return {
    name: "gain-over-scratch",
    title,
    spec: xyFigureSpec({ title, subtitle, legend: series, panels: [panel], columns: 1 }),
  };
}

function learningSeries({ design }: StudyAnalysis): XySeries[] {
  return design.strategies
    .filter((one) => !one.control)
    .map((one) => ({
      ...strategyStyle(one),
      points: design.budgets.flatMap((budget) => {
        const accuracies = resultsAt(one, budget).map(({ accuracy }) => accuracy);
        if (accuracies.length === 0) return [];
        const { mean, interval, count } = summarize(accuracies);
        const seeds = count === 1 ? "one seed" : `${count} seeds`;
        const mark = outcomeMark(one.outcomeAt(budget));
        const tip = `${budgetPhrase(budget)}: ${meanText(mean, interval)}${mark}, ${seeds}`;
        return [{ x: budget.size, y: mean, ...clipped(interval), tip }];
      }),
    }))
    .filter((one) => one.points.length > 0);
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

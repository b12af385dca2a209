/** @file Strategies and budgets as series of points. */

import type { Interval } from "../../../statistics/index.ts";
import type { Budget, StrategyRuns } from "../../analysis/study-design.ts";
import { budgetPhrase } from "./figure-words.ts";
import { type SeriesStyle, modelStyle } from "./palette.ts";
import type { XyPoint, XySeries } from "./xy-panel.ts";

/** The look of a strategy, the same in every figure. */
export function strategyStyle(strategy: StrategyRuns): SeriesStyle {
  return modelStyle(strategy.position, strategy.name);
}

/** The looks of budgets that are told apart within a plot. */
export function budgetStyles(budgets: readonly Budget[]): SeriesStyle[] {
  return budgets.map((budget, index) => modelStyle(index, budgetPhrase(budget)));
}

/** A series a strategy with a point a budget, where there is one; strategies without any are left out. */
export function seriesOverBudgets(
  strategies: readonly StrategyRuns[],
  budgets: readonly Budget[],
  pointAt: (strategy: StrategyRuns, budget: Budget) => XyPoint | null,
): XySeries[] {
  return strategies
    .map((one) => ({ ...strategyStyle(one), points: budgets.flatMap((budget) => pointAt(one, budget) ?? []) }))
    .filter(({ points }) => points.length > 0);
}

/** The values of series with the ends of their intervals: what an axis has to hold. */
export function endsOf(series: readonly XySeries[]): number[] {
  return series.flatMap(({ points }) => points.flatMap(({ y, low = y, high = y }) => [y, low, high]));
}

/** The ends of an interval of accuracies, kept to 0–100 %, where the mean has to lie. */
export function clipped(interval: Interval | null): { low?: number; high?: number } {
  return interval ? { low: Math.max(0, interval.low), high: Math.min(1, interval.high) } : {};
}

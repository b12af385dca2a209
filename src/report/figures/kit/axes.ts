/** @file Axes that several figures share: budgets, accuracies, seconds. */

import type { Budget } from "../../analysis/study-design.ts";
import type { XyAxis } from "./xy-panel.ts";

const PERCENT_LABEL = "round(datum.value * 1000) / 10 + ' %'";
/** How much room a logarithmic axis leaves before its first and after its last point. */
const LOG_MARGIN = 1.15;

/** Training images of each class on a logarithmic axis, labelled at the study's budgets. */
export function budgetAxis(budgets: readonly Budget[]): XyAxis {
  const sizes = budgets.map((budget) => budget.size);
  const all = budgets.find((budget) => budget.asked === "all");
  const label = "format(datum.value, ',')";
  return {
    title: "Training images of each class (logarithmic)",
    scale: "log",
    domain: [Math.min(...sizes) / LOG_MARGIN, Math.max(...sizes) * LOG_MARGIN],
    ticks: sizes,
    label: all ? `datum.value == ${all.size} ? 'all (' + ${label} + ')' : ${label}` : label,
  };
}

/** Accuracies from a round number below the lowest to 100 %; for lines and points, which need no zero. */
export function accuracyAxis(values: readonly number[], title: string): XyAxis {
  const lowest = Math.min(1, ...values);
  const highest = Math.max(0, ...values);
  const step = highest - lowest > 0.5 ? 0.2 : highest - lowest > 0.2 ? 0.1 : highest - lowest > 0.08 ? 0.05 : 0.02;
  const from = Math.max(0, Math.floor(lowest / step - 1e-9) * step);
  const to = Math.min(1, Math.ceil(highest / step + 1e-9) * step);
  return {
    title,
    scale: "linear",
    domain: [from, to > from ? to : from + step],
    ticks: steps(from, to, step),
    label: PERCENT_LABEL,
  };
}

/** Shares of a whole, from 0 to 100 %. */
export function shareAxis(title: string): XyAxis {
  const label = "round(datum.value * 100) + ' %'";
  return { title, scale: "linear", domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], label };
}

/** Differences in percentage points, zero included. */
export function pointsAxis(values: readonly number[], title: string): XyAxis {
  const label = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + round(abs(datum.value) * 1000) / 10";
  return { title, scale: "linear", domain: differenceDomain(values, 0.02), label };
}

/** Both ends of an axis of differences, zero included, with a little room; where all are 0, that of `least`. */
export function differenceDomain(values: readonly number[], least: number): [number, number] {
  const [lowest, highest] = [Math.min(0, ...values), Math.max(0, ...values)];
  const margin = 0.05 * (highest - lowest || least);
  return [lowest - margin, highest + margin];
}

/** Between powers of ten; the first that give two ticks are taken. */
const DIGITS = [[1, 2, 5], steps(1, 9, 1), steps(1, 9.9, 0.1)];

/** Positive numbers on a logarithmic axis with ticks at 1, 2 and 5 times powers of ten, at more where those are too few. */
export function logAxis(values: readonly number[], { title, label }: { title: string; label?: string }): XyAxis {
  const positive = values.filter((value) => value > 0);
  const [low, high] = [Math.min(...positive) / LOG_MARGIN, Math.max(...positive) * LOG_MARGIN];
  const powers = steps(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)), 1);
  const candidates = DIGITS.map((digits) =>
    powers
      .flatMap((power) => digits.map((digit) => Number((digit * 10 ** power).toPrecision(2))))
      .filter((tick) => tick >= low && tick <= high),
  );
  const ticks = candidates.find(({ length }) => length > 1) ?? candidates[0];
  return { title, scale: "log", domain: [low, high], ticks, ...(label === undefined ? {} : { label }) };
}

/** Seconds that runs take. */
export function secondsAxis(seconds: readonly number[]): XyAxis {
  return logAxis(seconds, { title: "Seconds of a run (logarithmic)", label: "format(datum.value, ',~r')" });
}

/** Any numbers, with a little room at both ends. */
export function linearAxis(values: readonly number[], title: string): XyAxis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.06 * (high - low || Math.abs(high) || 1);
  return { title, scale: "linear", domain: [low - margin, high + margin] };
}

function steps(from: number, to: number, step: number): number[] {
  const count = Math.round((to - from) / step);
  return Array.from({ length: count + 1 }, (_, index) => Number((from + index * step).toFixed(4)));
}

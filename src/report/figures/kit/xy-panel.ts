/** @file What one panel of points, lines and intervals holds. */

import type { SeriesStyle } from "./palette.ts";

/** An axis of numbers or of names. */
export interface XyAxis {
  title: string | null;
  scale: "linear" | "log" | "category";
  /** Both ends, or the names in their order. */
  domain: readonly (number | string)[];
  /** Where it is labelled; left to Vega where absent. */
  ticks?: readonly number[];
  /** Vega expression of a label; `datum.value` is the number. */
  label?: string;
}

/** One point; the ends are those of its interval. */
export interface XyPoint {
  x: number | string;
  y: number;
  low?: number;
  high?: number;
  /** What a pointer is told beside the name of the series. */
  tip: string;
  /** Drawn with a ring around it. */
  marked?: boolean;
}

/** Points of one look. */
export interface XySeries extends SeriesStyle {
  points: XyPoint[];
}

/** A thin line across the panel, with a word at its end. */
export interface XyRule {
  axis: "x" | "y";
  at: number;
  label?: string;
}

/** One plot. */
export interface XyPanel {
  title?: string;
  x: XyAxis;
  y: XyAxis;
  series: XySeries[];
  rules?: XyRule[];
  /** What joins the points, and how intervals are shown. */
  draw: { lines: boolean; spread: "band" | "whiskers"; size?: number; opacity?: number };
  width: number;
  height: number;
  /** Under the plot, on the same x axis. */
  below?: object;
  /** The line of equal x and y: what perfect agreement would be. */
  diagonal?: boolean;
}

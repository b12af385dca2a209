/** @file What one panel of points, lines and intervals holds. */

import type { SeriesStyle } from "./palette.ts";

/** An axis of numbers or of names. */
export interface XyAxis {
  title: string | null;
  scale: "linear" | "log" | "category";
  /** Both ends, or the names in their order. */
  domain: readonly (number | string)[];
  /** Widens the domain to round numbers with about so many ticks. */
  nice?: number;
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
  /** Drawn around or over it. */
  mark?: "ring" | "cross" | null;
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
  /** Moves the word, in pixels. */
  shift?: number;
}

/** One plot. */
export interface XyPanel {
  title?: string;
  x: XyAxis;
  y: XyAxis;
  series: XySeries[];
  rules?: XyRule[];
  /** A thin dashed line behind the points: what perfect agreement would be, or a front. */
  guide?: readonly { x: number; y: number }[];
  /** Joins the points of a series, unless false. */
  lines?: boolean;
  /** How intervals are shown; as bands where absent. */
  spread?: "bands" | "whiskers";
  bandOpacity?: number;
  /** Of a point, in square pixels; 0 for none. */
  pointSize?: number;
  /** Of the points. */
  opacity?: number;
  /** Inside the axes, in pixels; that of a whole figure where absent. */
  width?: number;
  height: number;
}

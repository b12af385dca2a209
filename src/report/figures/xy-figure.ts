/** @file A figure of points, lines and intervals over one axis, as a Vega-Lite specification. */

import type { TopLevelSpec } from "vega-lite";
import { type FigureTitle, figureFrame, gridOf, panelTitle } from "./figure-frame.ts";
import type { SeriesStyle } from "./palette.ts";
import { xyLayers } from "./xy-layers.ts";

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

/** Panels side by side under one legend. */
export interface XyFigure extends FigureTitle {
  legend: readonly SeriesStyle[];
  keys?: "lines and points" | "points";
  panels: XyPanel[];
  columns: number;
}

/** Width inside the axes of a figure of one panel. */
export const FULL_WIDTH = 640;
const PANEL_GAP = 24;

/** The Vega-Lite specification of a figure. */
export function xyFigureSpec({ title, subtitle, legend, keys, panels, columns }: XyFigure): TopLevelSpec {
  const views = panels.flatMap((panel) => [panelView(panel), ...(panel.below ? [panel.below] : [])]);
  const inOneColumn = columns === 1;
  const body = inOneColumn ? views : gridOf(views, { columns, spacing: PANEL_GAP });
  const width = inOneColumn ? Math.max(...panels.map((panel) => panel.width)) : FULL_WIDTH;
  return figureFrame(body, { title, subtitle, legend, width, ...(keys ? { keys } : {}) });
}

/** Width of each of so many columns, with room for the axis of every one. */
export function columnWidth(columns: number): number {
  return columns === 1 ? FULL_WIDTH : Math.floor((FULL_WIDTH - (columns - 1) * (PANEL_GAP + 52)) / columns);
}

function panelView(panel: XyPanel): object {
  return {
    width: panel.width,
    height: panel.height,
    ...(panel.title === undefined ? {} : { title: panelTitle(panel.title) }),
    layer: xyLayers(panel),
  };
}

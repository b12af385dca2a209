/** @file A figure of points, lines and intervals over one axis, as a Vega-Lite specification. */

import type { TopLevelSpec } from "vega-lite";
import { type FigureTitle, figureFrame, gridOf, panelTitle } from "./figure-frame.ts";
import type { SeriesStyle } from "./palette.ts";
import { xyLayers } from "./xy-layers.ts";
import type { XyPanel } from "./xy-panel.ts";

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

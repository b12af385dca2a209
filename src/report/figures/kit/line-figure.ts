/** @file A figure of curves over epochs, as a Vega-Lite specification. */

import type { TopLevelSpec } from "vega-lite";
import { epochDomain, epochTicks } from "./epoch-ticks.ts";
import { figureFrame } from "./figure-frame.ts";
import type { SeriesStyle } from "./palette.ts";
import { PLOT_WIDTH, type Panel, panelLayers, showsPoints } from "./panel-layers.ts";

const SINGLE_HEIGHT = 320;
const STACKED_HEIGHT = 220;

/** One figure: one panel, or several stacked on one epoch axis. */
export interface LineFigure {
  title: string;
  /** One line each; wrapped where too long. */
  subtitle: string[];
  /** Length of the epoch axis. */
  epochs: number;
  /** Entries above the first panel; none if the figure explains itself. */
  legend: SeriesStyle[];
  panels: Panel[];
}

/** The Vega-Lite specification of a figure. */
export function lineFigureSpec(figure: LineFigure): TopLevelSpec {
  const height = figure.panels.length > 1 ? STACKED_HEIGHT : SINGLE_HEIGHT;
  const panels = figure.panels.map((panel, index) => ({
    width: PLOT_WIDTH,
    height,
    layer: panelLayers(panel, {
      epochs: figure.epochs,
      ticks: epochTicks(figure.epochs),
      domain: epochDomain(figure.epochs),
      isLast: index === figure.panels.length - 1,
    }),
  }));
  const { title, subtitle, legend, epochs } = figure;
  const keys = showsPoints(epochs) ? "lines and points" : "lines";
  return figureFrame(panels, { title, subtitle, legend, width: PLOT_WIDTH, keys });
}

/** @file A figure of curves over epochs, as a Vega-Lite specification. */

import type { TopLevelSpec } from "vega-lite";
import { FONT_FAMILY } from "../font/typeface.ts";
import { epochDomain, epochTicks } from "./epoch-ticks.ts";
import { LEGEND_FONT_SIZE, layOutLegend } from "./legend.ts";
import { type SeriesStyle, styleScales } from "./palette.ts";
import { PLOT_WIDTH, type Panel, panelLayers, showsPoints } from "./panel-layers.ts";
import { wrapText } from "./wrap-text.ts";

const SINGLE_HEIGHT = 320;
const STACKED_HEIGHT = 220;
const TITLE_SIZE = 16;
const SUBTITLE_SIZE = 12;
/** Titles may use the room above the right margin too. */
const TITLE_WIDTH = PLOT_WIDTH + 60;

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
  const views = figure.legend.length > 0 ? [legendView(figure), ...panels] : panels;
  return {
    background: "white",
    padding: 14,
    title: {
      text: wrapText(figure.title, TITLE_WIDTH, { fontSize: TITLE_SIZE, weight: "bold" }),
      subtitle: figure.subtitle.flatMap((line) => wrapText(line, TITLE_WIDTH, { fontSize: SUBTITLE_SIZE })),
    },
    spacing: 14,
    vconcat: views,
    config: figureConfig,
  } as TopLevelSpec;
}

/** Entries as marks of their own: Vega's legends draw either the line or the symbol of a curve, never both. */
function legendView({ legend, epochs }: LineFigure): object {
  const { entries, height } = layOutLegend(legend, PLOT_WIDTH);
  const scales = styleScales(legend);
  const pixel = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });
  const y = pixel("y");
  const lines = {
    mark: { type: "rule", strokeWidth: 2 },
    encoding: { x: pixel("x"), x2: { field: "x2" }, y, color: scales.color, strokeDash: scales.dash },
  };
  const dots = {
    mark: { type: "point", filled: true, size: 50, opacity: 1, stroke: "white", strokeWidth: 1 },
    encoding: { x: pixel("middle"), y, color: scales.color, shape: scales.shape },
  };
  const names = {
    mark: { type: "text", align: "left", baseline: "middle", fontSize: LEGEND_FONT_SIZE, color: "#222" },
    encoding: { x: pixel("textX"), y, text: { field: "series" } },
  };
  return {
    width: PLOT_WIDTH,
    height,
    view: { stroke: null },
    data: { values: entries },
    layer: showsPoints(epochs) ? [lines, dots, names] : [lines, names],
  };
}

const figureConfig = {
  // One label for the whole figure is read out where it is embedded; one for every mark would be noise.
  aria: false,
  font: FONT_FAMILY,
  view: { stroke: "#d0d0d0" },
  title: {
    anchor: "start",
    frame: "group",
    fontSize: TITLE_SIZE,
    color: "#111",
    subtitleFontSize: SUBTITLE_SIZE,
    subtitleColor: "#555",
    subtitleLineHeight: 16,
    subtitlePadding: 6,
    offset: 12,
  },
  axis: {
    gridColor: "#ececec",
    domainColor: "#888",
    tickColor: "#888",
    labelColor: "#444",
    labelFontSize: 11,
    titleColor: "#333",
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 8,
  },
  // Wide enough for "100 %", so that the titles of stacked panels line up.
  axisY: { minExtent: 36 },
};

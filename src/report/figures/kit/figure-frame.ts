/** @file What every figure shares: title, subtitle, legend on top, axes' looks. */

import type { TopLevelSpec } from "vega-lite";
import { FONT_FAMILY } from "../../font/typeface.ts";
import { wrapText } from "../svg/wrap-text.ts";
import { legendView } from "./legend.ts";
import type { SeriesStyle } from "./palette.ts";

const TITLE_SIZE = 16;
const SUBTITLE_SIZE = 12;
/** Titles may use the room above the right margin too. */
const TITLE_OVERHANG = 60;

/** The words above a figure. */
export interface FigureTitle {
  title: string;
  /** One line each; wrapped where too long. */
  subtitle: string[];
}

export interface FrameOptions extends FigureTitle {
  /** Entries above the plots; none if the figure explains itself. */
  legend: readonly SeriesStyle[];
  /** Inside the axes, in pixels. */
  width: number;
  /** How legend entries are drawn. */
  keys?: "lines" | "lines and points" | "points";
}

/** A whole figure: its words, its legend and its views from top to bottom. */
export function figureFrame(views: object[], { title, subtitle, legend, width, keys }: FrameOptions): TopLevelSpec {
  const textWidth = width + TITLE_OVERHANG;
  return {
    background: "white",
    padding: 14,
    title: {
      text: wrapText(title, textWidth, { fontSize: TITLE_SIZE, weight: "bold" }),
      subtitle: subtitle.flatMap((line) => wrapText(line, textWidth, { fontSize: SUBTITLE_SIZE })),
    },
    spacing: 14,
    vconcat: legend.length > 0 ? [legendView(legend, { width, keys: keys ?? "lines and points" }), ...views] : views,
    config: figureConfig,
  } as TopLevelSpec;
}

/** Views in rows of so many columns. */
export function gridOf(views: object[], { columns, spacing }: { columns: number; spacing: number }): object[] {
  const rows = Math.ceil(views.length / columns);
  return Array.from({ length: rows }, (_, row) => {
    const own = views.slice(row * columns, (row + 1) * columns);
    return own.length === 1 ? own[0] : { hconcat: own, spacing };
  });
}

/** The title of one of several panels. */
export function panelTitle(text: string): object {
  return { text, fontSize: 12, fontWeight: "bold", color: "#333", anchor: "start", offset: 6 };
}

/** The looks of every figure; its axes may differ. */
export const figureConfig = {
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

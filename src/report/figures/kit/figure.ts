/** @file What every figure shares: title, subtitle, legend on top, axes' looks. */

import type { TopLevelSpec } from "vega-lite";
import { FONT_FAMILY } from "../../font/typeface.ts";
import { wrapText } from "../svg/wrap-text.ts";
import { legendView } from "./legend.ts";
import type { SeriesStyle } from "./palette.ts";
import { inks } from "../../look/inks.ts";

/** Width inside the axes of a figure of one column, in pixels. */
export const FULL_WIDTH = 640;
/** The same on a phone of 390 pixels, with room for an axis and for words beside the plot. */
export const PHONE_WIDTH = 240;
const COLUMN_GAP = 24;
/** Of the labels of a vertical axis. */
const AXIS_ROOM = 52;
const TITLE_SIZE = 16;
const SUBTITLE_SIZE = 12;
/** Titles may use the room above the right margin too. */
const TITLE_OVERHANG = 60;

/** A figure before it is drawn: what is special about it. */
export interface Figure {
  /** Of its files, without extension: `M3-loss`. */
  name: string;
  /** The model it shows; absent if it shows all of them or none. */
  model?: string;
  title: string;
  /** One line each; wrapped where too long. */
  subtitle: string[];
  /** The plots, in rows of `columns` with `gap` pixels between them. */
  views: object[];
  columns?: number;
  gap?: number;
  /** Those of the plots that can be as narrow as a phone, one below the other; a page scrolls the others. */
  phone?: readonly object[];
  /** Entries above the plots; none if the figure explains itself. */
  legend?: readonly SeriesStyle[];
  /** How legend entries are drawn. */
  keys?: "lines" | "lines and points" | "points";
  /** Of title and legend, in pixels. */
  width?: number;
}

/** The Vega-Lite specification of a figure: its words, its legend and its plots from top to bottom. */
export function figureSpec(figure: Omit<Figure, "name">): TopLevelSpec {
  const { title, subtitle, legend = [], keys = "lines and points", width = FULL_WIDTH } = figure;
  const textWidth = width + TITLE_OVERHANG;
  const lines = subtitle.flatMap((line) => wrapText(line, textWidth, { fontSize: SUBTITLE_SIZE }));
  return {
    background: inks.paper.light,
    padding: 14,
    title: {
      text: wrapText(title, textWidth, { fontSize: TITLE_SIZE, weight: "bold" }),
      ...(lines.length > 0 ? { subtitle: lines } : {}),
    },
    spacing: 14,
    vconcat: [...(legend.length > 0 ? [legendView(legend, { width, keys })] : []), ...rowsOf(figure)],
    config: theme,
  } as TopLevelSpec;
}

/** The same figure for a phone; null where it cannot be narrower. */
export function phoneSpec(figure: Omit<Figure, "name">): TopLevelSpec | null {
  const { phone } = figure;
  if (phone === undefined) return null;
  const views = phone.map((view) => ({ ...view, width: PHONE_WIDTH }));
  return figureSpec({ ...figure, views, columns: 1, width: PHONE_WIDTH });
}

/** Plots that can have any width. */
export function flexible(views: object[]): Pick<Figure, "views" | "phone"> {
  return { views, phone: views };
}

function rowsOf({ views, columns = 1, gap = COLUMN_GAP }: Pick<Figure, "views" | "columns" | "gap">): object[] {
  return Array.from({ length: Math.ceil(views.length / columns) }, (_, row) => {
    const own = views.slice(row * columns, (row + 1) * columns);
    return own.length === 1 ? own[0] : { hconcat: own, spacing: gap };
  });
}

/** Width of each of so many columns, with room for the axis of every one. */
export function columnWidth(columns: number): number {
  return Math.floor((FULL_WIDTH - (columns - 1) * (COLUMN_GAP + AXIS_ROOM)) / columns);
}

/** The title of one of several panels, a line or several. */
export function panelTitle(text: string | string[]): object {
  return { text, fontSize: 12, fontWeight: "bold", color: inks.ink.light, anchor: "start", offset: 6 };
}

/** The looks of every figure. */
const theme = {
  // One label for the whole figure is read out where it is embedded; one for every mark would be noise.
  aria: false,
  font: FONT_FAMILY,
  view: { stroke: inks.frame.light },
  title: {
    anchor: "start",
    frame: "group",
    fontSize: TITLE_SIZE,
    color: inks.ink.light,
    subtitleFontSize: SUBTITLE_SIZE,
    subtitleColor: inks.soft.light,
    subtitleLineHeight: 16,
    subtitlePadding: 6,
    offset: 12,
  },
  axis: {
    gridColor: inks.grid.light,
    domainColor: inks.rule.light,
    tickColor: inks.rule.light,
    labelColor: inks.ink.light,
    labelFontSize: 11,
    titleColor: inks.ink.light,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 8,
  },
  // Wide enough for "100 %", so that the titles of stacked panels line up.
  axisY: { minExtent: 36 },
};

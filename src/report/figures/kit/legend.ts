/** @file A legend as rows above a plot, where it can never cover a curve. */

import { textWidth } from "../../font/typeface.ts";
import { tipLayer, tipOf } from "../svg/mark-data.ts";
import { type SeriesStyle, styleScales } from "./palette.ts";
import { inks } from "../../look/inks.ts";

const LEGEND_FONT_SIZE = 12;
const KEY_WIDTH = 32;
const GAP_AFTER_KEY = 7;
const GAP_AFTER_ENTRY = 26;
const ROW_HEIGHT = 20;

/** One entry: a line from `x` to `x2` with its symbol in the middle, then the name; in pixels. */
interface LegendEntry {
  series: string;
  x: number;
  x2: number;
  middle: number;
  textX: number;
  y: number;
}

/** Entries as marks of their own: Vega's legends draw either the line or the symbol of a curve, never both. */
export function legendView(
  styles: readonly SeriesStyle[],
  { width, keys }: { width: number; keys: "lines" | "lines and points" | "points" },
): object {
  const { entries, height } = layOutLegend(styles, width);
  const { color, dash, shape } = styleScales(styles);
  const pixel = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });
  const y = pixel("y");
  const values = entries.map((entry) => ({ ...entry, tip: tipOf(entry.series) }));
  const line = { type: "rule", strokeWidth: 2 };
  const dot = { type: "point", filled: true, size: 50, opacity: 1, stroke: inks.paper.light, strokeWidth: 1 };
  const name = { type: "text", align: "left", baseline: "middle", fontSize: LEGEND_FONT_SIZE, color: inks.ink.light };
  const lines = tipLayer(values, line, { x: pixel("x"), x2: { field: "x2" }, y, color, strokeDash: dash });
  const dots = tipLayer(values, dot, { x: pixel("middle"), y, color, shape });
  const names = tipLayer(values, name, { x: pixel("textX"), y, text: { field: "series" } });
  return {
    width,
    height,
    view: { stroke: null },
    layer: [...(keys === "points" ? [] : [lines]), ...(keys === "lines" ? [] : [dots]), names],
  };
}

/** Puts entries side by side until a row is full. Columns line up if there is more than one row. */
function layOutLegend(styles: readonly SeriesStyle[], width: number): { entries: LegendEntry[]; height: number } {
  const widths = styles.map(({ name }) => KEY_WIDTH + GAP_AFTER_KEY + textWidth(name, LEGEND_FONT_SIZE));
  const widest = Math.max(0, ...widths) + GAP_AFTER_ENTRY;
  const inOneRow = widths.reduce((sum, entry) => sum + entry + GAP_AFTER_ENTRY, -GAP_AFTER_ENTRY) <= width;
  const mostColumns = Math.max(1, Math.floor((width + GAP_AFTER_ENTRY) / widest));
  // Four entries where three fit become two rows of two.
  const rows = inOneRow ? 1 : Math.ceil(styles.length / mostColumns);
  const columns = Math.ceil(styles.length / rows);
  let x = 0;
  const entries = styles.map((style, index) => {
    if (index % columns === 0) x = 0;
    const entry = {
      series: style.name,
      x,
      x2: x + KEY_WIDTH,
      middle: x + KEY_WIDTH / 2,
      textX: x + KEY_WIDTH + GAP_AFTER_KEY,
      y: Math.floor(index / columns) * ROW_HEIGHT + ROW_HEIGHT / 2,
    };
    x += inOneRow ? (widths[index] ?? 0) + GAP_AFTER_ENTRY : widest;
    return entry;
  });
  return { entries, height: rows * ROW_HEIGHT };
}

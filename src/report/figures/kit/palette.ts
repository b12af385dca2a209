/** @file How curves are told apart: colour, dash and point shape, so that colour is never the only difference. */

import { seriesInks } from "../../look/inks.ts";

/** How one curve is drawn and what the legend calls it. */
export interface SeriesStyle {
  name: string;
  color: string;
  /** Lengths of dashes and gaps in pixels; `[1, 0]` for a solid line. */
  dash: number[];
  /** Name of a Vega symbol. */
  shape: string;
}

const COLORS = Object.values(seriesInks).map(({ light }) => light);
const DASHES = [
  [1, 0],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
];
const SHAPES = ["circle", "square", "triangle-up", "diamond", "triangle-down"];

/** The style of the model at `index`; the combinations repeat only after 140 models. */
export function modelStyle(index: number, name: string): SeriesStyle {
  return {
    name,
    color: at(COLORS, index),
    dash: at(DASHES, index),
    shape: at(SHAPES, index),
  };
}

/** Train and test of one model. */
export const trainStyle: SeriesStyle = { name: "train", color: seriesInks.orange.light, dash: [6, 3], shape: "square" };
export const testStyle: SeriesStyle = { name: "test", color: seriesInks.blue.light, dash: [1, 0], shape: "circle" };

/** The encodings that give each series its look. */
export function styleScales(styles: readonly SeriesStyle[]): Record<"color" | "dash" | "shape", object> {
  const domain = styles.map((style) => style.name);
  const encoding = (range: unknown[]): object => ({
    field: "series",
    type: "nominal",
    legend: null,
    scale: { domain, range },
  });
  return {
    color: encoding(styles.map((style) => style.color)),
    dash: encoding(styles.map((style) => style.dash)),
    shape: encoding(styles.map((style) => style.shape)),
  };
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("internal: an empty palette");
  return item;
}

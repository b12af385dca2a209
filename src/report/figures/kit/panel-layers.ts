/** @file The layers of one panel: chance line, bands over seeds, lines, points, failures. */

import { loss, percent } from "../../../core/index.ts";
import { tipEncoding, tipMark, tipOf } from "../svg/mark-data.ts";
import { type SeriesStyle, styleScales } from "./palette.ts";
import type { CurvePoint, Quantity } from "./series.ts";

/** Width inside the axes, in pixels. */
export const PLOT_WIDTH = 640;

/** Above this many epochs points would touch each other and only the lines are drawn. */
const MOST_POINTS = 30;
/** Closer chance levels than this share of the axis would have overlapping labels. */
const LABEL_DISTANCE = 0.11;
const LOSS_TICKS = 6;
const CROSS = "M-1,-1L1,1M-1,1L1,-1";

/** One curve with its look. */
export interface Series extends SeriesStyle {
  points: CurvePoint[];
  /** True if the last point is where the training failed. */
  failed: boolean;
}

/** The accuracy of guessing, drawn as a thin dashed line. */
export interface ChanceLine {
  level: number;
}

/** Curves that share a y axis. */
export interface Panel {
  quantity: Quantity;
  yTitle: string;
  series: Series[];
  chance: ChanceLine[];
}

interface EpochAxis {
  epochs: number;
  ticks: number[];
  domain: [number, number];
  /** True for the panel at the bottom, which carries the axis title. */
  isLast: boolean;
}

/** The layers, from back to front. */
export function panelLayers(panel: Panel, axis: EpochAxis): object[] {
  const rowOf = (series: Series, point: CurvePoint) => ({
    series: series.name,
    ...point,
    tip: tipText(panel, series, point),
  });
  const rows = panel.series.flatMap((series) => series.points.map((point) => rowOf(series, point)));
  // a line is one mark for all of its rows, so it names its series alone
  const wholes = rows.map((row) => ({ ...row, tip: tipOf(row.series) }));
  const failures = panel.series.flatMap((series) => {
    const last = series.points.at(-1);
    return series.failed && last ? [rowOf(series, last)] : [];
  });
  const { color, dash, shape } = styleScales(panel.series);
  const x = xEncoding(axis);
  const y = yEncoding(panel);
  const band = {
    data: { values: wholes },
    mark: { type: "area", fillOpacity: 0.16, opacity: 1, line: false, ...tipMark },
    encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color, ...tipEncoding },
  };
  const lines = {
    data: { values: wholes },
    mark: { type: "line", strokeWidth: 2, strokeJoin: "round", ...tipMark },
    encoding: { x, y, color, strokeDash: dash, ...tipEncoding },
  };
  const dots = {
    data: { values: rows },
    mark: { type: "point", filled: true, size: 42, opacity: 1, stroke: "white", strokeWidth: 0.8, ...tipMark },
    encoding: { x, y, color, shape, ...tipEncoding },
  };
  const crosses = {
    data: { values: failures },
    mark: { type: "point", filled: false, shape: CROSS, size: 60, opacity: 1, strokeWidth: 2.5, ...tipMark },
    encoding: { x, y, color, ...tipEncoding },
  };
  const layers: object[] = chanceLayers(panel.chance, y);
  if (rows.some((row) => row.low !== row.high)) layers.push(band);
  layers.push(lines);
  if (showsPoints(axis.epochs)) layers.push(dots);
  if (failures.length > 0) layers.push(crosses);
  return layers;
}

/** `epoch 5: 93.1 % (92.0 to 94.1 over seeds)`. */
function tipText({ quantity }: Panel, { name }: Series, { epoch, value, low, high }: CurvePoint): string {
  const text = (one: number): string => (quantity === "accuracy" ? percent(one) : loss(one));
  const spread = low === high ? "" : ` (${text(low)} to ${text(high)} over seeds)`;
  return tipOf(name, `epoch ${epoch}: ${text(value)}${spread}`);
}

/** True if curves of that many epochs are drawn with a symbol at every epoch. */
export function showsPoints(epochs: number): boolean {
  return epochs <= MOST_POINTS;
}

function xEncoding(axis: EpochAxis): object {
  return {
    field: "epoch",
    type: "quantitative",
    scale: { domain: axis.domain, nice: false, zero: false },
    axis: { values: axis.ticks, format: "d", title: axis.isLast ? "Epoch" : null, labelOverlap: false },
  };
}

function yEncoding(panel: Panel): object {
  const title = panel.yTitle;
  if (panel.quantity === "accuracy") {
    const axis = { title, values: [0, 0.2, 0.4, 0.6, 0.8, 1], labelExpr: "round(datum.value * 100) + ' %'" };
    return { field: "value", type: "quantitative", scale: { domain: [0, 1], nice: false }, axis };
  }
  const highest = Math.max(0, ...panel.series.flatMap((series) => series.points.map((point) => point.high)));
  const scale = { domain: [0, highest > 0 ? highest : 1], nice: LOSS_TICKS, zero: true };
  return { field: "value", type: "quantitative", scale, axis: { title, tickCount: LOSS_TICKS } };
}

/** The line across the plot; its label in the right margin, where no curve goes. */
function chanceLayers(chance: ChanceLine[], y: object): object[] {
  if (chance.length === 0) return [];
  const values = spreadLabels(chance).map(({ line, shift }) => ({
    level: line.level,
    shift,
    label: `chance ${percent(line.level, Number.isInteger(100 * line.level) ? 0 : 1)}`,
  }));
  const atLevel = { ...y, field: "level" };
  return [
    {
      data: { values },
      mark: { type: "rule", color: "#777", strokeWidth: 1, strokeDash: [3, 3] },
      encoding: { y: atLevel },
    },
    ...values.map((value) => ({
      data: { values: [value] },
      mark: { type: "text", align: "left", baseline: "middle", dx: 6, dy: value.shift, fontSize: 11, color: "#555" },
      encoding: { x: { value: PLOT_WIDTH }, y: atLevel, text: { field: "label" } },
    })),
  ];
}

/** Moves the labels of neighbouring levels apart, in pixels; equal levels keep one line. */
function spreadLabels(chance: ChanceLine[]): { line: ChanceLine; shift: number }[] {
  const sorted = chance
    .filter((line, index) => chance.findIndex((other) => other.level === line.level) === index)
    .sort((a, b) => a.level - b.level);
  return sorted.map((line, index) => {
    const below = sorted[index - 1];
    const above = sorted[index + 1];
    if (above && above.level - line.level < LABEL_DISTANCE / 2) return { line, shift: 6 };
    if (below && line.level - below.level < LABEL_DISTANCE / 2) return { line, shift: -6 };
    return { line, shift: 0 };
  });
}

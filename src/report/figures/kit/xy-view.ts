/** @file One panel of points as a view: rules, bands or whiskers, lines, points, rings and crosses. */

import { tipLayer, tipOf } from "../svg/mark-data.ts";
import { FULL_WIDTH, panelTitle } from "./figure.ts";
import { styleScales } from "./palette.ts";
import type { XyAxis, XyPanel, XyPoint, XyRule } from "./xy-panel.ts";
import { inks } from "../../look/inks.ts";

const RULE_COLOR = inks.rule.light;
const POINT_SIZE = 46;
const TICKS = 6;
/** Bands over each other darken, so many of them are paler. */
const BAND = 0.16;
const PALE_BAND = 0.09;

interface Row extends Required<XyPoint> {
  series: string;
}

/** The view, its layers from back to front. */
export function xyView(panel: XyPanel): object {
  const { width = FULL_WIDTH, height, title, series, rules = [], guide } = panel;
  return {
    width,
    height,
    ...(title === undefined ? {} : { title: panelTitle(title) }),
    layer: [
      ...(guide ? [guideLayer(guide, panel)] : []),
      ...rules.flatMap((rule) => ruleLayers(rule, panel)),
      ...seriesLayers(
        panel,
        series.flatMap(({ name, points }) => points.map((point) => rowOf(name, point))),
      ),
    ],
  };
}

function rowOf(series: string, { x, y, low = y, high = y, tip, mark = null }: XyPoint): Row {
  return { series, x, y, low, high, tip: tipOf(series, tip), mark };
}

function seriesLayers(panel: XyPanel, rows: Row[]): object[] {
  const { lines = true, spread = "bands", pointSize = POINT_SIZE, opacity = 1, bandOpacity } = panel;
  const x = { field: "x", ...axisEncoding(panel.x) };
  const y = { field: "y", ...axisEncoding(panel.y) };
  const { color, dash, shape } = styleScales(panel.series);
  const ends = { x, y: { ...y, field: "low" }, y2: { field: "high" }, color };
  // a line is one mark for all of its rows, so it names its series alone
  // and it keeps their order: a curve may turn back, as one of accuracy against seconds does
  const wholes = rows.map((row, order) => ({ ...row, order, tip: tipOf(row.series) }));
  const band = { type: "area", fillOpacity: bandOpacity ?? (panel.series.length > 3 ? PALE_BAND : BAND), opacity: 1 };
  const whisker = { type: "rule", strokeWidth: 1.6, opacity: 0.75 };
  const line = { type: "line", strokeWidth: 2, strokeJoin: "round" };
  const dot = { type: "point", filled: true, size: pointSize, opacity, stroke: inks.paper.light, strokeWidth: 0.8 };
  const layers: object[] = [];
  if (rows.some(({ low, high }) => low !== high)) {
    layers.push(spread === "bands" ? tipLayer(wholes, band, ends) : tipLayer(rows, whisker, ends));
  }
  if (lines) {
    const order = { field: "order", type: "quantitative" };
    layers.push(tipLayer(wholes, line, { x, y, color, strokeDash: dash, order }));
  }
  if (pointSize > 0) layers.push(tipLayer(rows, dot, { x, y, color, shape }));
  const looks = {
    ring: { size: 4 * pointSize, strokeWidth: 1.8 },
    cross: { shape: "M-1,-1L1,1M-1,1L1,-1", size: 60, strokeWidth: 2.5 },
  };
  for (const [kind, look] of Object.entries(looks)) {
    const own = rows.filter(({ mark }) => mark === kind);
    const mark = { type: "point", filled: false, opacity: 1, ...look };
    if (own.length > 0) layers.push(tipLayer(own, mark, { x, y, color }));
  }
  return layers;
}

/** Type, scale and axis of a channel. */
function axisEncoding({ title, scale, domain, nice, ticks, label }: XyAxis): object {
  const axis = {
    title,
    ...(ticks ? { values: ticks } : { tickCount: TICKS }),
    ...(label === undefined ? {} : { labelExpr: label }),
  };
  if (scale === "category") {
    const turned = domain.some((name) => String(name).length > 7);
    return {
      type: "ordinal",
      scale: { domain, type: "point", padding: 0.5 },
      axis: { ...axis, labelAngle: turned ? -30 : 0, labelLimit: 140 },
    };
  }
  return {
    type: "quantitative",
    scale: { type: scale, domain, nice: nice ?? false, ...(scale === "linear" ? { zero: false } : {}) },
    axis: { ...axis, labelOverlap: "greedy" },
  };
}

function ruleLayers(rule: XyRule, { x, y }: XyPanel): object[] {
  const own = rule.axis === "x" ? x : y;
  const channel = { field: "at", ...axisEncoding(own) };
  const data = { values: [{ at: rule.at }] };
  const line = {
    data,
    mark: { type: "rule", color: RULE_COLOR, strokeWidth: 1, strokeDash: [3, 3] },
    encoding: { [rule.axis]: channel },
  };
  if (rule.label === undefined) return [line];
  const beside = rule.axis === "y" ? { x: { value: "width" }, y: channel } : { x: channel, y: { value: "height" } };
  const mark = {
    type: "text",
    align: "left",
    baseline: "middle",
    dx: 6,
    dy: rule.shift ?? 0,
    fontSize: 11,
    color: inks.soft.light,
  };
  return [line, { data, mark, encoding: { ...beside, text: { value: rule.label } } }];
}

function guideLayer(values: NonNullable<XyPanel["guide"]>, { x, y }: XyPanel): object {
  return {
    data: { values },
    mark: { type: "line", color: RULE_COLOR, strokeWidth: 1, strokeDash: [3, 3] },
    encoding: { x: { field: "x", ...axisEncoding(x) }, y: { field: "y", ...axisEncoding(y) } },
  };
}

/** The ends of the line of equal x and y within both axes. */
export function diagonalOf({ x, y }: Pick<XyPanel, "x" | "y">): NonNullable<XyPanel["guide"]> {
  const from = Math.max(Number(x.domain[0]), Number(y.domain[0]));
  const to = Math.min(Number(x.domain[1]), Number(y.domain[1]));
  return [from, to].map((end) => ({ x: end, y: end }));
}

/** @file The layers of one panel of points: rules, bands or whiskers, lines, points, rings. */

import { tipEncoding, tipMark, tipOf } from "../svg/mark-data.ts";
import { styleScales } from "./palette.ts";
import type { XyAxis, XyPanel, XyRule } from "./xy-panel.ts";

const RULE_COLOR = "#777";
const POINT_SIZE = 46;
const TICKS = 6;
/** Bands over each other darken, so many of them are paler. */
const BAND = 0.16;
const PALE_BAND = 0.09;

interface Row {
  series: string;
  x: number | string;
  y: number;
  low: number;
  high: number;
  tip: string;
}

/** The layers, from back to front. */
export function xyLayers(panel: XyPanel): object[] {
  const { draw } = panel;
  const rows = panel.series.flatMap((series) =>
    series.points.map((point): Row & { marked: boolean } => ({
      series: series.name,
      x: point.x,
      y: point.y,
      low: point.low ?? point.y,
      high: point.high ?? point.y,
      tip: tipOf(series.name, point.tip),
      marked: point.marked === true,
    })),
  );
  const x = { field: "x", ...axisEncoding(panel.x) };
  const y = { field: "y", ...axisEncoding(panel.y) };
  const { color, dash, shape } = styleScales(panel.series);
  // a line is one mark for all of its rows, so it names its series alone
  const wholes = { values: rows.map((row) => ({ ...row, tip: tipOf(row.series) })) };
  const data = { values: rows };
  const layers: object[] = [
    ...(panel.diagonal ? [diagonalLayer(panel)] : []),
    ...(panel.rules ?? []).flatMap((rule) => ruleLayers(rule, panel)),
  ];
  const spread = { x, y: { ...y, field: "low" }, y2: { field: "high" }, color, ...tipEncoding };
  if (rows.some((row) => row.low !== row.high)) {
    layers.push(
      draw.spread === "band"
        ? {
            data: wholes,
            mark: { type: "area", fillOpacity: panel.series.length > 3 ? PALE_BAND : BAND, opacity: 1, ...tipMark },
            encoding: spread,
          }
        : { data, mark: { type: "rule", strokeWidth: 1.6, opacity: 0.75, ...tipMark }, encoding: spread },
    );
  }
  if (draw.lines) {
    const mark = { type: "line", strokeWidth: 2, strokeJoin: "round", ...tipMark };
    // in the order of the points: a curve may turn back, as one of accuracy against seconds does
    const rowsInOrder = wholes.values.map((row, order) => ({ ...row, order }));
    layers.push({
      data: { values: rowsInOrder },
      mark,
      encoding: { x, y, color, strokeDash: dash, order: { field: "order", type: "quantitative" }, ...tipEncoding },
    });
  }
  const size = draw.size ?? POINT_SIZE;
  const dot = { type: "point", filled: true, size, opacity: draw.opacity ?? 1, stroke: "white", strokeWidth: 0.8 };
  layers.push({ data, mark: { ...dot, ...tipMark }, encoding: { x, y, color, shape, ...tipEncoding } });
  const marked = rows.filter((row) => row.marked);
  if (marked.length > 0) {
    const ring = { type: "point", filled: false, size: 4 * size, opacity: 1, strokeWidth: 1.8, ...tipMark };
    layers.push({ data: { values: marked }, mark: ring, encoding: { x, y, color, ...tipEncoding } });
  }
  return layers;
}

/** Type, scale and axis of a channel. */
export function axisEncoding({ title, scale, domain, ticks, label }: XyAxis): object {
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
    scale: { type: scale, domain, nice: false, ...(scale === "linear" ? { zero: false } : {}) },
    axis: { ...axis, labelOverlap: "greedy" },
  };
}

function ruleLayers(rule: XyRule, { x, y, width, height }: XyPanel): object[] {
  const own = rule.axis === "x" ? x : y;
  const channel = { field: "at", ...axisEncoding(own) };
  const data = { values: [{ at: rule.at }] };
  const line = {
    data,
    mark: { type: "rule", color: RULE_COLOR, strokeWidth: 1, strokeDash: [3, 3] },
    encoding: { [rule.axis]: channel },
  };
  if (rule.label === undefined) return [line];
  const beside = rule.axis === "y" ? { x: { value: width }, y: channel } : { x: channel, y: { value: height } };
  const mark = { type: "text", align: "left", baseline: "middle", dx: 6, fontSize: 11, color: "#555" };
  return [line, { data, mark, encoding: { ...beside, text: { value: rule.label } } }];
}

function diagonalLayer({ x, y }: XyPanel): object {
  const from = Math.max(Number(x.domain[0]), Number(y.domain[0]));
  const to = Math.min(Number(x.domain[1]), Number(y.domain[1]));
  const ends = [from, to].map((end) => ({ x: end, y: end }));
  return {
    data: { values: ends },
    mark: { type: "line", color: RULE_COLOR, strokeWidth: 1, strokeDash: [3, 3] },
    encoding: { x: { field: "x", ...axisEncoding(x) }, y: { field: "y", ...axisEncoding(y) } },
  };
}

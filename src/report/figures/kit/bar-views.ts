/** @file Horizontal bars of strategies in panels, with intervals, single seeds and values. */

import { percent } from "../../../core/index.ts";
import type { Summary } from "../../../statistics/index.ts";
import type { StrategyRuns } from "../../analysis/study-design.ts";
import { tipLayer, tipOf } from "../svg/mark-data.ts";
import { FULL_WIDTH, type Figure, panelTitle } from "./figure.ts";
import { clipped, strategyStyle } from "./strategy-series.ts";
import { inks } from "../../look/inks.ts";

const ROW_HEIGHT = 26;
const GAP = 22;
const LONGEST_NAME = 210;
/** Of `100.0 %`, with a little room. */
const VALUE_WIDTH = 50;
/** On a phone names stand above their bars, with room for them. */
const PHONE_ROW_HEIGHT = 40;
const PHONE_TOP = 16;
const PHONE_PADDING = { paddingInner: 0.6, paddingOuter: 0.6 };

/** One bar, from 0 to its value, in one or several pieces. */
export interface Bar {
  name: string;
  value: number;
  /** Drawn one after the other; together they are the value. */
  pieces: { color: string; value: number; opacity: number }[];
  low?: number;
  high?: number;
  /** What single seeds reached. */
  dots: number[];
  /** Written after the bar. */
  text: string;
  tip: string;
}

interface BarPanel {
  title?: string;
  bars: Bar[];
}

/** Panels that share their names and the axis of values. */
interface BarPanels {
  panels: BarPanel[];
  columns?: number;
  axis: {
    title: string;
    end: number;
    ticks?: readonly number[];
    label: string;
    /** Pixels behind the end, for the value of a bar that reaches it. */
    room?: number;
  };
  /** A thin line across all bars. */
  rule?: number | null;
}

/** Accuracies from 0 to 100 %, which nothing can pass; `room` pixels are kept for what is written behind the bars. */
export function accuracyBarAxis(
  title: string,
  { columns = 1, room = VALUE_WIDTH }: { columns?: number; room?: number } = {},
): BarPanels["axis"] {
  const ticks = columns === 1 ? [0, 0.2, 0.4, 0.6, 0.8, 1] : [0, 0.5, 1];
  return { title, end: 1, ticks, label: "round(datum.value * 100) + ' %'", room };
}

/** The bar of a strategy's mean accuracy. */
export function meanBar(
  strategy: StrategyRuns,
  { mean, interval }: Pick<Summary, "mean" | "interval">,
  { dots = [], mark = "", tip }: { dots?: number[]; mark?: string; tip: string },
): Bar {
  const { color, name } = strategyStyle(strategy);
  const pieces = [{ color, value: mean, opacity: 0.75 }];
  return { name, value: mean, pieces, ...clipped(interval), dots, text: `${percent(mean)}${mark}`, tip };
}

/** The plots of a figure of bars. */
export function barViews(bars: BarPanels): Pick<Figure, "views" | "phone" | "columns" | "gap"> {
  const { panels, columns = 1, axis } = bars;
  const width = Math.floor((FULL_WIDTH - 60 - (columns - 1) * GAP) / columns) - (axis.room ?? 0);
  const views = panels.map((panel, index) =>
    panelView(bars, { panel, width, names: index % columns === 0 ? "beside" : "none" }),
  );
  const phone = panels.map((panel) => panelView(bars, { panel, width, names: "above" }));
  return { views, phone, columns, gap: GAP };
}

function panelView(
  { axis, rule = null }: BarPanels,
  { panel, width, names: place }: { panel: BarPanel; width: number; names: "beside" | "above" | "none" },
): object {
  const names = panel.bars.map((bar) => bar.name);
  const y = {
    field: "name",
    type: "ordinal",
    sort: names,
    scale: { domain: names, ...(place === "above" ? PHONE_PADDING : { paddingInner: 0.3, paddingOuter: 0.2 }) },
    axis: { ...nameAxis, labels: place === "beside" },
  };
  const x = {
    type: "quantitative",
    scale: { domain: [0, axis.end], nice: false },
    axis: { title: axis.title, labelExpr: axis.label, ...(axis.ticks ? { values: axis.ticks } : { tickCount: 5 }) },
  };
  return {
    width,
    height: place === "above" ? names.length * PHONE_ROW_HEIGHT + PHONE_TOP : names.length * ROW_HEIGHT,
    ...(panel.title === undefined ? {} : { title: panelTitle(panel.title) }),
    layer: [
      pieceLayer(panel, { x, y }),
      ...(rule === null ? [] : [ruleLayer(rule, x)]),
      ...spanLayers(panel, { x, y }),
      dotLayer(panel, { x, y }),
      ...(place === "above" ? [nameLayer(names, y)] : []),
    ],
  };
}

/** Across all bars. */
function ruleLayer(at: number, x: object): object {
  const mark = { type: "rule", color: inks.rule.light, strokeDash: [3, 3] };
  return { data: { values: [{ at }] }, mark, encoding: { x: { ...x, field: "at" } } };
}

const nameAxis = {
  title: null,
  ticks: false,
  domain: false,
  grid: false,
  labelLimit: LONGEST_NAME,
  labelFontSize: 12,
  minExtent: 0,
};

interface Channels {
  x: object;
  y: object;
}

/** The bars themselves. */
function pieceLayer(panel: BarPanel, { x, y }: Channels): object {
  const values = panel.bars.flatMap((bar) => {
    let from = 0;
    return bar.pieces.map(({ value, ...look }) => {
      const start = from;
      from += value;
      return { name: bar.name, start, end: from, ...look, tip: tipOf(bar.name, bar.tip) };
    });
  });
  const raw = (field: string, type: string) => ({ field, type, scale: null, legend: null });
  const fill = { fill: raw("color", "nominal"), fillOpacity: raw("opacity", "quantitative") };
  return tipLayer(values, { type: "bar" }, { y, x: { ...x, field: "start" }, x2: { field: "end" }, ...fill });
}

/** Intervals, and the value written behind whatever reaches farthest. */
function spanLayers(panel: BarPanel, { x, y }: Channels): object[] {
  const spans = panel.bars.map((bar) => ({
    name: bar.name,
    low: bar.low ?? bar.value,
    high: bar.high ?? bar.value,
    edge: Math.max(bar.value, bar.high ?? 0, ...bar.dots),
    text: bar.text,
    tip: tipOf(bar.name, bar.tip),
  }));
  const word = { type: "text", align: "left", baseline: "middle", dx: 5, fontSize: 11, color: inks.ink.light };
  return [
    // too thin to point at, so it tells its series alone
    tipLayer(
      spans.filter((span) => span.low !== span.high).map((span) => ({ ...span, tip: tipOf(span.name) })),
      { type: "rule", strokeWidth: 1.5, color: inks.ink.light },
      { y, x: { ...x, field: "low" }, x2: { field: "high" } },
    ),
    tipLayer(spans, word, { y, x: { ...x, field: "edge" }, text: { field: "text" } }),
  ];
}

/** The name of every bar, above its beginning. */
function nameLayer(names: readonly string[], y: object): object {
  const mark = { type: "text", align: "left", x: 0, dy: -16, fontSize: 12, color: inks.ink.light, limit: LONGEST_NAME };
  return { data: { values: names.map((name) => ({ name })) }, mark, encoding: { y, text: { field: "name" } } };
}

/** What single seeds reached. */
function dotLayer(panel: BarPanel, { x, y }: Channels): object {
  const values = panel.bars.flatMap((bar) =>
    bar.dots.map((value) => ({ name: bar.name, value, tip: tipOf(bar.name) })),
  );
  const mark = { type: "point", filled: true, size: 14, color: inks.ink.light, opacity: 0.6 };
  return tipLayer(values, mark, { y, x: { ...x, field: "value" } });
}

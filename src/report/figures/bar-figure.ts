/** @file Horizontal bars of strategies in panels, with intervals, single seeds and values. */

import type { TopLevelSpec } from "vega-lite";
import { type FigureTitle, figureFrame, gridOf, panelTitle } from "./figure-frame.ts";
import { tipEncoding, tipMark, tipOf } from "./mark-data.ts";
import { FULL_WIDTH } from "./xy-figure.ts";

const ROW_HEIGHT = 26;
const GAP = 22;
const LONGEST_NAME = 210;

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

export interface BarPanel {
  title?: string;
  bars: Bar[];
}

/** Panels that share their names and the axis of values. */
export interface BarFigure extends FigureTitle {
  panels: BarPanel[];
  columns: number;
  axis: { title: string; end: number; ticks?: readonly number[]; label: string };
  /** A thin line across all bars. */
  rule?: number;
}

/** The Vega-Lite specification of a figure of bars. */
export function barFigureSpec(figure: BarFigure): TopLevelSpec {
  const { title, subtitle, panels, columns } = figure;
  const width = Math.floor((FULL_WIDTH - 60 - (columns - 1) * GAP) / columns);
  const views = panels.map((panel, index) => panelView(figure, { panel, width, isFirst: index % columns === 0 }));
  return figureFrame(gridOf(views, { columns, spacing: GAP }), { title, subtitle, legend: [], width: FULL_WIDTH });
}

function panelView(
  { axis, rule }: BarFigure,
  { panel, width, isFirst }: { panel: BarPanel; width: number; isFirst: boolean },
): object {
  const names = panel.bars.map((bar) => bar.name);
  const pieces = panel.bars.flatMap((bar) => {
    let from = 0;
    return bar.pieces.map((piece) => {
      const start = from;
      from += piece.value;
      return {
        name: bar.name,
        start,
        end: from,
        color: piece.color,
        opacity: piece.opacity,
        tip: tipOf(bar.name, bar.tip),
      };
    });
  });
  const spans = panel.bars.map((bar) => ({
    name: bar.name,
    low: bar.low ?? bar.value,
    high: bar.high ?? bar.value,
    edge: Math.max(bar.value, bar.high ?? 0, ...bar.dots),
    text: bar.text,
    tip: tipOf(bar.name, bar.tip),
  }));
  const dots = panel.bars.flatMap((bar) =>
    bar.dots.map((value) => ({ name: bar.name, value, tip: tipOf(bar.name, bar.tip) })),
  );
  const y = {
    field: "name",
    type: "ordinal",
    sort: names,
    scale: { domain: names, paddingInner: 0.3, paddingOuter: 0.2 },
    axis: {
      title: null,
      labels: isFirst,
      ticks: false,
      domain: false,
      labelLimit: LONGEST_NAME,
      grid: false,
      labelFontSize: 12,
      minExtent: 0,
    },
  };
  const x = {
    type: "quantitative",
    scale: { domain: [0, axis.end], nice: false },
    axis: { title: axis.title, labelExpr: axis.label, ...(axis.ticks ? { values: axis.ticks } : { tickCount: 5 }) },
  };
  const raw = (field: string) => ({ field, type: "nominal", scale: null, legend: null });
  return {
    width,
    height: names.length * ROW_HEIGHT,
    ...(panel.title === undefined ? {} : { title: panelTitle(panel.title) }),
    layer: [
      {
        data: { values: pieces },
        mark: { type: "bar", ...tipMark },
        encoding: {
          y,
          x: { ...x, field: "start" },
          x2: { field: "end" },
          fill: raw("color"),
          fillOpacity: { field: "opacity", type: "quantitative", scale: null, legend: null },
          ...tipEncoding,
        },
      },
      ...(rule === undefined
        ? []
        : [
            {
              data: { values: [{ at: rule }] },
              mark: { type: "rule", color: "#777", strokeDash: [3, 3] },
              encoding: { x: { ...x, field: "at" } },
            },
          ]),
      {
        data: { values: spans.filter((span) => span.low !== span.high) },
        mark: { type: "rule", strokeWidth: 1.5, color: "#111", ...tipMark },
        encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" }, ...tipEncoding },
      },
      {
        data: { values: dots },
        mark: { type: "point", filled: true, size: 14, color: "#111", opacity: 0.6, ...tipMark },
        encoding: { y, x: { ...x, field: "value" }, ...tipEncoding },
      },
      {
        data: { values: spans },
        mark: { type: "text", align: "left", baseline: "middle", dx: 5, fontSize: 11, color: "#222", ...tipMark },
        encoding: { y, x: { ...x, field: "edge" }, text: { field: "text" }, ...tipEncoding },
      },
    ],
  };
}

/** @file The strip below the learning curves: every crossover with its interval, in line with the curves above. */

import { about } from "../../../core/index.ts";
import type { OneCrossing } from "../../analysis/crossovers.ts";
import { textWidth } from "../../font/typeface.ts";
import { tipLayer, tipOf } from "../svg/mark-data.ts";
import type { SeriesStyle } from "../kit/palette.ts";
import { FULL_WIDTH } from "../kit/figure.ts";
import type { XyAxis } from "../kit/xy-panel.ts";
import { inks } from "../../look/inks.ts";

const ROW_HEIGHT = 32;
const FONT_SIZE = 11;
const GREY = inks.rule.light;

/** A view with one row a crossover. */
export function crossoverStrip(
  crossings: readonly OneCrossing[],
  { styles, ...axis }: XyAxis & { styles: readonly SeriesStyle[] },
): object {
  const [low, high] = axis.domain.map(Number);
  const place = (budget: number): number => (FULL_WIDTH * Math.log(budget / low)) / Math.log(high / low);
  const rows = crossings.map(({ crossing, interval }, index) => {
    const text = `${crossing.overtaking} overtakes ${crossing.overtaken} at about ${about(crossing.budget)}${intervalText(interval)}`;
    const half = textWidth(text, FONT_SIZE) / 2;
    const other = styles.findLast((style) => style.name === crossing.overtaken || style.name === crossing.overtaking);
    return {
      at: place(crossing.budget),
      from: place(interval.low ?? low),
      to: place(interval.high ?? high),
      y: index * ROW_HEIGHT + 23,
      textY: index * ROW_HEIGHT + 9,
      textX: Math.max(half + 4, Math.min(FULL_WIDTH - half - 4, place(crossing.budget))),
      text,
      tip: tipOf(other?.name ?? "", `${text} images per class`),
    };
  });
  const pixel = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });
  const y = pixel("y");
  return {
    width: FULL_WIDTH,
    height: crossings.length * ROW_HEIGHT + 4,
    view: { stroke: null },
    layer: [
      tipLayer(rows, { type: "rule", strokeWidth: 2, color: GREY }, { x: pixel("from"), x2: { field: "to" }, y }),
      tipLayer(rows, { type: "point", filled: true, size: 60, color: GREY, opacity: 1 }, { x: pixel("at"), y }),
      {
        data: { values: rows },
        mark: { type: "text", align: "center", baseline: "middle", fontSize: FONT_SIZE, color: inks.ink.light },
        encoding: { x: pixel("textX"), y: pixel("textY"), text: { field: "text" } },
      },
    ],
  };
}

function intervalText(interval: OneCrossing["interval"]): string {
  const from = interval.low === null ? "below the budgets" : about(interval.low);
  const to = interval.high === null ? "above the budgets" : about(interval.high);
  return ` (95 % interval ${from} to ${to})`;
}

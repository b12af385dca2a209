/** @file A panel of curves over epochs, with the levels of guessing. */

import { loss, percent } from "../../../core/index.ts";
import { shareAxis } from "./axes.ts";
import { epochDomain, epochTicks } from "./epoch-ticks.ts";
import type { SeriesStyle } from "./palette.ts";
import type { CurvePoint, Quantity } from "./series.ts";
import type { XyPanel, XyPoint, XyRule } from "./xy-panel.ts";

/** Above this many epochs points would touch each other and only the lines are drawn. */
const MOST_POINTS = 30;
/** Closer chance levels than this share of the axis would have overlapping labels. */
const LABEL_DISTANCE = 0.11;
const LOSS_TICKS = 6;

/** One curve with its look. */
export interface Curve extends SeriesStyle {
  points: CurvePoint[];
  /** True if the last point is where the training failed. */
  failed: boolean;
}

/** Curves that share a y axis. */
export interface EpochPanel {
  quantity: Quantity;
  yTitle: string;
  curves: readonly Curve[];
  /** Accuracies of guessing, each a thin dashed line. */
  chance?: readonly number[];
  /** Length of the epoch axis. */
  epochs: number;
  /** True for the panel at the bottom, which carries the axis title. */
  isLast?: boolean;
  height: number;
}

/** The panel of some curves. */
export function epochPanel({
  quantity,
  yTitle,
  curves,
  chance = [],
  epochs,
  isLast = true,
  height,
}: EpochPanel): XyPanel {
  const highest = Math.max(0, ...curves.flatMap(({ points }) => points.map(({ high }) => high)));
  const title = isLast ? "Epoch" : null;
  return {
    x: { title, scale: "linear", domain: epochDomain(epochs), ticks: epochTicks(epochs), label: "datum.value" },
    y:
      quantity === "accuracy"
        ? shareAxis(yTitle)
        : { title: yTitle, scale: "linear", domain: [0, highest > 0 ? highest : 1], nice: LOSS_TICKS },
    series: curves.map(({ points, failed, ...style }) => ({
      ...style,
      points: points.map((point, index) => {
        const mark = failed && index === points.length - 1 ? "cross" : null;
        return { ...xyPoint(quantity, point), mark };
      }),
    })),
    rules: chanceRules(chance),
    bandOpacity: 0.16,
    pointSize: showsPoints(epochs) ? 42 : 0,
    height,
  };
}

/** True if curves of that many epochs are drawn with a symbol at every epoch. */
export function showsPoints(epochs: number): boolean {
  return epochs <= MOST_POINTS;
}

/** Tells `epoch 5: 93.1 % (92.0 to 94.1 over seeds)`. */
function xyPoint(quantity: Quantity, { epoch, value, low, high }: CurvePoint): XyPoint {
  const text = quantity === "accuracy" ? percent : loss;
  const spread = low === high ? "" : ` (${text(low)} to ${text(high)} over seeds)`;
  return { x: epoch, y: value, low, high, tip: `epoch ${epoch}: ${text(value)}${spread}` };
}

/** Labels in the right margin, where no curve goes; those of neighbouring levels are moved apart. */
function chanceRules(chance: readonly number[]): XyRule[] {
  const levels = [...new Set(chance)].sort((a, b) => a - b);
  return levels.map((at, index) => {
    const [below, above] = [levels[index - 1], levels[index + 1]];
    const shift = above - at < LABEL_DISTANCE / 2 ? 6 : at - below < LABEL_DISTANCE / 2 ? -6 : 0;
    return { axis: "y", at, label: `chance ${percent(at, Number.isInteger(100 * at) ? 0 : 1)}`, shift };
  });
}

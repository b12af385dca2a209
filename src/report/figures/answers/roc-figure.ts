/** @file ROC curves of the target models. */

import { percent } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { type DetailRun, detailCaption, detailRuns } from "../../runs/detail-runs.ts";
import { shareAxis } from "../kit/axes.ts";
import { corners } from "../svg/corners.ts";
import { type Figure, PHONE_WIDTH, columnWidth } from "../kit/figure.ts";
import { targetLine, withNumber } from "../kit/figure-words.ts";
import { modelStyle } from "../kit/palette.ts";
import type { XySeries } from "../kit/xy-panel.ts";
import { diagonalOf, xyView } from "../kit/xy-view.ts";

const SQUARE = 360;
/** More classes than this cannot be told apart in one panel. */
const MOST_CLASSES = 12;

/** One curve a model for two classes, one panel a model for more; null where nothing was evaluated. */
export function rocFigure(summary: StudySummary, { design }: StudyAnalysis): Figure | null {
  const { classNames } = summary.target;
  const runs = detailRuns(summary, design).filter(({ run }) => run.task === "target" && run.evaluation?.roc?.length);
  if (runs.length === 0 || classNames.length > MOST_CLASSES) return null;
  return {
    name: "roc",
    subtitle: [targetLine(summary), detailCaption("The dashed diagonal is guessing.", design, runs)],
    ...(classNames.length === 2 ? binaryRoc(runs, classNames) : classRoc(runs, classNames)),
  };
}

type Curves = Pick<Figure, "title" | "legend" | "views" | "phone" | "columns" | "width">;

function binaryRoc(runs: DetailRun[], [negative, positive]: readonly string[]): Curves {
  const series = runs.flatMap(({ run, style }): XySeries[] => {
    const curve = run.evaluation?.roc?.find(({ className }) => className === positive);
    if (!curve) return [];
    const area = run.evaluation?.perClass.find(({ className }) => className === positive)?.rocAuc;
    return [{ ...style, name: withNumber(style.name, "area", area), points: rocPoints(curve.points) }];
  });
  const title = `ROC curves: ${positive} against ${negative}`;
  return { title, legend: series, ...squares([squareView(series, SQUARE)]), width: SQUARE };
}

function classRoc(runs: DetailRun[], classNames: readonly string[]): Curves {
  const legend = classNames.map((className, index) => modelStyle(index, className));
  const columns = Math.min(2, runs.length);
  const size = Math.min(SQUARE, columnWidth(columns));
  const views = runs.map(({ run, style }) => {
    const series = (run.evaluation?.roc ?? []).map(({ className, points }): XySeries => {
      const look = legend.find((one) => one.name === className) ?? modelStyle(0, className);
      return { ...look, points: rocPoints(points) };
    });
    return squareView(series, size, withNumber(style.name, "mean area", run.evaluation?.rocAuc));
  });
  const width = columns === 1 ? { width: size } : {};
  return { title: "ROC curves: each class against all others", legend, ...squares(views), columns, ...width };
}

/** Squares on a phone too. */
function squares(views: object[]): Pick<Figure, "views" | "phone"> {
  return { views, phone: views.map((view) => ({ ...view, height: PHONE_WIDTH })) };
}

/** Those that make the curve's shape, to half a pixel. */
function rocPoints(points: readonly [number, number][]): XySeries["points"] {
  return corners(points, 0.5 / SQUARE).map(([x, y]) => ({
    x,
    y,
    tip: `${percent(y)} true positives at ${percent(x)} false ones`,
  }));
}

function squareView(series: XySeries[], size: number, title?: string): object {
  const axes = { x: shareAxis("False positive rate"), y: shareAxis("True positive rate") };
  return xyView({
    ...(title === undefined ? {} : { title }),
    ...axes,
    series,
    guide: diagonalOf(axes),
    pointSize: 9,
    width: size,
    height: size,
  });
}

/** @file How good the probabilities are: ROC curves and reliability diagrams. */

import { count, percent, plural } from "../../core/index.ts";
import type { StudySummary } from "../../study/index.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import { type DetailRun, detailLine, detailRuns } from "../runs/detail-runs.ts";
import { type SpecFigure, studyLine, targetLine } from "./kit/figure-words.ts";
import { modelStyle } from "./kit/palette.ts";
import { columnWidth, xyFigureSpec } from "./kit/xy-figure.ts";
import type { XyAxis, XyPanel, XySeries } from "./kit/xy-panel.ts";

const SQUARE = 360;
/** What a bin with fewer says is noise. */
const FEWEST_ANSWERS = 10;
/** More classes than this cannot be told apart in one panel. */
const MOST_CLASSES = 12;

const share = (title: string): XyAxis => ({
  title,
  scale: "linear",
  domain: [0, 1],
  ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
  label: "round(datum.value * 100) + ' %'",
});
const falseRate = share("False positive rate");
const trueRate = share("True positive rate");

/** ROC curves of the target models: one curve a model for two classes, one panel a model for more. */
export function rocFigure(summary: StudySummary, design: StudyDesign): SpecFigure | null {
  const runs = detailRuns(summary, design).filter(({ run }) => run.task === "target" && run.evaluation?.roc?.length);
  if (runs.length === 0 || summary.target.classNames.length > MOST_CLASSES) return null;
  return summary.target.classNames.length === 2
    ? binaryRoc(summary, { design, runs })
    : classRoc(summary, { design, runs });
}

interface Some {
  design: StudyDesign;
  runs: DetailRun[];
}

function binaryRoc(summary: StudySummary, { design, runs }: Some): SpecFigure {
  const [negative, positive] = summary.target.classNames;
  const series = runs.flatMap(({ run, style }): XySeries[] => {
    const curve = run.evaluation?.roc?.find(({ className }) => className === positive);
    if (!curve) return [];
    const area = run.evaluation?.perClass.find(({ className }) => className === positive)?.rocAuc;
    return [{ ...style, name: withNumber(style.name, "area", area), points: rocPoints(curve.points) }];
  });
  const title = `ROC curves: ${positive} against ${negative}`;
  const subtitle = [targetLine(summary), ["The dashed diagonal is guessing.", ...detailLine(design, runs)].join(" ")];
  const panel = { ...squarePanel(series, SQUARE), x: falseRate, y: trueRate };
  return { name: "roc", title, spec: xyFigureSpec({ title, subtitle, legend: series, panels: [panel], columns: 1 }) };
}

function classRoc(summary: StudySummary, { design, runs }: Some): SpecFigure {
  const styles = summary.target.classNames.map((className, index) => modelStyle(index, className));
  const columns = Math.min(2, runs.length);
  const panels = runs.map(({ run, style }): XyPanel => {
    const series = (run.evaluation?.roc ?? []).map(({ className, points }): XySeries => {
      const look = styles.find((one) => one.name === className) ?? modelStyle(0, className);
      return { ...look, points: rocPoints(points) };
    });
    const size = Math.min(SQUARE, columnWidth(columns));
    const heading = withNumber(style.name, "mean area", run.evaluation?.rocAuc);
    return { ...squarePanel(series, size), title: heading, x: falseRate, y: trueRate };
  });
  const title = "ROC curves: each class against all others";
  const subtitle = [targetLine(summary), ["The dashed diagonal is guessing.", ...detailLine(design, runs)].join(" ")];
  return { name: "roc", title, spec: xyFigureSpec({ title, subtitle, legend: styles, panels, columns }) };
}

function rocPoints(points: readonly [number, number][]): XySeries["points"] {
  return points.map(([x, y]) => ({ x, y, tip: `${percent(y)} true positives at ${percent(x)} false ones` }));
}

function withNumber(name: string, what: string, value: number | null | undefined): string {
  return value === null || value === undefined ? name : `${name} (${what} ${value.toFixed(3)})`;
}

function squarePanel(
  series: XySeries[],
  size: number,
): Pick<XyPanel, "series" | "draw" | "width" | "height" | "diagonal"> {
  return { series, draw: { lines: true, spread: "band", size: 9 }, width: size, height: size, diagonal: true };
}

function hasWeight({ count: answers }: { count: number }): boolean {
  return answers >= FEWEST_ANSWERS;
}

/** Accuracy against sureness of all models; null where none was measured. */
export function reliabilityFigure(summary: StudySummary, design: StudyDesign): SpecFigure | null {
  const runs = detailRuns(summary, design).filter(({ run }) => run.evaluation?.calibration.some(hasWeight));
  if (runs.length === 0) return null;
  const series = runs.map(({ run, style }): XySeries => ({
    ...style,
    name: withNumber(style.name, "ECE", run.evaluation?.calibrationError),
    points: (run.evaluation?.calibration ?? []).filter(hasWeight).map(({ confidence, accuracy, count: images }) => ({
      x: confidence,
      y: accuracy,
      tip: `${plural(images, "answer")} with ${percent(confidence)} sureness, ${percent(accuracy)} of them right`,
    })),
  }));
  const lowest = Math.min(...series.flatMap((one) => one.points.map((point) => Number(point.x))));
  const from = lowest >= 0.5 ? 0.4 : 0;
  const x = { ...share("Probability of the answer, mean of a bin"), domain: [from, 1] };
  const images = [...new Set(runs.map(({ run }) => count(run.testImages)))].join(" or ");
  const title = "Reliability: sureness and right answers";
  const subtitle = [
    studyLine(summary),
    [
      `15 bins of equal width over ${images} test images, those with fewer than ${FEWEST_ANSWERS} answers left out; below the diagonal a model is surer than right. ECE: expected calibration error.`,
      ...detailLine(design, runs),
    ].join(" "),
  ];
  const panel: XyPanel = {
    x,
    y: { ...share("Share of right answers"), domain: [0, 1] },
    series,
    draw: { lines: true, spread: "band" },
    width: 440,
    height: SQUARE,
    diagonal: true,
  };
  return {
    name: "reliability",
    title,
    spec: xyFigureSpec({ title, subtitle, legend: series, panels: [panel], columns: 1 }),
  };
}

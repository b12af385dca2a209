/** @file How good the probabilities are: right answers against confidence. */

import { count, percent, plural } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { detailCaption, evaluatedRuns } from "../../runs/detail-runs.ts";
import { shareAxis } from "../kit/axes.ts";
import { type Figure, flexible } from "../kit/figure.ts";
import { studyLine, withNumber } from "../kit/figure-words.ts";
import type { XySeries } from "../kit/xy-panel.ts";
import { diagonalOf, xyView } from "../kit/xy-view.ts";

/** What a bin with fewer says is noise. */
const FEWEST_ANSWERS = 10;
const WIDTH = 440;

/** Accuracy against confidence of all models; null where none was measured. */
export function reliabilityFigure(summary: StudySummary, { design }: StudyAnalysis): Figure | null {
  const runs = evaluatedRuns(summary, design).filter(({ evaluation }) => evaluation.calibration.some(hasWeight));
  if (runs.length === 0) return null;
  const series = runs.map(({ evaluation, style }): XySeries => ({
    ...style,
    name: withNumber(style.name, "ECE", evaluation.calibrationError),
    points: evaluation.calibration.filter(hasWeight).map(({ confidence, accuracy, count: images }) => ({
      x: confidence,
      y: accuracy,
      tip: `${plural(images, "answer")} with ${percent(confidence)} confidence, ${percent(accuracy)} of them right`,
    })),
  }));
  const lowest = Math.min(...series.flatMap(({ points }) => points.map(({ x }) => Number(x))));
  const images = [...new Set(runs.map(({ run }) => count(run.testImages)))].join(" or ");
  const words = `15 bins of equal width over ${images} test images, those with fewer than ${FEWEST_ANSWERS} answers left out; below the diagonal a model is more confident than right. ECE: expected calibration error.`;
  const axes = {
    x: { ...shareAxis("Probability of the answer, mean of a bin"), domain: [lowest >= 0.5 ? 0.4 : 0, 1] },
    y: shareAxis("Share of right answers"),
  };
  return {
    name: "reliability",
    title: "Reliability: confidence and right answers",
    subtitle: [studyLine(summary), detailCaption(words, design, runs)],
    legend: series,
    width: WIDTH,
    ...flexible([xyView({ ...axes, series, guide: diagonalOf(axes), width: WIDTH, height: 360 })]),
  };
}

function hasWeight({ count: answers }: { count: number }): boolean {
  return answers >= FEWEST_ANSWERS;
}

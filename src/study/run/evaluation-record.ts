/** @file Condenses what a model says of every test image into a record. */

import type { ImageSubset } from "../../data/index.ts";
import {
  type Predictions,
  classificationMetrics,
  packAnswers,
  packPredictions,
  predictedLabels,
} from "../../statistics/index.ts";
import type { EvaluationRecord } from "../records/evaluation-record.ts";

/** Points of a ROC curve that a figure can show. */
const ROC_POINTS = 100;

export interface EvaluationRecordOptions {
  subset: ImageSubset;
  /** [images, classes] row by row, in the order of the subset. */
  probabilities: Float64Array;
  /** True to keep curves and every answer too, for the runs that a report shows in detail. */
  detailed: boolean;
}

/** Metrics of one model on one set of images. */
export function evaluationRecord({ subset, probabilities, detailed }: EvaluationRecordOptions): EvaluationRecord {
  const numClasses = probabilities.length / subset.indices.length;
  const predictions: Predictions = { labels: Int32Array.from(subset.labels), probabilities, numClasses };
  const { confusion, perClass, ranking, calibration, logLoss } = classificationMetrics(predictions);
  const answers = predictedLabels(predictions);
  const nameOf = (label: number): string => subset.classNames[label];
  return {
    confusion: Array.from({ length: numClasses }, (_, row) => [
      ...confusion.counts.subarray(row * numClasses, (row + 1) * numClasses),
    ]),
    perClass: perClass.map(({ precision, recall, f1, support }, label) => ({
      className: nameOf(label),
      precision,
      recall,
      f1,
      support,
      rocAuc: ranking.perClass[label].roc?.area ?? null,
      averagePrecision: ranking.perClass[label].precisionRecall?.averagePrecision ?? null,
    })),
    rocAuc: ranking.macroRocArea,
    averagePrecision: ranking.macroAveragePrecision,
    calibrationError: calibration.expectedCalibrationError,
    calibration: calibration.bins.flatMap(({ confidence, accuracy, images }) =>
      confidence === null || accuracy === null ? [] : [{ confidence, accuracy, count: images }],
    ),
    logLoss,
    correct: packAnswers(answers.map((answer, image) => Number(answer === subset.labels[image]))),
    ...(detailed
      ? {
          roc: ranking.perClass.flatMap(({ roc }, label) =>
            roc === null
              ? []
              : [{ className: nameOf(label), points: thin(roc.falsePositiveRate, roc.truePositiveRate) }],
          ),
          predicted: packPredictions({
            labels: answers,
            probabilities: Array.from(answers, (answer, image) => probabilities[image * numClasses + answer]),
          }),
        }
      : {}),
  };
}

/** The first point, the last, and so many between them. */
function thin(x: Float64Array, y: Float64Array): [number, number][] {
  const count = Math.min(ROC_POINTS, x.length);
  return Array.from({ length: count }, (_, index) => {
    const place = count === 1 ? 0 : Math.round((index * (x.length - 1)) / (count - 1));
    return [x[place], y[place]];
  });
}

/** @file Condenses what a model says of every test image into a record. */

import { type ImageShape, type ImageSubset, readImage } from "../../data/index.ts";
import { type Predictions, classificationMetrics, packAnswers, predictedLabels } from "../../statistics/index.ts";
import { thumbnail } from "../material/thumbnail.ts";
import type { EvaluationRecord } from "../records/evaluation-record.ts";

/** Points of a ROC curve that a figure can show. */
const ROC_POINTS = 100;
const MISTAKES = 12;
/** Classes of a mistake whose probabilities are kept. */
const LIKELIEST = 5;

export interface EvaluationRecordOptions {
  subset: ImageSubset;
  /** [images, classes] row by row, in the order of the subset. */
  probabilities: Float64Array;
  imageShape: ImageShape;
  /** True to keep curves and images too, for the runs that a report shows in detail. */
  detailed: boolean;
}

/** Metrics of one model on one set of images. */
export function evaluationRecord(options: EvaluationRecordOptions): EvaluationRecord {
  const { subset, probabilities, detailed } = options;
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
          mistakes: mistakesOf(options, predictions, answers),
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

function mistakesOf(
  { subset, imageShape }: EvaluationRecordOptions,
  { probabilities, numClasses, labels }: Predictions,
  answers: Int32Array,
): NonNullable<EvaluationRecord["mistakes"]> {
  const sureness = (image: number): number => probabilities[image * numClasses + answers[image]];
  const wrong = Array.from(labels.keys()).filter((image) => answers[image] !== labels[image]);
  const size = imageShape[0] * imageShape[1] * imageShape[2];
  return wrong
    .sort((a, b) => sureness(b) - sureness(a) || a - b)
    .slice(0, MISTAKES)
    .map((image) => {
      const index = subset.indices[image];
      const bytes = new Uint8Array(size);
      const file = subset.files?.[index];
      readImage(subset.part.pixels, index, bytes);
      return {
        index,
        ...(file === undefined ? {} : { file }),
        trueClass: subset.classNames[labels[image]],
        answer: subset.classNames[answers[image]],
        probability: sureness(image),
        probabilities: likeliest(probabilities.subarray(image * numClasses, (image + 1) * numClasses), subset),
        imageBase64: Buffer.from(thumbnail(bytes, imageShape)).toString("base64"),
      };
    });
}

function likeliest(
  probabilities: Float64Array | Float32Array,
  { classNames }: ImageSubset,
): { className: string; probability: number }[] {
  return Array.from(probabilities, (probability, label) => ({ className: classNames[label], probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, LIKELIEST);
}

/** @file ROC and precision-recall curves of one class against the rest, and the areas under them. */

import { mean } from "../summary.ts";
import { type Predictions, checkPredictions } from "./predictions.ts";

/** A ROC curve from (0, 0) to (1, 1); one point a distinct score, descending. */
export interface RocCurve {
  falsePositiveRate: Float64Array;
  truePositiveRate: Float64Array;
  /** Scores from here on count as positive; Infinity at the first point. */
  thresholds: Float64Array;
  area: number;
}

/** A precision-recall curve from recall 0 (precision 1 by convention) to recall 1; one point a distinct score, descending. */
export interface PrecisionRecallCurve {
  precision: Float64Array;
  recall: Float64Array;
  /** Scores from here on count as positive; Infinity at the first point. */
  thresholds: Float64Array;
  averagePrecision: number;
}

/** Both curves of one class. */
export interface ClassCurves {
  positives: number;
  negatives: number;
  /** Null without images of the class or without others: the curve is then undefined. */
  roc: RocCurve | null;
  /** Null without images of the class. */
  precisionRecall: PrecisionRecallCurve | null;
}

/** How well scores order the images of each class before the others. */
export interface RankingScores {
  perClass: ClassCurves[];
  /** Mean over the classes of the one-vs-rest area; null where a class has none. */
  macroRocArea: number | null;
  /** Mean over the classes of the average precision; null where a class has none. */
  macroAveragePrecision: number | null;
}

/**
 * ROC and precision-recall curves of every class against the rest.
 *
 * The ROC area is the chance that an image of the class scores above one of another, ties by half (trapezoids);
 * the average precision is Σ (Rₙ − Rₙ₋₁) Pₙ without interpolation. Equal scores make one point. Only the order counts.
 *
 * @throws RangeError if lengths do not fit or a label or score is out of range.
 * Source: Fawcett 2006, "An introduction to ROC analysis"; Davis and Goadrich 2006, "The relationship between
 * precision-recall and ROC curves".
 */
export function rankingScores(predictions: Predictions): RankingScores {
  checkPredictions(predictions, "rankingScores");
  const perClass = Array.from({ length: predictions.numClasses }, (_, c) => classCurves(predictions, c));
  return {
    perClass,
    macroRocArea: meanOfAll(perClass.map(({ roc }) => roc?.area)),
    macroAveragePrecision: meanOfAll(perClass.map(({ precisionRecall }) => precisionRecall?.averagePrecision)),
  };
}

function meanOfAll(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? mean(known) : null;
}

function classCurves(predictions: Predictions, c: number): ClassCurves {
  const counts = countsByThreshold(predictions, c);
  const last = counts.thresholds.length - 1;
  const [positives, negatives] = [counts.truePositives[last], counts.falsePositives[last]];
  return {
    positives,
    negatives,
    roc: positives > 0 && negatives > 0 ? rocCurve(counts) : null,
    precisionRecall: positives > 0 ? precisionRecallCurve(counts) : null,
  };
}

/** Images at or above each distinct score, descending; nothing at the first threshold, Infinity. */
interface ThresholdCounts {
  thresholds: Float64Array;
  truePositives: Float64Array;
  falsePositives: Float64Array;
}

function countsByThreshold({ labels, probabilities, numClasses }: Predictions, c: number): ThresholdCounts {
  const scores = new Float64Array(labels.length);
  let positives = 0;
  let others = labels.length;
  for (let image = 0, at = c; image < labels.length; image++, at += numClasses) {
    if (labels[image] === c) scores[positives++] = probabilities[at];
    else scores[--others] = probabilities[at];
  }
  // two sorts without a comparison function and a merge are far faster than one sort of pairs
  const positive = scores.subarray(0, positives).sort();
  const negative = scores.subarray(positives).sort();
  const thresholds = new Float64Array(scores.length + 1);
  const truePositives = new Float64Array(scores.length + 1);
  const falsePositives = new Float64Array(scores.length + 1);
  thresholds[0] = Number.POSITIVE_INFINITY;
  let point = 0;
  let p = positive.length - 1;
  let n = negative.length - 1;
  while (p >= 0 || n >= 0) {
    const score = n < 0 || (p >= 0 && positive[p] >= negative[n]) ? positive[p] : negative[n];
    while (p >= 0 && positive[p] === score) p--;
    while (n >= 0 && negative[n] === score) n--;
    thresholds[++point] = score;
    truePositives[point] = positive.length - 1 - p;
    falsePositives[point] = negative.length - 1 - n;
  }
  return {
    thresholds: thresholds.slice(0, point + 1),
    truePositives: truePositives.slice(0, point + 1),
    falsePositives: falsePositives.slice(0, point + 1),
  };
}

function rocCurve({ thresholds, truePositives, falsePositives }: ThresholdCounts): RocCurve {
  const last = thresholds.length - 1;
  let doubled = 0;
  for (let i = 1; i <= last; i++) {
    doubled += (falsePositives[i] - falsePositives[i - 1]) * (truePositives[i] + truePositives[i - 1]);
  }
  return {
    falsePositiveRate: falsePositives.map((count) => count / falsePositives[last]),
    truePositiveRate: truePositives.map((count) => count / truePositives[last]),
    thresholds,
    area: doubled / (2 * falsePositives[last] * truePositives[last]),
  };
}

function precisionRecallCurve({ thresholds, truePositives, falsePositives }: ThresholdCounts): PrecisionRecallCurve {
  const last = thresholds.length - 1;
  const precision = truePositives.map((count, i) => (i === 0 ? 1 : count / (count + falsePositives[i])));
  const recall = truePositives.map((count) => count / truePositives[last]);
  let averagePrecision = 0;
  for (let i = 1; i <= last; i++) averagePrecision += (recall[i] - recall[i - 1]) * precision[i];
  return { precision, recall, thresholds, averagePrecision };
}

/** @file All metrics of one classifier on one test set. */

import { type Calibration, brierScore, calibration, logLoss } from "./calibration.ts";
import { type ConfusionMatrix, type ConfusionScores, confusionMatrix, confusionScores } from "./confusion-matrix.ts";
import { type Predictions, checkPredictions, mostLikely } from "./predictions.ts";
import { type RankingScores, rankingScores } from "./ranking-curves.ts";

/** Everything that is measured of a classifier. */
export interface ClassificationMetrics extends ConfusionScores {
  confusion: ConfusionMatrix;
  ranking: RankingScores;
  calibration: Calibration;
  /** In nats. */
  logLoss: number;
  brierScore: number;
}

/**
 * All metrics of one classifier; an image is predicted to be of its most probable class, the first of equal ones.
 *
 * @throws RangeError if lengths do not fit, a label is out of range, or a row of probabilities is no distribution.
 */
export function classificationMetrics(
  predictions: Predictions,
  options: { bins?: number } = {},
): ClassificationMetrics {
  checkPredictions(predictions, "classificationMetrics");
  const confusion = confusionMatrix(predictions.labels, mostLikely(predictions), predictions.numClasses);
  return {
    confusion,
    ...confusionScores(confusion),
    ranking: rankingScores(predictions),
    calibration: calibration(predictions, options),
    logLoss: logLoss(predictions),
    brierScore: brierScore(predictions),
  };
}

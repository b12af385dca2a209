/** @file Whether probabilities mean what they say: log loss, Brier score, calibration error. */

import { type Predictions, checkDistributions, checkPredictions, mostLikely } from "./predictions.ts";

/** Images whose confidence lies in (low, high]. */
export interface ReliabilityBin {
  low: number;
  high: number;
  images: number;
  /** Mean confidence; null for an empty bin. */
  confidence: number | null;
  /** Share of them predicted right; null for an empty bin. */
  accuracy: number | null;
}

/** How far probabilities can be believed. */
export interface Calibration {
  /** Σ over bins of images / N × |accuracy − confidence|, in [0, 1]. */
  expectedCalibrationError: number;
  /** The largest |accuracy − confidence| of a bin that has images. */
  maximumCalibrationError: number;
  bins: ReliabilityBin[];
}

/**
 * Expected and maximum calibration error over bins of equal width, by the confidence of the predicted class.
 *
 * The confidence is the highest probability of an image. A bin holds its upper end, and the first one holds 0.
 *
 * @throws RangeError if lengths do not fit, or probabilities are outside [0, 1] or do not sum to 1 within 1e-3.
 * Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", arXiv:1706.04599, section 2.
 */
export function calibration(predictions: Predictions, options: { bins?: number } = {}): Calibration {
  const { bins: count = 15 } = options;
  checkPredictions(predictions, "calibration");
  checkDistributions(predictions, "calibration");
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`calibration: expected at least 1 bin, got ${count}.`);
  const { labels, probabilities, numClasses } = predictions;
  const predicted = mostLikely(predictions);
  const images = new Float64Array(count);
  const confidences = new Float64Array(count);
  const right = new Float64Array(count);
  for (let image = 0; image < labels.length; image++) {
    const confidence = probabilities[image * numClasses + predicted[image]];
    const bin = binOf(confidence, count);
    images[bin]++;
    confidences[bin] += confidence;
    right[bin] += Number(predicted[image] === labels[image]);
  }
  const gaps = images.map((held, bin) => (held === 0 ? 0 : Math.abs(right[bin] - confidences[bin])));
  return {
    expectedCalibrationError: gaps.reduce((sum, gap) => sum + gap, 0) / labels.length,
    maximumCalibrationError: Math.max(...gaps.map((gap, bin) => (images[bin] === 0 ? 0 : gap / images[bin]))),
    bins: Array.from(images, (held, bin) => ({
      low: bin / count,
      high: (bin + 1) / count,
      images: held,
      confidence: held === 0 ? null : confidences[bin] / held,
      accuracy: held === 0 ? null : right[bin] / held,
    })),
  };
}

/**
 * The expected calibration error that a perfectly calibrated model would have on so many images, in the mean.
 *
 * Of n images with confidence p, X are right: E|X/n − p| = √(2 p (1 − p) / (π n)) as if X were normal, weighed by n.
 */
export function calibrationErrorOfChance(bins: readonly { confidence: number; count: number }[]): number {
  const images = bins.reduce((sum, { count }) => sum + count, 0);
  const gaps = bins.map(({ confidence: p, count }) => Math.sqrt((2 * p * (1 - p) * count) / Math.PI));
  return gaps.reduce((sum, gap) => sum + gap, 0) / images;
}

/** The bin with bin / count < confidence <= (bin + 1) / count. */
function binOf(confidence: number, count: number): number {
  const guess = Math.min(count - 1, Math.max(0, Math.ceil(confidence * count) - 1));
  // the product rounds; the ends decide
  if (guess > 0 && confidence <= guess / count) return guess - 1;
  return guess < count - 1 && confidence > (guess + 1) / count ? guess + 1 : guess;
}

/**
 * Mean −ln of the true class's probability, in nats.
 *
 * Probabilities are kept ε away from 0 and 1, the ε of the array's precision (1.2e-7 or 2.2e-16), and rows divided by
 * their sum, as scikit-learn does: one image that was given 0 counts up to 15.9 (36 for float64) instead of ∞.
 *
 * @throws RangeError if lengths do not fit, or probabilities are outside [0, 1] or do not sum to 1 within 1e-3.
 */
export function logLoss(predictions: Predictions): number {
  checkPredictions(predictions, "logLoss");
  checkDistributions(predictions, "logLoss");
  const { labels, probabilities, numClasses } = predictions;
  const epsilon = probabilities instanceof Float32Array ? 2 ** -23 : Number.EPSILON;
  const clipped = (index: number): number => Math.min(1 - epsilon, Math.max(epsilon, probabilities[index]));
  let total = 0;
  for (let image = 0, row = 0; image < labels.length; image++, row += numClasses) {
    let sum = 0;
    for (let c = 0; c < numClasses; c++) sum += clipped(row + c);
    total += Math.log(sum / clipped(row + labels[image]));
  }
  return total / labels.length;
}

/**
 * Mean over images of Σ over classes (probability − 1 for the true class, 0 for others)², in [0, 2].
 *
 * For two classes this is twice what scikit-learn's binary `brier_score_loss` gives.
 *
 * @throws RangeError if lengths do not fit, or probabilities are outside [0, 1] or do not sum to 1 within 1e-3.
 * Source: Brier 1950, "Verification of forecasts expressed in terms of probability".
 */
export function brierScore(predictions: Predictions): number {
  checkPredictions(predictions, "brierScore");
  checkDistributions(predictions, "brierScore");
  const { labels, probabilities, numClasses } = predictions;
  let total = 0;
  for (let image = 0, row = 0; image < labels.length; image++, row += numClasses) {
    for (let c = 0; c < numClasses; c++) total += (probabilities[row + c] - Number(labels[image] === c)) ** 2;
  }
  return total / labels.length;
}

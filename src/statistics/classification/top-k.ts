/** @file Accuracy when any of the k best guesses counts. */

import { type Predictions, checkPredictions } from "./predictions.ts";

/**
 * Share of images whose true class is among the k highest scores; of equal scores the lower class comes first.
 *
 * @throws RangeError if lengths do not fit, a label or score is out of range, or k is not in [1, numClasses].
 */
export function topKAccuracy(predictions: Predictions, k: number): number {
  checkPredictions(predictions, "topKAccuracy");
  const { labels, probabilities, numClasses } = predictions;
  if (!Number.isInteger(k) || k < 1 || k > numClasses) {
    throw new RangeError(`topKAccuracy: expected k from 1 to ${numClasses}, got ${k}.`);
  }
  let right = 0;
  for (let image = 0, row = 0; image < labels.length; image++, row += numClasses) {
    const label = labels[image];
    const score = probabilities[row + label];
    let before = 0;
    for (let c = 0; c < numClasses; c++) {
      before += Number(probabilities[row + c] > score || (c < label && probabilities[row + c] === score));
    }
    right += Number(before < k);
  }
  return right / labels.length;
}

/** @file The labels and probabilities that every metric takes. */

/** True labels and predicted probabilities of the same N images. */
export interface Predictions {
  /** Class ids in [0, numClasses), one an image. */
  labels: Int32Array;
  /** [N, numClasses] in row-major order; scores that are no probabilities will do where only their order counts. */
  probabilities: Float32Array | Float64Array;
  numClasses: number;
}

/**
 * The class with the highest probability of every image; the first of equal ones.
 *
 * @throws RangeError if lengths do not fit or a label or probability is out of range.
 */
export function predictedLabels(predictions: Predictions): Int32Array {
  checkPredictions(predictions, "predictedLabels");
  return mostLikely(predictions);
}

/** {@link predictedLabels} of predictions that were checked. */
export function mostLikely({ labels, probabilities, numClasses }: Predictions): Int32Array {
  const predicted = new Int32Array(labels.length);
  for (let image = 0, row = 0; image < labels.length; image++, row += numClasses) {
    let best = 0;
    for (let c = 1; c < numClasses; c++) if (probabilities[row + c] > probabilities[row + best]) best = c;
    predicted[image] = best;
  }
  return predicted;
}

/** Refuses lengths that do not fit, labels out of range and probabilities that are not finite. */
export function checkPredictions({ labels, probabilities, numClasses }: Predictions, where: string): void {
  checkLabels(labels, numClasses, where);
  if (probabilities.length !== labels.length * numClasses) {
    throw new RangeError(
      `${where}: expected ${labels.length} x ${numClasses} probabilities, got ${probabilities.length}.`,
    );
  }
  // one sum finds NaN and infinities; which one it was is looked for only then
  let sum = 0;
  for (const probability of probabilities) sum += probability - probability;
  if (sum !== 0) {
    const index = probabilities.findIndex((probability) => !Number.isFinite(probability));
    throw new RangeError(
      `${where}: expected finite probabilities, got ${probabilities[index]} for image ${Math.floor(index / numClasses)}.`,
    );
  }
}

/** Refuses probabilities outside [0, 1] and rows that do not sum to 1 within 1e-3. */
export function checkDistributions({ probabilities, numClasses }: Predictions, where: string): void {
  for (let row = 0; row < probabilities.length; row += numClasses) {
    let sum = 0;
    for (let c = 0; c < numClasses; c++) {
      const probability = probabilities[row + c];
      if (probability < 0 || probability > 1) {
        throw new RangeError(
          `${where}: expected probabilities in [0, 1], got ${probability} for image ${row / numClasses}.`,
        );
      }
      sum += probability;
    }
    if (Math.abs(sum - 1) > 1e-3) {
      throw new RangeError(`${where}: expected probabilities that sum to 1, got ${sum} for image ${row / numClasses}.`);
    }
  }
}

/** Refuses no labels, labels out of range, and fewer than two classes. */
export function checkLabels(labels: Int32Array, numClasses: number, where: string): void {
  if (!Number.isInteger(numClasses) || numClasses < 2) {
    throw new RangeError(`${where}: expected at least 2 classes, got ${numClasses}.`);
  }
  if (labels.length === 0) throw new RangeError(`${where}: expected at least 1 image, got 0.`);
  const wrong = labels.findIndex((label) => label < 0 || label >= numClasses);
  if (wrong >= 0) {
    throw new RangeError(`${where}: expected labels in [0, ${numClasses}), got ${labels[wrong]} for image ${wrong}.`);
  }
}

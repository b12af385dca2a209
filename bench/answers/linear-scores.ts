/** @file How well a linear classifier does on features: accuracy and log loss. */

/** Weights [classes, features] and one bias a class. */
export interface LinearClassifier {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** `features` is [labels, features]; among equal logits the first class is the answer. Log loss in nats. */
export function linearScores(
  { weight, bias }: LinearClassifier,
  { features, labels }: { features: Float32Array; labels: ArrayLike<number> },
): { accuracy: number; logLoss: number } {
  const width = features.length / labels.length;
  let right = 0;
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    const image = features.subarray(row * width, (row + 1) * width);
    const logits = Array.from(bias, (offset, k) => offset + dot(weight.subarray(k * width, (k + 1) * width), image));
    const largest = Math.max(...logits);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    // -log softmax = log sum exp - logit
    loss += largest + Math.log(total) - logits[labels[row]];
    if (logits.indexOf(largest) === labels[row]) right++;
  }
  return { accuracy: right / labels.length, logLoss: loss / labels.length };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index];
  return sum;
}

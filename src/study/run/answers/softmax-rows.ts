/** @file From logits to probabilities. */

/** Softmax of every row of [N, classes], in the same layout. */
export function softmaxRows(logits: Float32Array, classes: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes);
    const largest = row.reduce((most, value) => Math.max(most, value), -Infinity);
    const powers = Float64Array.from(row, (logit) => Math.exp(logit - largest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, index) => (probabilities[start + index] = power / total));
  }
  return probabilities;
}

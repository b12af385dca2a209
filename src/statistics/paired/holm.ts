/** @file Holm's correction for several tests at once. */

/**
 * Adjusted p values in the order given: a test is significant at α if its adjusted p is below α, and then the chance of
 * even one false finding among all of them is at most α, however the tests depend on each other.
 *
 * Sorted ascending, p̃ᵢ = max over j <= i of min(1, (m − j + 1) pⱼ).
 *
 * @throws RangeError for a value outside [0, 1].
 * Source: Holm 1979, "A simple sequentially rejective multiple test procedure".
 */
export function holm(pValues: readonly number[]): number[] {
  const wrong = pValues.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined) throw new RangeError(`holm: expected p values in [0, 1], got ${wrong}.`);
  const adjusted = pValues.map(() => 0);
  let largest = 0;
  const order = Array.from(pValues.keys()).sort((a, b) => pValues[a] - pValues[b]);
  for (const [position, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - position) * pValues[index]));
    adjusted[index] = largest;
  }
  return adjusted;
}

/** @file Probabilities and regions of a recommendation in words. */

/** `91 %`; nothing is certain: `over 99 %`, `under 1 %`. */
export function oddsText(probability: number): string {
  if (probability > 0.99) return "over 99 %";
  return probability < 0.01 ? "under 1 %" : `${Math.round(100 * probability)} %`;
}

/** `1 point`, `3.3 points`: the width of a region of practical equivalence. */
export function regionText(region: number): string {
  const text = String(Number((100 * region).toFixed(1)));
  return text === "1" ? "1 point" : `${text} points`;
}

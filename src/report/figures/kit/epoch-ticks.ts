/** @file Where the epoch axis has its ticks. */

const MOST_TICKS = 20;
const STEPS = [2, 5, 10, 20, 25, 50];

/** Whole epochs only: all of them up to 20, then 1 and the multiples of a round step. */
export function epochTicks(epochs: number): number[] {
  if (epochs <= MOST_TICKS) return Array.from({ length: epochs }, (_, index) => index + 1);
  let scale = 1;
  let step = STEPS.find((candidate) => epochs / candidate <= MOST_TICKS);
  while (step === undefined) {
    scale *= 10;
    step = STEPS.map((candidate) => candidate * scale).find((candidate) => epochs / candidate <= MOST_TICKS);
  }
  const ticks = [1];
  for (let tick = step; tick <= epochs; tick += step) ticks.push(tick);
  return ticks;
}

/** Ends of the epoch axis, with room for the first and last point. */
export function epochDomain(epochs: number): [number, number] {
  const margin = epochs === 1 ? 0.5 : Math.max(0.15, (epochs - 1) * 0.02);
  return [1 - margin, epochs + margin];
}

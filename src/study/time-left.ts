/** @file How long a study will still take, from what it has measured. */

/** Evaluating an image costs about a third of training on it. */
const EVALUATION_SHARE = 1 / 3;

/** Work of one run, in images that pass through the whole network. */
export interface RunWork {
  readonly id: string;
  readonly epochs: number;
  readonly trainImages: number;
  readonly heldOutImages: number;
  /** True if the frozen layers run once and each epoch is nearly free. */
  readonly cached: boolean;
}

/** Equivalent training images of a whole run. */
export function workOf({ epochs, trainImages, heldOutImages, cached }: RunWork): number {
  if (cached) return (trainImages + heldOutImages) * EVALUATION_SHARE;
  return epochs * (trainImages + heldOutImages * EVALUATION_SHARE);
}

/** Time left of a run of which `done` (0–1) is finished, and of those that follow, at a measured speed. */
export function timeLeft(
  run: RunWork,
  { done, following, imagesPerSecond }: { done: number; following: readonly RunWork[]; imagesPerSecond: number },
): { runTimeLeftMs: number; studyTimeLeftMs: number } | null {
  if (run.cached || !(imagesPerSecond > 0)) return null;
  const perImageMs = 1000 / imagesPerSecond;
  const runTimeLeftMs = workOf(run) * (1 - done) * perImageMs;
  return {
    runTimeLeftMs,
    studyTimeLeftMs: runTimeLeftMs + following.reduce((sum, next) => sum + workOf(next), 0) * perImageMs,
  };
}

/** @file Learning-rate range test: a short training during which the rate rises, and what it says of a good rate. */

import type { BatchSource } from "./fit.ts";
import type { LabelledBatch } from "./inference.ts";
import type { Trainer } from "./trainer.ts";

/** Share of the earlier losses in the smoothed one. */
const SMOOTHING = 0.9;
/** The test ends once the smoothed loss is so many times its minimum. */
const RISE = 4;
const BELOW_MINIMUM = 10;
/** So many losses make most of the smoothed one; before that it is the first batches' luck. */
const SETTLED_STEPS = 10;
/** Less of a fall than this share of the loss may be noise. */
const LEAST_FALL = 0.05;

/** One step of the test. */
export interface RangeTestPoint {
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
  /** Of the batch, before its update, in nats. */
  readonly loss: number;
  /** Exponential moving average of the losses with weight 0.1 for the newest, free of the bias of its start. */
  readonly smoothedLoss: number;
}

/** Why a test ended. */
export type RangeTestEnd = "last step" | "loss rose" | "loss not finite" | "interrupted";

export interface RangeTestOptions {
  trainer: Trainer;
  /** Passed over as often as the steps need. */
  data: BatchSource;
  /** Rate of the first step. */
  from: number;
  /** Rate of the last step, above `from`. */
  to: number;
  /** From 2. */
  steps: number;
  /** Stops between two steps. */
  signal?: AbortSignal | undefined;
  onStep?: (point: RangeTestPoint) => void;
}

/**
 * Trains while the learning rate rises exponentially, until the last step, until the smoothed loss exceeds four times
 * its minimum, or until a loss is not a finite number; that loss is left out.
 *
 * Source: Smith 2017, "Cyclical learning rates for training neural networks", arXiv:1506.01186, section 3.3.
 */
export async function rangeTest(options: RangeTestOptions): Promise<{ points: RangeTestPoint[]; end: RangeTestEnd }> {
  const { trainer, data, from, to, steps, signal, onStep } = options;
  const points: RangeTestPoint[] = [];
  let [average, lowest] = [0, Infinity];
  for await (const batch of endless(data)) {
    if (signal?.aborted === true) return { points, end: "interrupted" };
    const step = points.length;
    const learningRate = from * (to / from) ** (step / (steps - 1));
    const { loss } = await trainer.step(batch, { step, learningRate });
    if (!Number.isFinite(loss)) return { points, end: "loss not finite" };
    average = SMOOTHING * average + (1 - SMOOTHING) * loss;
    const smoothedLoss = average / (1 - SMOOTHING ** (step + 1));
    points.push({ step: step + 1, learningRate, loss, smoothedLoss });
    onStep?.(points[step]);
    lowest = Math.min(lowest, smoothedLoss);
    if (smoothedLoss > RISE * lowest) return { points, end: "loss rose" };
    if (points.length === steps) break;
  }
  return { points, end: "last step" };
}

async function* endless(data: BatchSource): AsyncGenerator<LabelledBatch> {
  for (let epoch = 0; ; epoch++) yield* data.epoch(epoch, 0);
}

/** What a range test recommends. */
export interface RateSuggestion {
  /** Two significant digits. */
  readonly learningRate: number;
  /** Where the smoothed loss was lowest. */
  readonly atMinimum: number;
  /** True if that was in the last step of all: higher rates may do better still. */
  readonly stillFalling: boolean;
}

/** Why there is none: the loss fell by less than a twentieth, or the suggestion would lie below the rates that were tested. */
export type NoSuggestion = "loss hardly fell" | "rates too high";

/**
 * A tenth of the rate at which the smoothed loss was lowest, its first ten values left out where there are more.
 *
 * At the minimum the steps are about to become too large, so the rate to train with is well below. The alternative,
 * the rate at which the loss falls steepest, is read off the slope of a noisy curve: in a hundred steps on a few
 * images it is often that of a lucky batch.
 *
 * Source: the rule of fast.ai's course and learning-rate finder, "one-tenth the minimum before divergence"
 * (`minimum` in fastai.callback.schedule).
 */
export function suggestLearningRate(
  points: readonly RangeTestPoint[],
  { end }: { end: RangeTestEnd },
): RateSuggestion | NoSuggestion {
  if (points.length === 0) return "rates too high";
  const settled = points.slice(Math.min(SETTLED_STEPS, points.length) - 1);
  const best = settled.reduce((lowest, point) => (point.smoothedLoss < lowest.smoothedLoss ? point : lowest));
  if (best.smoothedLoss > (1 - LEAST_FALL) * settled[0].smoothedLoss) return "loss hardly fell";
  const learningRate = Number((best.learningRate / BELOW_MINIMUM).toPrecision(2));
  if (learningRate < points[0].learningRate) return "rates too high";
  return {
    learningRate,
    atMinimum: best.learningRate,
    stillFalling: end === "last step" && best.step === points.length,
  };
}

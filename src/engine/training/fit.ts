/** @file The training loop. */

import { TrainingError, isStop } from "../../core/index.ts";
import type { Schedule } from "../nn/index.ts";
import type { LabelledBatch, Metrics } from "./inference.ts";
import type { Trainer } from "./trainer.ts";

/** Where the batches of an epoch come from; the same epoch always gives the same batches. */
export interface BatchSource {
  readonly batchesPerEpoch: number;
  readonly imagesPerEpoch: number;
  /** Batches of one epoch (from 0), beginning with batch `start`. */
  epoch(epoch: number, start: number): AsyncIterable<LabelledBatch>;
}

/** How far a run has come. Plain data: a checkpoint holds it as JSON. */
export interface Progress {
  /** Finished epochs. */
  epoch: number;
  /** Finished steps since the start. */
  step: number;
  /** The epoch under way: finished batches and their sums. */
  partial: { batches: number; images: number; lossSum: number; correct: number; durationMs: number };
}

/** What one epoch measured. */
export interface EpochResult {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the epoch's steps, as they were trained. */
  readonly train: Metrics;
  /** By name of the evaluated set. */
  readonly evaluations: Readonly<Record<string, Metrics>>;
  readonly learningRate: number;
  readonly trainDurationMs: number;
  readonly durationMs: number;
  readonly imagesPerSecond: number;
}

/** What callbacks see after each batch. */
export interface BatchResult {
  /** From 1. */
  readonly epoch: number;
  readonly batch: number;
  readonly batches: number;
  /** Means over the epoch so far. */
  readonly train: Metrics;
  readonly imagesPerSecond: number;
}

/** What can be read of whatever trains. */
export type TrainedState = Pick<Trainer, "parameters" | "slots" | "updated">;

export interface CallbackContext {
  readonly trainer: TrainedState;
  readonly progress: Progress;
  /** Ends the run after this epoch. */
  stop(reason: string): void;
}

/** Hooks of the loop; each may be asynchronous, and they run in order. */
export interface Callback {
  onTrainBegin?(context: CallbackContext): void | Promise<void>;
  onBatchEnd?(result: BatchResult, context: CallbackContext): void | Promise<void>;
  onEpochEnd?(result: EpochResult, context: CallbackContext): void | Promise<void>;
  /** After the last epoch, and when interrupted. */
  onTrainEnd?(context: CallbackContext & { interrupted: boolean }): void | Promise<void>;
}

export interface FitOptions {
  trainer: Trainer;
  data: BatchSource;
  /** Epochs that the schedule counts on. */
  epochs: number;
  /** Ends after so many epochs, for a part of a longer run; after all of them when left out. */
  until?: number;
  schedule: Schedule;
  /** Measures the current parameters on held-out sets, by name. */
  evaluate: (trainer: Trainer) => Promise<Record<string, Metrics>>;
  callbacks?: readonly Callback[];
  /** Where to go on; the beginning when left out. */
  progress?: Progress;
  /** Stops between two batches, and an evaluation that throws its reason; the progress is kept. */
  signal?: AbortSignal;
}

export interface FitResult {
  readonly progress: Progress;
  readonly interrupted: boolean;
  /** Why a callback ended the run early. */
  readonly stopped: string | undefined;
}

/** A run that has not begun. */
export function freshProgress(): Progress {
  return { epoch: 0, step: 0, partial: freshPartial() };
}

function freshPartial(): Progress["partial"] {
  return { batches: 0, images: 0, lossSum: 0, correct: 0, durationMs: 0 };
}

/**
 * Trains until the last epoch, a callback's stop, or the signal.
 *
 * @throws TrainingError when a step's loss or an evaluated one is not a finite number.
 */
export async function fit(options: FitOptions): Promise<FitResult> {
  const { trainer, epochs, until = epochs, callbacks = [], signal } = options;
  const progress = structuredClone(options.progress ?? freshProgress());
  let stopped: string | undefined;
  const context: CallbackContext = { trainer, progress, stop: (reason) => (stopped ??= reason) };
  for (const callback of callbacks) await callback.onTrainBegin?.(context);
  while (progress.epoch < until && stopped === undefined) {
    const result = (await trainEpoch(options, context)) ? await finishEpoch(options, progress) : null;
    if (result === null) break;
    for (const callback of callbacks) await callback.onEpochEnd?.(result, context);
  }
  const interrupted = signal?.aborted === true && progress.epoch < until && stopped === undefined;
  for (const callback of callbacks) await callback.onTrainEnd?.({ ...context, interrupted });
  return { progress, interrupted, stopped };
}

/** Trains on what is left of the current epoch; false if interrupted before its end. */
async function trainEpoch(
  { trainer, data, epochs, schedule, callbacks = [], signal }: FitOptions,
  context: CallbackContext,
): Promise<boolean> {
  const { progress } = context;
  const { partial } = progress;
  const totalSteps = epochs * data.batchesPerEpoch;
  let last = performance.now();
  for await (const group of groupBatches(data.epoch(progress.epoch, partial.batches), trainer)) {
    if (signal?.aborted === true) return false;
    const places = group.map((_, index) => {
      const step = progress.step + index;
      return { step, learningRate: schedule(step, totalSteps) };
    });
    const results = await trainer.steps(group, places);
    const now = performance.now();
    partial.durationMs += now - last;
    last = now;
    for (const [index, { loss, correct }] of results.entries()) {
      if (!Number.isFinite(loss)) throw divergenceError(loss, { progress, learningRate: places[index].learningRate });
      const images = group[index].labels.data.length;
      partial.batches += 1;
      partial.images += images;
      partial.lossSum += loss * images;
      partial.correct += correct;
      progress.step += 1;
      const result = {
        epoch: progress.epoch + 1,
        batch: partial.batches,
        batches: data.batchesPerEpoch,
        train: { loss: partial.lossSum / partial.images, accuracy: partial.correct / partial.images },
        imagesPerSecond: (1000 * partial.images) / partial.durationMs,
      };
      for (const callback of callbacks) await callback.onBatchEnd?.(result, context);
    }
  }
  return true;
}

/**
 * As many batches as the trainer takes at once; those that are left over at the end of an epoch, a smaller one among
 * them, go together too: every epoch leaves as many, so that their graph is compiled once.
 */
async function* groupBatches(batches: AsyncIterable<LabelledBatch>, trainer: Trainer): AsyncGenerator<LabelledBatch[]> {
  let waiting: LabelledBatch[] = [];
  for await (const batch of batches) {
    waiting.push(batch);
    if (waiting.length < trainer.stepsAtOnce(waiting[0].labels.data.length)) continue;
    yield waiting;
    waiting = [];
  }
  if (waiting.length > 0) yield waiting;
}

/** Null if the signal stopped it: the epoch's steps are done then, and it is measured when the run goes on. */
async function finishEpoch(
  { trainer, data, epochs, schedule, evaluate, signal }: FitOptions,
  progress: Progress,
): Promise<EpochResult | null> {
  const { partial } = progress;
  const started = performance.now();
  const evaluations = await evaluate(trainer).catch((error: unknown) => {
    if (isStop(error, signal)) return null;
    throw error;
  });
  if (evaluations === null) return null;
  requireFinite(evaluations, progress);
  const result = {
    epoch: progress.epoch + 1,
    train: { loss: partial.lossSum / partial.images, accuracy: partial.correct / partial.images },
    evaluations,
    learningRate: schedule(progress.step - 1, epochs * data.batchesPerEpoch),
    trainDurationMs: partial.durationMs,
    durationMs: partial.durationMs + performance.now() - started,
    imagesPerSecond: (1000 * partial.images) / partial.durationMs,
  };
  progress.epoch += 1;
  progress.partial = freshPartial();
  return result;
}

/** The last step of an epoch can break the weights without a loss of its own to show it. */
function requireFinite(evaluations: Readonly<Record<string, Metrics>>, { epoch }: Progress): void {
  for (const [name, { loss }] of Object.entries(evaluations)) {
    if (Number.isFinite(loss)) continue;
    throw new TrainingError(
      `training: expected a finite ${name} loss, got ${loss} after epoch ${epoch + 1}. Lower the learning rate or warm it up.`,
    );
  }
}

function divergenceError(
  loss: number,
  { progress, learningRate }: { progress: Progress; learningRate: number },
): TrainingError {
  return new TrainingError(
    `training: expected a finite loss, got ${loss} in epoch ${progress.epoch + 1}, step ${progress.step + 1} ` +
      `at learning rate ${Number(learningRate.toPrecision(3))}. Lower the learning rate or warm it up.`,
  );
}

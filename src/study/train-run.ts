/** @file Trains one run of a study, from the weights it starts with to its proof and its files. */

import { type Tensor, TrainingError } from "../core/index.ts";
import type { ImageShape } from "../data/index.ts";
import { type Parameters, networkParameters } from "../engine/nn/index.ts";
import type { SessionOptions } from "../engine/runtime/index.ts";
import {
  type Callback,
  type EpochResult,
  type FitResult,
  type Trainer,
  createTrainer,
  exportModel,
  fit,
} from "../engine/training/index.ts";
import { type FeatureCache, proveFreeze, requireFreeze, startingParameters, trainsInPlan } from "../transfer/index.ts";
import type { PlannedRun } from "./plan.ts";
import { optimizerOf, scheduleOf } from "./recipe.ts";
import type { EpochRecord, RunRecord } from "./records.ts";
import { type RunCheckpoint, finalCheckpoint, progressCheckpoint } from "./run-checkpoint.ts";
import { type RunNetwork, runNetwork } from "./run-network.ts";
import { type RunStopping, runStopping } from "./run-stopping.ts";
import type { RunStore } from "./run-store.ts";
import type { StudyConfig } from "./schema.ts";
import type { SeedTasks } from "./tasks.ts";
import { type TrainedPart, trainedPart } from "./trained-part.ts";

export interface TrainRunOptions {
  config: StudyConfig;
  run: PlannedRun;
  /** Filled in as the run goes on. */
  record: RunRecord;
  imageShape: ImageShape;
  tasks: SeedTasks;
  /** Weights of the run that this one starts from. */
  transferred: Parameters | null;
  features: FeatureCache;
  store: RunStore;
  session: SessionOptions;
  /** Where an earlier process stopped. */
  checkpoint: RunCheckpoint | null;
  listener: RunListener;
  signal: AbortSignal | undefined;
}

/** What a run reports while it trains. */
export interface RunListener {
  onFeatures(images: number, total: number): void;
  onBatch: NonNullable<Callback["onBatchEnd"]>;
  onEpoch(record: EpochRecord, stopped: string | null): void;
}

/**
 * Trains a run to its end or until the signal; its files and `record` are up to date either way.
 *
 * @throws TrainingError if a loss is no longer finite or the freeze proof fails.
 * @throws DataError if a file cannot be written.
 */
export async function trainRun(options: TrainRunOptions): Promise<FitResult> {
  const { config, run, record, tasks, transferred, imageShape, listener } = options;
  const clock = stopwatch(record);
  const { numClasses } = tasks[run.task];
  const whole = runNetwork(config, run, { inputShape: imageShape, numClasses });
  const start = startingParameters(whole.network, whole.plan, { seed: run.seed, transferred });
  const part = await trainedPart({ ...options, whole, start, onFeatures: listener.onFeatures });
  record.featureDurationMs += part.featureDurationMs;
  try {
    return await trainPart(options, { whole, start, part, clock });
  } finally {
    await part.source.close();
    clock();
  }
}

interface Prepared {
  whole: RunNetwork;
  start: Parameters;
  part: TrainedPart;
  clock: () => void;
}

async function trainPart(options: TrainRunOptions, prepared: Prepared): Promise<FitResult> {
  const { run, checkpoint, signal, listener } = options;
  const { start, part, clock } = prepared;
  const trainer = trainerOf(options, prepared);
  try {
    const stopping = runStopping(run, checkpoint);
    const result = await fit({
      trainer,
      data: part.source,
      epochs: run.training.epochs,
      schedule: scheduleOf(run.training),
      evaluate: async () => part.evaluate({ ...start, ...trainer.parameters() }),
      callbacks: [stopping, recorder(options, { stopping, clock }), { onBatchEnd: listener.onBatch }],
      ...(checkpoint === null ? {} : { progress: checkpoint.progress }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!result.interrupted) {
      const best = stopping.best();
      if (best !== null) options.record.keptEpoch = best.bestEpoch;
      const parameters = best?.bestParameters ?? trainer.parameters();
      clock();
      await finishRun(options, { whole: prepared.whole, before: start, after: { ...start, ...parameters } });
    }
    return result;
  } finally {
    await trainer.close();
  }
}

function trainerOf({ run, checkpoint, session }: TrainRunOptions, { whole, start, part }: Prepared): Trainer {
  return createTrainer({
    network: part.network,
    input: part.input,
    optimizer: optimizerOf(run.training),
    labelSmoothing: run.training.labelSmoothing,
    trains: trainsInPlan(whole.plan),
    parameters: { ...start, ...checkpoint?.parameters },
    ...(checkpoint === null ? {} : { slots: checkpoint.slots }),
    seed: run.seed,
    session,
  });
}

/** Writes history and checkpoint after every epoch, and when interrupted. History first: a resume cuts it to the checkpoint. */
function recorder(
  { run, record, store, listener }: TrainRunOptions,
  { stopping, clock }: { stopping: RunStopping; clock: () => void },
): Callback {
  const save = async (trainer: Trainer, progress: RunCheckpoint["progress"]): Promise<void> => {
    clock();
    const state = {
      parameters: trainer.parameters(),
      slots: trainer.slots(),
      progress,
      best: stopping.best(),
      stopped: stopping.reason(),
    };
    await store.writeCheckpoint(run.id, progressCheckpoint(state));
    await store.writeRun(record);
  };
  return {
    onEpochEnd: async (result, { trainer, progress }) => {
      record.epochs.push(epochRecord(result));
      await store.writeHistory(run.id, record.epochs);
      await save(trainer, progress);
      listener.onEpoch(record.epochs[record.epochs.length - 1], stopping.reason());
    },
    onTrainEnd: async ({ trainer, progress, interrupted }) => {
      if (interrupted) await save(trainer, progress);
    },
  };
}

/** Adds the time since its last call to the run's duration. */
function stopwatch(record: RunRecord): () => void {
  let last = performance.now();
  return () => {
    const now = performance.now();
    record.durationMs += now - last;
    last = now;
  };
}

function epochRecord({ epoch, train, evaluations, ...rest }: EpochResult): EpochRecord {
  const { test, validation } = evaluations;
  return {
    epoch,
    trainLoss: train.loss,
    trainAccuracy: train.accuracy,
    ...(validation === undefined ? {} : { validationLoss: validation.loss, validationAccuracy: validation.accuracy }),
    testLoss: test.loss,
    testAccuracy: test.accuracy,
    ...rest,
  };
}

/** The proof, the exported model, and last the final checkpoint: where it is, the others are too. */
async function finishRun(
  { run, record, tasks, store }: TrainRunOptions,
  { whole, before, after }: { whole: RunNetwork; before: Parameters; after: Parameters },
): Promise<void> {
  requireFinite(after);
  const proof = proveFreeze(whole.network, whole.plan, { before, after });
  record.freezeProof = proof;
  requireFreeze(proof);
  const ordered = Object.fromEntries(
    networkParameters(whole.network).map(({ name }): [string, Tensor] => [name, after[name]]),
  );
  const metadata = {
    run: run.id,
    network: whole.network.name,
    classes: JSON.stringify(tasks[run.task].train.classNames),
  };
  const input = { kind: "images", normalization: tasks.normalization } as const;
  await store.writeModel(run.id, exportModel({ network: whole.network, parameters: after, input }, metadata));
  await store.writeRun(record);
  await store.writeCheckpoint(run.id, finalCheckpoint(ordered, metadata));
}

/** @throws TrainingError naming the first parameter that diverged after the last loss was measured. */
function requireFinite(parameters: Parameters): void {
  const diverged = Object.keys(parameters).find((name) => !parameters[name].data.every(Number.isFinite));
  if (diverged !== undefined) {
    throw new TrainingError(
      `training: expected finite weights at the end, got others in ${diverged}. Lower the learning rate or warm it up.`,
    );
  }
}

/** @file Trains one run of a study, from the weights it starts with to its proof and its files. */

import type { Tensor } from "../core/index.ts";
import type { BatchPlan, ImageShape } from "../data/index.ts";
import { type Network, type Parameters, networkParameters, sliceNetwork } from "../engine/nn/index.ts";
import type { SessionOptions } from "../engine/runtime/index.ts";
import {
  type Callback,
  type EarlyStopping,
  type EpochResult,
  type FitResult,
  type NetworkInput,
  type Trainer,
  createTrainer,
  earlyStopping,
  evaluate,
  exportModel,
  fit,
} from "../engine/training/index.ts";
import {
  type FeatureCache,
  type FeatureStore,
  proveFreeze,
  requireFreeze,
  startingParameters,
  trainsInPlan,
} from "../transfer/index.ts";
import {
  type ClosableBatchSource,
  evaluationFeatures,
  evaluationImages,
  featureSource,
  imageSource,
} from "./batch-sources.ts";
import type { PlannedRun } from "./plan.ts";
import { optimizerOf, scheduleOf } from "./recipe.ts";
import type { EpochRecord, RunRecord } from "./records.ts";
import { type RunCheckpoint, finalCheckpoint, progressCheckpoint } from "./run-checkpoint.ts";
import type { StudyConfig } from "./schema.ts";
import type { SeedTasks, TaskData } from "./tasks.ts";
import { type RunNetwork, runNetwork } from "./run-network.ts";
import type { RunStore } from "./run-store.ts";

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

/** The frozen part taken out: what is left to train, and what it is fed. */
interface TrainedPart {
  readonly network: Network;
  readonly input: NetworkInput;
  readonly source: ClosableBatchSource;
  evaluate(parameters: Parameters, set: "validation" | "test"): ReturnType<typeof evaluate>;
}

/**
 * Trains a run to its end or until the signal; its files and `record` are up to date either way.
 *
 * @throws TrainingError if the loss is no longer finite or the freeze proof fails.
 * @throws DataError if a file cannot be written.
 */
export async function trainRun(options: TrainRunOptions): Promise<FitResult> {
  const { config, run, record, tasks, checkpoint, signal } = options;
  const clock = stopwatch(record);
  const task = tasks[run.task];
  const whole = runNetwork(config, run, { inputShape: options.imageShape, numClasses: task.numClasses });
  const start = startingParameters(whole.network, whole.plan, { seed: run.seed, transferred: options.transferred });
  const part = await trainedPart(options, { whole, start, task });
  const stopping = earlyStoppingOf(run, checkpoint);
  const trainer = createTrainer({
    network: part.network,
    input: part.input,
    optimizer: optimizerOf(run.training),
    labelSmoothing: run.training.labelSmoothing,
    trains: trainsInPlan(whole.plan),
    frozen: start,
    parameters: { ...start, ...checkpoint?.parameters },
    ...(checkpoint === null ? {} : { slots: checkpoint.slots }),
    seed: run.seed,
    session: options.session,
  });
  try {
    const result = await fit({
      trainer,
      data: part.source,
      epochs: run.training.epochs,
      schedule: scheduleOf(run.training),
      evaluate: async () => evaluateAll(part, { parameters: { ...start, ...trainer.parameters() }, task }),
      callbacks: [
        ...(stopping === null ? [] : [stopping]),
        recorder(options, { stopping, clock }),
        { onBatchEnd: options.listener.onBatch },
      ],
      ...(checkpoint === null ? {} : { progress: checkpoint.progress }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!result.interrupted) {
      const parameters = stopping?.state()?.bestParameters ?? trainer.parameters();
      await finishRun(options, { whole, before: start, after: { ...start, ...parameters } });
    }
    return result;
  } finally {
    await trainer.close();
    await part.source.close();
    clock();
  }
}

/** Where nothing is augmented, the frozen layers run once and the rest trains on their features. */
async function trainedPart(
  options: TrainRunOptions,
  { whole, start, task }: { whole: RunNetwork; start: Parameters; task: TaskData },
): Promise<TrainedPart> {
  const { run, tasks, imageShape, session } = options;
  const { augmentation } = run.training;
  const augmented = augmentation.flip || augmentation.crop > 0;
  const plan: BatchPlan = {
    subset: task.train,
    imageShape,
    batchSize: run.training.batchSize,
    seed: run.seed,
    shuffle: true,
    purpose: run.task,
    ...(augmented ? { augmentation } : {}),
  };
  if (whole.boundary > 0 && !augmented) return featurePart(options, { whole, start, task, plan });
  const input: NetworkInput = { kind: "images", normalization: tasks.normalization };
  return {
    network: whole.network,
    input,
    source: imageSource(plan),
    evaluate: (parameters, set) =>
      evaluate(
        { network: whole.network, parameters, input },
        evaluationImages(subsetOf(task, set), imageShape),
        session,
      ),
  };
}

async function featurePart(
  options: TrainRunOptions,
  { whole, start, task, plan }: { whole: RunNetwork; start: Parameters; task: TaskData; plan: BatchPlan },
): Promise<TrainedPart> {
  const { run, record, session, imageShape, features, tasks } = options;
  const started = performance.now();
  const stores: Partial<Record<"train" | "validation" | "test", FeatureStore>> = {};
  for (const set of task.validation === null
    ? (["train", "test"] as const)
    : (["train", "validation", "test"] as const)) {
    stores[set] = await features.features({
      weightsId: run.startsFrom ?? run.id,
      subsetId: `${run.task}/${set}`,
      network: whole.network,
      parameters: start,
      boundary: whole.boundary,
      subset: subsetOf(task, set),
      imageShape,
      input: { kind: "images", normalization: tasks.normalization },
      onProgress: options.listener.onFeatures,
    });
  }
  record.featureDurationMs += performance.now() - started;
  const storeOf = (set: keyof typeof stores): FeatureStore => {
    const store = stores[set];
    if (store === undefined) throw new Error(`internal: no features of the ${set} images`);
    return store;
  };
  const network = sliceNetwork(whole.network, whole.boundary);
  const input: NetworkInput = { kind: "features" };
  return {
    network,
    input,
    source: featureSource(plan, storeOf("train")),
    evaluate: (parameters, set) =>
      evaluate({ network, parameters, input }, evaluationFeatures(subsetOf(task, set), storeOf(set)), session),
  };
}

function subsetOf(task: TaskData, set: "train" | "validation" | "test"): TaskData["train"] {
  const subset = task[set];
  if (subset === null) throw new Error("internal: the task holds no validation images back");
  return subset;
}

async function evaluateAll(
  part: TrainedPart,
  { parameters, task }: { parameters: Parameters; task: TaskData },
): Promise<Record<string, Awaited<ReturnType<typeof evaluate>>>> {
  const test = await part.evaluate(parameters, "test");
  return task.validation === null ? { test } : { test, validation: await part.evaluate(parameters, "validation") };
}

function earlyStoppingOf(run: PlannedRun, checkpoint: RunCheckpoint | null): EarlyStopping | null {
  const { earlyStopping: settings } = run.training;
  return settings === null ? null : earlyStopping({ watch: "validation", ...settings }, checkpoint?.best ?? undefined);
}

/** Writes history and checkpoint after every epoch, and when interrupted. History first: a resume cuts it to the checkpoint. */
function recorder(
  { run, record, store, listener }: TrainRunOptions,
  { stopping, clock }: { stopping: EarlyStopping | null; clock: () => void },
): Callback {
  const save = async (trainer: Trainer, progress: RunCheckpoint["progress"]): Promise<void> => {
    clock();
    const state = {
      parameters: trainer.parameters(),
      slots: trainer.slots(),
      progress,
      best: stopping?.state() ?? null,
    };
    await store.writeCheckpoint(run.id, progressCheckpoint(state));
    await store.writeRun(record);
  };
  return {
    onEpochEnd: async (result, { trainer, progress }) => {
      record.epochs.push(epochRecord(result));
      await store.writeHistory(run.id, record.epochs);
      await save(trainer, progress);
      listener.onEpoch(record.epochs[record.epochs.length - 1], null);
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

/** The proof, the final checkpoint and the exported model. */
async function finishRun(
  { run, record, tasks, store }: TrainRunOptions,
  { whole, before, after }: { whole: RunNetwork; before: Parameters; after: Parameters },
): Promise<void> {
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
  await store.writeModel(
    run.id,
    exportModel(
      { network: whole.network, parameters: after, input: { kind: "images", normalization: tasks.normalization } },
      metadata,
    ),
  );
  await store.writeCheckpoint(run.id, finalCheckpoint(ordered, metadata));
}

/** @file Trains one stage of a run: the same layers from its first epoch to its last. */

import type { ImageShape } from "../data/index.ts";
import type { Normalization, Parameters } from "../engine/nn/index.ts";
import type { SessionOptions } from "../engine/runtime/index.ts";
import {
  type FitResult,
  type Progress,
  type Callback,
  type Mixing,
  type Trainer,
  createTrainer,
  fit,
  mixup,
} from "../engine/training/index.ts";
import { type FeatureCache, type StagePart, updateRules } from "../transfer/index.ts";
import { classWeightsOf } from "./class-weights.ts";
import type { PlannedRun } from "./plan.ts";
import { optimizerOf, scheduleOf } from "./recipe.ts";
import type { RunNetwork } from "./run-network.ts";
import type { RunRecord } from "./records.ts";
import type { RunListener } from "./run-options.ts";
import type { TaskData } from "./tasks.ts";
import { type HeldOutSet, type TrainedPart, trainedPart } from "./trained-part.ts";

/** What the stages of a run share. */
export interface StageOptions {
  run: PlannedRun;
  whole: RunNetwork;
  task: TaskData;
  /** Sets that are measured after every epoch. */
  heldOut: readonly HeldOutSet[];
  normalization: Normalization;
  imageShape: ImageShape;
  features: FeatureCache;
  session: SessionOptions;
  /** Takes the time that features take. */
  record: Pick<RunRecord, "featureDurationMs">;
  listener: Pick<RunListener, "onFeatures" | "onBatch">;
  signal: AbortSignal | undefined;
}

/** Where a run stands between two stages. */
export interface StageState {
  /** Every parameter that a stage has trained or may have. */
  readonly parameters: Parameters;
  readonly slots: Parameters;
  readonly progress: Progress;
}

export interface StageContext {
  /** What the run started with; later stages overwrite parts of it. */
  readonly start: Parameters;
  readonly stage: StagePart;
  readonly state: StageState;
  /** Told the trainer of the stage, before its first step. */
  readonly callbacksFor: (stateOf: (trainer: Trainer) => Promise<Omit<StageState, "progress">>) => readonly Callback[];
}

/**
 * Trains until the stage ends or the signal; the state is then that of its last step.
 *
 * @throws TrainingError if a loss is no longer finite.
 */
export async function trainStage(
  options: StageOptions,
  context: StageContext,
): Promise<{ result: FitResult; state: StageState }> {
  const { run, signal, listener } = options;
  const { stage, state } = context;
  const { part, trainer, current, close } = await openStage(options, context);
  try {
    const stateOf = async (of: Trainer): Promise<Omit<StageState, "progress">> => ({
      parameters: { ...state.parameters, ...(await of.parameters()) },
      slots: { ...state.slots, ...(await of.slots()) },
    });
    const result = await fit({
      trainer,
      data: part.source,
      epochs: run.training.epochs,
      until: stage.endEpoch,
      schedule: scheduleOf(run.training),
      evaluate: async () => part.evaluate({ ...current, ...(await trainer.parameters()) }),
      callbacks: [...context.callbacksFor(stateOf), { onBatchEnd: listener.onBatch }],
      progress: state.progress,
      ...(signal === undefined ? {} : { signal }),
    });
    return { result, state: { ...(await stateOf(trainer)), progress: result.progress } };
  } finally {
    await close();
  }
}

/** What a stage trains, with its trainer. */
interface OpenStage {
  readonly part: TrainedPart;
  readonly trainer: Trainer;
  /** The parameters that the stage starts with. */
  readonly current: Parameters;
  /** Closes the trainer and the part's source, the source also where the trainer's device is lost. */
  close(): Promise<void>;
}

/** Prepares a stage; nothing is left open if that fails. */
export async function openStage(
  options: StageOptions,
  context: Omit<StageContext, "callbacksFor">,
): Promise<OpenStage> {
  const { stage, state } = context;
  const current = { ...context.start, ...state.parameters };
  const part = await trainedPart({
    ...options,
    stage,
    start: current,
    onFeatures: options.listener.onFeatures,
  });
  options.record.featureDurationMs += part.featureDurationMs;
  try {
    const trainer = trainerOf(options, { context, part, current });
    const close = (): Promise<void> => trainer.close().finally(() => part.close());
    return { part, trainer, current, close };
  } catch (error) {
    await part.close();
    throw error;
  }
}

function trainerOf(
  { run, whole, task, session }: StageOptions,
  { context, part, current }: { context: Omit<StageContext, "callbacksFor">; part: TrainedPart; current: Parameters },
): Trainer {
  const { start, stage, state } = context;
  return createTrainer({
    network: part.network,
    input: part.input,
    optimizer: optimizerOf(run.training),
    labelSmoothing: run.training.labelSmoothing,
    classWeights: classWeightsOf(run.training, task.train),
    mixing: mixingOf(run),
    trains: stage.trains,
    adapts: stage.adapts,
    updateRule: updateRules(stage, { plan: whole.plan, pulls: run.choice?.strategy.pulls, start }),
    parameters: current,
    slots: state.slots,
    seed: run.seed,
    session,
  });
}

function mixingOf({ training, seed }: PlannedRun): Mixing | undefined {
  const alpha = training.augmentation.mixup;
  return alpha > 0 ? mixup(alpha, { seed }) : undefined;
}

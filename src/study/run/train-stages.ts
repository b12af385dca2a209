/** @file Trains the stages of a run, one after another: each the same layers from its first epoch to its last. */

import { type Parameters, mergeAdapters } from "../../engine/nn/index.ts";
import {
  type Callback,
  type FitResult,
  type Trainer,
  createTrainer,
  fit,
  freshProgress,
  mixupOrCutmix,
} from "../../engine/training/index.ts";
import { hasAdapters, startingParameters, updateRules } from "../../transfer/index.ts";
import { classWeightsOf } from "../file/class-weights.ts";
import { optimizerOf, scheduleOf } from "./optimizer.ts";
import { type RunNetwork, trainedPart } from "./network.ts";
import { solveStage } from "./solve-stage.ts";
import type { StageContext, StageOptions, StageOutcome, StageState, StateOf } from "./stage.ts";
import { type TrainedTail, openTrainedTail } from "./tail.ts";

/** A run before its first step. */
export function freshState(): StageState {
  return { parameters: {}, slots: {}, updated: [], progress: freshProgress() };
}

/** The parameters of a run before its first step, some of them those of the run that it starts from. */
export function startOf(
  { run, whole }: Pick<StageOptions, "run" | "whole">,
  transferred: Parameters | null,
): Parameters {
  const { seed, training } = run;
  return startingParameters(whole.trained, whole.plan, { seed, transferred, headStart: training.headStart });
}

interface StagesContext extends Pick<StageContext, "start"> {
  /** Where the run stands. */
  state?: StageState;
  /** For each stage; those before the last are means to the last one's end. */
  callbacksFor?: (stateOf: StateOf, stage: { isLast: boolean }) => readonly Callback[];
}

/** A run after its last stage, or where the signal stopped it. */
interface StagesOutcome {
  readonly result: FitResult;
  /** Names of the parameters that the run's stages have updated. */
  readonly updated: readonly string[];
  /** What the run has learned, some of it as in an earlier epoch: the weights of its network. */
  weights(earlier?: Parameters): Parameters;
  /** The same as it was trained, adapters beside the weights. */
  trained(earlier?: Parameters): Parameters;
}

/**
 * Trains stage after stage, from where the run stands; at least the last one, whose callbacks may have a word to say.
 *
 * @throws TrainingError if a loss is no longer finite.
 */
export async function trainStages(
  options: StageOptions,
  { start, state = freshState(), callbacksFor = () => [] }: StagesContext,
): Promise<StagesOutcome> {
  const { stages } = options.whole;
  const last = stages[stages.length - 1];
  const remaining = stages.filter((stage) => stage === last || stage.endEpoch > state.progress.epoch);
  const train = (stage: StageContext["stage"], reached: StageState): Promise<StageOutcome> =>
    trainStage(options, {
      start,
      stage,
      state: reached,
      callbacksFor: (stateOf) => callbacksFor(stateOf, { isLast: stage === last }),
    });
  let outcome = await train(remaining[0], state);
  for (const stage of remaining.slice(1)) {
    if (outcome.result.interrupted) break;
    outcome = await train(stage, outcome.state);
  }
  const { result, state: reached, fold } = outcome;
  const trained = (earlier?: Parameters): Parameters => ({
    ...start,
    ...fold({ ...reached.parameters, ...earlier }),
  });
  return {
    result,
    updated: reached.updated,
    trained,
    weights: (earlier) => mergeAdapters(options.whole.trained, trained(earlier)),
  };
}

/** Trains until the stage ends or the signal; the state is then that of its last step. */
async function trainStage(options: StageOptions, context: StageContext): Promise<StageOutcome> {
  const { run, whole, signal, listener } = options;
  const { stage, state } = context;
  if (stage.solves !== undefined) return solveStage(options, context);
  const { tail, trainer, current, close } = await openStage(options, context);
  try {
    const stateOf: StateOf = async (of) => ({
      parameters: { ...state.parameters, ...(await of.parameters()) },
      slots: { ...state.slots, ...(await of.slots()) },
      updated: [...new Set([...state.updated, ...of.updated()])],
    });
    const result = await fit({
      trainer,
      data: tail.source,
      epochs: run.training.epochs - solvedEpochs(whole),
      until: stage.endEpoch,
      schedule: scheduleOf(run.training),
      evaluate: async () => {
        listener.onStage("scoring");
        return tail.evaluate(mergeAdapters(whole.trained, { ...current, ...(await keptOf(trainer)) }));
      },
      callbacks: [...context.callbacksFor(stateOf), { onBatchEnd: listener.onBatch }],
      progress: state.progress,
      ...(signal === undefined ? {} : { signal }),
    });
    const averages = await trainer.averages();
    return {
      result,
      state: { ...(await stateOf(trainer)), progress: result.progress },
      fold: (parameters) => tail.fold({ ...parameters, ...averages }),
    };
  } finally {
    await close();
  }
}

/** Epochs that take no steps, which the schedule does not count on. */
function solvedEpochs({ stages }: RunNetwork): number {
  return stages
    .filter(({ solves }) => solves !== undefined)
    .reduce((sum, { firstEpoch, endEpoch }) => sum + endEpoch - firstEpoch, 0);
}

/** The weights that a run would keep now: averaged ones, where there are any. */
async function keptOf(trainer: Trainer): Promise<Parameters> {
  return (await trainer.averages()) ?? trainer.parameters();
}

/** What a stage trains, with its trainer. */
interface OpenStage {
  readonly tail: TrainedTail;
  readonly trainer: Trainer;
  /** The parameters that the stage starts with. */
  readonly current: Parameters;
  /** Closes the trainer and the tail's source, the source also where the trainer's device is lost. */
  close(): Promise<void>;
}

/** Prepares a stage; nothing is left open if that fails. */
export async function openStage(
  options: StageOptions,
  context: Omit<StageContext, "callbacksFor">,
): Promise<OpenStage> {
  const { stage, state } = context;
  const current = { ...context.start, ...state.parameters };
  const tail = await openTrainedTail({ ...options, stage, start: current });
  options.record.featureDurationMs += tail.featureDurationMs;
  try {
    const trainer = trainerOf(options, { context, tail, current });
    const close = (): Promise<void> => trainer.close().finally(() => tail.close());
    return { tail, trainer, current, close };
  } catch (error) {
    await tail.close();
    throw error;
  }
}

function trainerOf(
  { run, whole, task, session, memoryBytes, listener }: StageOptions,
  { context, tail, current }: { context: Omit<StageContext, "callbacksFor">; tail: TrainedTail; current: Parameters },
): Trainer {
  const { start, stage, state } = context;
  // a step that has begun is one that the run's state knows of
  const { signal: _signal, ...unbroken } = session;
  return createTrainer({
    network: trainedPart(run, whole, stage),
    input: tail.input,
    optimizer: optimizerOf(run.training),
    labelSmoothing: run.training.labelSmoothing,
    focalGamma: run.training.focalGamma,
    ...(run.training.averaging === null ? {} : { average: { decay: run.training.averaging } }),
    ...(run.training.clipNorm === null ? {} : { clipNorm: run.training.clipNorm }),
    classWeights: classWeightsOf(run.training, task.train),
    mixing: mixupOrCutmix(run.training.augmentation, { seed: run.seed }),
    trains: stage.trains,
    updates: stage.updates,
    adapts: stage.adapts,
    recomputes: hasAdapters(whole.plan),
    keepsStatistics: run.training.statistics === "keep" || stage.keepsStatistics,
    updateRule: updateRules(stage, { plan: whole.plan, pulls: run.choice?.strategy.pulls, start }),
    parameters: current,
    slots: state.slots,
    seed: run.seed,
    session: unbroken,
    memoryBytes,
    onParts: listener.onParts,
  });
}

/** @file Trains one stage of a run: the same layers from its first epoch to its last. */

import type { Parameters } from "../../engine/nn/index.ts";
import { type Trainer, createTrainer, fit, mixupOrCutmix } from "../../engine/training/index.ts";
import { updateRules } from "../../transfer/index.ts";
import { classWeightsOf } from "../file/class-weights.ts";
import { optimizerOf, scheduleOf } from "./optimizer.ts";
import type { RunNetwork } from "./network.ts";
import { solveStage } from "./solve-stage.ts";
import type { StageContext, StageOptions, StageOutcome, StateOf } from "./stage.ts";
import { type TrainedPart, trainedPart } from "./trained-part.ts";

/** Epochs that take no steps, which the schedule does not count on. */
function solvedEpochs({ stages }: RunNetwork): number {
  return stages
    .filter(({ solves }) => solves !== undefined)
    .reduce((sum, { firstEpoch, endEpoch }) => sum + endEpoch - firstEpoch, 0);
}

/**
 * Trains until the stage ends or the signal; the state is then that of its last step.
 *
 * @throws TrainingError if a loss is no longer finite.
 */
export async function trainStage(options: StageOptions, context: StageContext): Promise<StageOutcome> {
  const { run, whole, signal, listener } = options;
  const { stage, state } = context;
  if (stage.solves !== undefined) return solveStage(options, context);
  const { part, trainer, current, close } = await openStage(options, context);
  try {
    const stateOf: StateOf = async (of) => ({
      parameters: { ...state.parameters, ...(await of.parameters()) },
      slots: { ...state.slots, ...(await of.slots()) },
    });
    const result = await fit({
      trainer,
      data: part.source,
      epochs: run.training.epochs - solvedEpochs(whole),
      until: stage.endEpoch,
      schedule: scheduleOf(run.training),
      evaluate: async () => part.evaluate({ ...current, ...(await keptOf(trainer)) }),
      callbacks: [...context.callbacksFor(stateOf), { onBatchEnd: listener.onBatch }],
      progress: state.progress,
      ...(signal === undefined ? {} : { signal }),
    });
    const averages = await trainer.averages();
    return {
      result,
      state: { ...(await stateOf(trainer)), progress: result.progress },
      fold: (parameters) => part.fold({ ...parameters, ...averages }),
    };
  } finally {
    await close();
  }
}

/** The weights that a run would keep now: averaged ones, where there are any. */
async function keptOf(trainer: Trainer): Promise<Parameters> {
  return (await trainer.averages()) ?? trainer.parameters();
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
    focalGamma: run.training.focalGamma,
    ...(run.training.averaging === null ? {} : { average: { decay: run.training.averaging } }),
    ...(run.training.clipNorm === null ? {} : { clipNorm: run.training.clipNorm }),
    classWeights: classWeightsOf(run.training, task.train),
    mixing: mixupOrCutmix(run.training.augmentation, { seed: run.seed }),
    trains: stage.trains,
    adapts: stage.adapts,
    keepsStatistics: run.training.statistics === "keep",
    updateRule: updateRules(stage, { plan: whole.plan, pulls: run.choice?.strategy.pulls, start }),
    parameters: current,
    slots: state.slots,
    seed: run.seed,
    session,
  });
}

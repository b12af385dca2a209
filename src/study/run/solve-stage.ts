/** @file A stage whose head is solved for at once: one epoch without steps. */

import type { EpochResult } from "../../engine/training/index.ts";
import { type FeatureRows, type SolvedHead, solveHead } from "../../transfer/index.ts";
import { classWeightsOf } from "../file/class-weights.ts";
import type { StageContext, StageOptions, StageOutcome, StageState } from "./stage.ts";
import { type TrainedTailOptions, openMeasuredTail, trainingFeatures } from "./tail.ts";

/** Finds the stage's head from the features of the training images, and measures it as an epoch is measured. */
export async function solveStage(options: StageOptions, context: StageContext): Promise<StageOutcome> {
  const { signal, record, listener } = options;
  const { start, stage, state } = context;
  if (signal?.aborted === true || state.progress.epoch >= stage.endEpoch) {
    return outcomeOf(state, { interrupted: signal?.aborted === true });
  }
  const current = { ...start, ...state.parameters };
  const began = performance.now();
  const tail: TrainedTailOptions = { ...options, stage, start: current };
  const features = await trainingFeatures(tail);
  record.featureDurationMs += performance.now() - began;
  listener.onStage("solving");
  const solved = await findHead(options, { stage, features });
  const trainDurationMs = performance.now() - began;
  if (solved.probe !== undefined) record.probe = solved.probe;
  const parameters = { ...state.parameters, ...solved.parameters };
  const heldOut = await openMeasuredTail(tail);
  try {
    listener.onStage("scoring");
    const evaluations = await heldOut.evaluate({ ...current, ...parameters });
    const images = options.task.train.indices.length;
    const result: EpochResult = {
      epoch: stage.endEpoch,
      train: solved.train,
      evaluations,
      learningRate: 0,
      trainDurationMs,
      durationMs: performance.now() - began,
      imagesPerSecond: (1000 * images) / trainDurationMs,
    };
    const next: StageState = {
      parameters,
      slots: state.slots,
      updated: [...new Set([...state.updated, ...Object.keys(solved.parameters)])],
      progress: { ...state.progress, epoch: stage.endEpoch },
    };
    await report(context, { result, next });
    return outcomeOf(next, { interrupted: false });
  } finally {
    await heldOut.close();
  }
}

function findHead(
  { run, whole, task, session }: StageOptions,
  { stage, features }: Pick<StageContext, "stage"> & { features: FeatureRows },
): Promise<SolvedHead> {
  if (stage.solves === undefined) throw new Error("internal: the stage trains its head");
  return solveHead(stage.solves, {
    head: whole.network.layers[whole.network.layers.length - 1].name,
    features,
    labels: task.train.labels,
    numClasses: task.numClasses,
    classWeights: classWeightsOf(run.training, task.train),
    seed: run.seed,
    session,
  });
}

/** What listens to epochs is told of this one as of any other. */
async function report(
  { callbacksFor }: StageContext,
  { result, next }: { result: EpochResult; next: StageState },
): Promise<void> {
  const { parameters, slots, updated, progress } = next;
  const trainer = { parameters: async () => parameters, slots: async () => slots, updated: () => updated };
  for (const { onEpochEnd } of callbacksFor(async () => ({ parameters, slots, updated }))) {
    await onEpochEnd?.(result, { trainer, progress, stop: () => {} });
  }
}

function outcomeOf(state: StageState, { interrupted }: { interrupted: boolean }): StageOutcome {
  return {
    result: { progress: state.progress, interrupted, stopped: undefined },
    state,
    fold: (parameters) => parameters,
  };
}

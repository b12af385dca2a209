/** @file One trial: a model trained at one rate and scored on images that it did not see. */

import { TrainingError } from "../../core/index.ts";
import type { Parameters } from "../../engine/nn/index.ts";
import { createInferenceSession, freshProgress } from "../../engine/training/index.ts";
import { startingParameters } from "../../transfer/index.ts";
import { type StudyContext, networkOf, sessionOf } from "../context/study-context.ts";
import type { PlannedRun } from "../file/plan.ts";
import { joined } from "../material/joined.ts";
import { taskOf } from "../material/tasks.ts";
import { runFlops } from "../run/flops.ts";
import type { StageOptions, StageState } from "../run/stage.ts";
import { trainStage } from "../run/train-stage.ts";
import { fedPart } from "../run/trained-part.ts";
import { type TrialScores, isBroken, trialScores } from "./evidence.ts";
import { trialTask } from "./folds.ts";
import type { Slot } from "./plan-trials.ts";
import { trialRun } from "./trial-run.ts";

interface TrialOptions {
  /** The run that the trial stands for. */
  run: PlannedRun;
  slot: Slot;
  folds: number;
  factor: number;
  learningRate: number;
  /** Of the run's steps. */
  share: number;
  /** Weights of the run that it starts from. */
  transferred: Parameters | null;
  /** Told the finished part of the trial after every step. */
  onProgress: (part: number) => void;
}

export interface Trial {
  /** Null if it diverged. */
  readonly scores: TrialScores | null;
  readonly flops: number;
  readonly durationMs: number;
}

/** Trials of one slot share seed, images, their order and all that is random but for the rate. */
export async function runTrial(context: StudyContext, trial: TrialOptions): Promise<Trial | "interrupted"> {
  const began = performance.now();
  const options = stageOptionsOf(context, trial);
  const { run, whole, task } = options;
  try {
    const scores = await scoresOf(options, trial).catch((error: unknown) => {
      if (error instanceof TrainingError) return null;
      throw error;
    });
    if (scores === "interrupted") return scores;
    const flops = runFlops(run, { whole, task, epochs: run.training.epochs }).total;
    return { scores, flops, durationMs: performance.now() - began };
  } finally {
    // those of layers that the trial has trained itself
    for (const { firstEpoch } of whole.stages) context.features.release(`${run.id}/${firstEpoch}`);
  }
}

function stageOptionsOf(context: StudyContext, trial: TrialOptions): StageOptions {
  const { run, slot, folds, factor, learningRate, share, onProgress } = trial;
  const { study, networks, tasksOf, data, features, signal } = context;
  const tasks = tasksOf(run.seed);
  const task = taskOf(tasks, run);
  const ownTask = trialTask(task, { fold: slot.fold, folds, seed: run.seed });
  const { imageShape } = data.dataset;
  const own = trialRun(run, {
    config: study.config,
    whole: networkOf(networks, run),
    imageShape,
    tasks: { run: task, trial: ownTask },
    id: `${run.id}/trial ${slot.fold ?? "validation"} ${factor} ${share}`,
    learningRate,
    share,
  });
  const { epochs } = own.run.training;
  return {
    ...own,
    task: ownTask,
    heldOut: [],
    normalization: tasks.normalization,
    imageShape,
    features,
    session: sessionOf(context),
    record: { featureDurationMs: 0 },
    listener: {
      onFeatures: () => {},
      onBatch: ({ epoch, batch, batches }) => onProgress((epoch - 1 + batch / batches) / epochs),
    },
    signal,
  };
}

async function scoresOf(
  options: StageOptions,
  { transferred }: TrialOptions,
): Promise<TrialScores | null | "interrupted"> {
  const { run, whole } = options;
  const { headStart } = run.training;
  const start = startingParameters(whole.network, whole.plan, { seed: run.seed, transferred, headStart });
  let state: StageState = { parameters: {}, slots: {}, progress: freshProgress() };
  let kept: Parameters = start;
  for (const stage of whole.stages) {
    const outcome = await trainStage(options, { start, stage, state, callbacksFor: () => [] });
    if (outcome.result.interrupted) return "interrupted";
    ({ state } = outcome);
    kept = { ...start, ...outcome.fold(state.parameters) };
  }
  return heldOutScores(options, kept);
}

/** Null if the answers are those of a model that diverged. */
async function heldOutScores(options: StageOptions, parameters: Parameters): Promise<TrialScores | null> {
  const { whole, task, listener, session: sessionOptions } = options;
  if (task.validation === null) throw new Error("internal: a trial holds images back");
  const stage = whole.stages[whole.stages.length - 1];
  const part = await fedPart({ ...options, stage, start: parameters, onFeatures: listener.onFeatures }, ["validation"]);
  const session = await createInferenceSession({ ...part, parameters }, sessionOptions);
  try {
    const parts: Float32Array[] = [];
    for (const { input } of part.batchesOf("validation")) {
      const { output } = await session.run({ input });
      parts.push(output.data as Float32Array);
    }
    const logits = joined(parts);
    if (!logits.every(Number.isFinite)) return null;
    const scores = trialScores(logits, task.validation.labels);
    return isBroken(scores, task.numClasses) ? null : scores;
  } finally {
    await session.close();
  }
}

/** @file One trial: a model trained at one rate and scored on images that it did not see. */

import { TrainingError } from "../../core/index.ts";
import type { Parameters } from "../../engine/nn/index.ts";
import { type StudyContext, stageOptionsOf } from "../context/study-context.ts";
import type { PlannedRun } from "../file/plan.ts";
import { runFlops } from "../run/flops.ts";
import { heldOutLogits } from "../run/answers/held-out-logits.ts";
import type { StageOptions } from "../run/stage.ts";
import { startOf, trainStages } from "../run/train-stages.ts";
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
  /** Told the finished share of the trial after every step. */
  onProgress: (share: number) => void;
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
  const options = trialOptions(context, trial);
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

function trialOptions(context: StudyContext, trial: TrialOptions): StageOptions {
  const { run, slot, folds, factor, learningRate, share, onProgress } = trial;
  const options = stageOptionsOf(context, run);
  const task = trialTask(options.task, { fold: slot.fold, folds, seed: run.seed });
  const own = trialRun(run, {
    config: context.study.config,
    whole: options.whole,
    imageShape: options.imageShape,
    tasks: { run: options.task, trial: task },
    id: `${run.id}/trial ${slot.fold ?? "validation"} ${factor} ${share}`,
    learningRate,
    share,
  });
  const { epochs } = own.run.training;
  const onBatch: StageOptions["listener"]["onBatch"] = ({ epoch, batch, batches }) =>
    onProgress((epoch - 1 + batch / batches) / epochs);
  return { ...options, ...own, task, listener: { ...options.listener, onBatch } };
}

async function scoresOf(
  options: StageOptions,
  { transferred }: TrialOptions,
): Promise<TrialScores | null | "interrupted"> {
  const { result, weights } = await trainStages(options, { start: startOf(options, transferred) });
  return result.interrupted ? "interrupted" : heldOutScores(options, weights());
}

/** Null if the answers are those of a model that diverged. */
async function heldOutScores(options: StageOptions, parameters: Parameters): Promise<TrialScores | null> {
  const { validation, numClasses } = options.task;
  if (validation === null) throw new Error("internal: a trial holds images back");
  const logits = await heldOutLogits(options, { parameters, set: "validation" });
  if (!logits.every(Number.isFinite)) return null;
  const scores = trialScores(logits, validation.labels);
  return isBroken(scores, numClasses) ? null : scores;
}

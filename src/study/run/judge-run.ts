/** @file Judges a finished run: whether it learned its task, and whether it was cut short. */

import type { ImageSubset } from "../../data/index.ts";
import { type JudgedEpoch, type JudgedRun, type LearningOutcome, learningOutcome } from "../../statistics/index.ts";
import { classWeightsOf } from "../file/class-weights.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { EvaluationRecord } from "../records/evaluation-record.ts";
import type { EpochRecord } from "../records/records.ts";
import type { RunNetwork } from "./network.ts";

export interface FinishedRun {
  run: Pick<PlannedRun, "training">;
  stages: readonly Pick<RunNetwork["stages"][number], "firstEpoch" | "solves">[];
  /** All of the run's, in order; at least one of its last stage. */
  epochs: readonly EpochRecord[];
  evaluation: Pick<EvaluationRecord, "confusion">;
  train: Pick<ImageSubset, "labels" | "classNames">;
}

/**
 * What became of a run, from the curves of its last stage and what its final weights answer on the test set.
 *
 * Chance on training images is always answering their most frequent class. On test images it is that as well, or the
 * share that the run's own answers would get right if they were dealt out among the images at random, whichever is more:
 * so a run that always gives one answer did not learn. Where rare classes weigh more or are drawn more often,
 * answering the most frequent one is nothing that a run strives for: chance is then one over the classes in training,
 * and the run's own answers dealt out in the test.
 */
export function judgeRun({ run: { training }, stages, epochs, evaluation, train }: FinishedRun): LearningOutcome {
  const stage = stages[stages.length - 1];
  const counts = countsOf(train);
  const isEven = classWeightsOf(training, train) === undefined && !training.oversample;
  const wasStopped = training.earlyStopping !== null && epochs.length < training.epochs;
  return learningOutcome({
    epochs: epochs.filter(({ epoch }) => epoch > stage.firstEpoch).map(judgedEpoch),
    train: {
      images: train.labels.length,
      chance: isEven ? Math.max(...counts) / train.labels.length : 1 / counts.filter((count) => count > 0).length,
    },
    test: testOf(evaluation, isEven ? counts.indexOf(Math.max(...counts)) : null),
    settled: stage.solves !== undefined || wasStopped,
  });
}

function judgedEpoch({ trainAccuracy, validationLoss, testLoss, learningRate }: EpochRecord): JudgedEpoch {
  return { trainAccuracy, heldOutLoss: validationLoss ?? testLoss, learningRate };
}

function countsOf({ labels, classNames }: FinishedRun["train"]): number[] {
  const counts = classNames.map(() => 0);
  for (const label of labels) counts[label]++;
  return counts;
}

/** `usual`: the class whose share is chance at least; null for none. */
function testOf({ confusion }: FinishedRun["evaluation"], usual: number | null): JudgedRun["test"] {
  const rows = confusion.map(sum);
  const answers = confusion.map((_, answer) => sum(confusion.map((row) => row[answer])));
  const images = sum(rows);
  const dealtOut = sum(rows.map((row, index) => (row / images) * (answers[index] / images)));
  return {
    correct: sum(confusion.map((row, index) => row[index])),
    images,
    // rounding must not lift a certainty above 1
    chance: Math.min(1, Math.max(dealtOut, usual === null ? 0 : rows[usual] / images)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** @file The runs of a study grouped by model: one model, one run a seed. */

import { isNumber } from "../../core/index.ts";
import { type LearningOutcome, majorityOutcome } from "../../statistics/index.ts";
import { isNumbered, strategyName } from "./strategy-names.ts";
import type { EpochRecord, RunRecord, StudySummary, TaskRecord } from "../../study/index.ts";

/** All runs of one model. */
export interface ModelRuns {
  /** `M3`. */
  model: string;
  /** `Last layer only`. */
  label: string;
  /** `M3 · Last layer only` in the assignment's presets, elsewhere the label alone. */
  title: string;
  /** `M3` in the assignment's presets, elsewhere the label. */
  short: string;
  strategy: string;
  task: "source" | "target";
  runs: RunRecord[];
  /** The runs that finished. */
  done: RunRecord[];
  /** The runs that figures show: the finished ones, or, where none did, those with at least one epoch. */
  drawn: RunRecord[];
}

/** The models of a study in the order in which their runs are listed. */
export function modelsOf(summary: StudySummary): ModelRuns[] {
  const names = [...new Set(summary.runs.map((run) => run.model))];
  return names.map((model) =>
    modelRuns(
      summary.runs.filter((run) => run.model === model),
      isNumbered(summary),
    ),
  );
}

function modelRuns(runs: RunRecord[], isAssignment: boolean): ModelRuns {
  const [first] = runs;
  if (!first) throw new Error("internal: a model without runs");
  const done = runs.filter((run) => run.status === "done" && run.epochs.length > 0);
  const { model, strategy, task } = first;
  const label = strategyName(first);
  const drawn = done.length > 0 ? done : runs.filter((run) => run.epochs.length > 0);
  // a study of several budgets calls its models by their strategies
  const hasNumber = isAssignment && model !== strategy;
  const title = hasNumber ? `${model} · ${label}` : label;
  return { model, label, title, short: hasNumber ? model : label, strategy, task, runs, done, drawn };
}

/** What people call the strategy of a name that is typed. */
export function labelOf(summary: StudySummary, strategy: string): string {
  return modelsOf(summary).find((model) => model.strategy === strategy)?.label ?? strategy;
}

/** What became of most of a model's finished seeds. */
export function modelOutcome({ done }: ModelRuns): LearningOutcome {
  return majorityOutcome(done.map(({ outcome }) => outcome));
}

/** The task that a model is trained and tested on. */
export function taskOf(summary: StudySummary, model: { task: "source" | "target" }): TaskRecord {
  return model.task === "source" && summary.source !== null ? summary.source : summary.target;
}

/** True for the procedural data set that stands in where no other could be found. */
export function isBuiltIn(summary: StudySummary): boolean {
  return summary.dataset.name === "shapes10";
}

/** Accuracy of guessing among the classes of a task. */
export function chanceLevel(task: TaskRecord): number {
  return 1 / Math.max(1, task.classNames.length);
}

/** The epoch whose weights a run kept: the last, or the one that early stopping chose; undefined for a run without one. */
export function keptEpoch(run: RunRecord): EpochRecord | undefined {
  return run.epochs.find(({ epoch }) => epoch === run.keptEpoch) ?? run.epochs.at(-1);
}

/** Which epoch a study's figures are of, for a sentence. */
export function keptEpochPhrase({ runs }: StudySummary): string {
  return runs.some((run) => run.keptEpoch !== undefined)
    ? "after the epoch that early stopping kept, by validation images"
    : "after the last epoch";
}

/** The epoch with the highest test accuracy, the first of equals. For description only: it was chosen by looking. */
export function bestAccuracyEpoch(run: RunRecord): EpochRecord | undefined {
  return firstBest(run.epochs, (epoch) => epoch.testAccuracy);
}

/** The epoch with the lowest test loss, the first of equals. */
export function bestLossEpoch(run: RunRecord): EpochRecord | undefined {
  return firstBest(run.epochs, (epoch) => -epoch.testLoss);
}

function firstBest(epochs: EpochRecord[], score: (epoch: EpochRecord) => number): EpochRecord | undefined {
  let best: EpochRecord | undefined;
  for (const epoch of epochs) {
    if (isNumber(score(epoch)) && (!best || score(epoch) > score(best))) best = epoch;
  }
  return best;
}

/** Mean time of an epoch, training and evaluation, in ms. */
export function meanEpochMs(run: RunRecord): number | undefined {
  return mean(run.epochs.map((epoch) => epoch.durationMs));
}

/** Mean training speed over the epochs, weighted by their training time. */
export function imagesPerSecond(run: RunRecord): number | undefined {
  const seconds = run.epochs.reduce((total, epoch) => total + epoch.trainDurationMs / 1000, 0);
  const images = run.epochs.reduce((total, epoch) => total + epoch.imagesPerSecond * (epoch.trainDurationMs / 1000), 0);
  return seconds > 0 ? images / seconds : undefined;
}

/** True if part of the network was not trained. */
export function isFrozen(run: RunRecord): boolean {
  return run.trainableParameters < run.totalParameters;
}

function mean(values: number[]): number | undefined {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
}

/** @file The source and target tasks of one seed: images split by class, held back, and normalized. */

import { stream } from "../core/index.ts";
import {
  type ClassSplit,
  type ClassTask,
  type ImageDataset,
  type ImageSubset,
  channelStatistics,
  splitByClass,
  splitValidation,
  takePerClass,
} from "../data/index.ts";
import type { Normalization } from "../engine/nn/index.ts";
import type { TaskRecord } from "./records.ts";
import { checkClassWeights } from "./class-weights.ts";
import { budgetsOf } from "./config.ts";
import type { Budget, PlannedRun } from "./plan.ts";
import type { StudyConfig } from "./schema.ts";

/** What a run trains on and is measured on. */
export interface TaskData {
  readonly train: ImageSubset;
  /** The training images of the study's largest budget, of which `train` is a part: their features are computed once. */
  readonly pool: ImageSubset;
  readonly validation: ImageSubset | null;
  readonly test: ImageSubset;
  /** Outputs of the head. */
  readonly numClasses: number;
}

export interface SeedTasks {
  readonly source: TaskData;
  /** The target task with so many images of each class. */
  readonly target: (budget: Budget) => TaskData;
  readonly normalization: Normalization;
}

/** @throws ConfigError if classes are unknown, overlap or are empty. */
export function splitStudy(config: StudyConfig, dataset: ImageDataset): ClassSplit {
  checkClassWeights(config, dataset.classNames);
  return splitByClass(
    { target: config.target, ...(config.source === null ? {} : { source: config.source }) },
    dataset,
    {
      keepOriginalLabels: config.head === "dataset",
    },
  );
}

/**
 * The tasks of one seed. Images per class and validation parts are drawn from the seed;
 * the pixel statistics are those of the source training images alone.
 *
 * @throws ConfigError if a class has too few images.
 */
export function seedTasks(
  config: StudyConfig,
  { dataset, split, seed }: { dataset: ImageDataset; split: ClassSplit; seed: number },
): SeedTasks {
  const { sourceImagesPerClass } = config;
  const source = taskData(config, split.source, { seed, purpose: "source", budgets: [sourceImagesPerClass] });
  const target = taskData(config, split.target, { seed, purpose: "target", budgets: budgetsOf(config) });
  return {
    source: source(sourceImagesPerClass),
    target,
    normalization: normalizationOf(config, { dataset, train: source(sourceImagesPerClass).train }),
  };
}

/** The task of a run. */
export function taskOf(tasks: SeedTasks, run: Pick<PlannedRun, "task" | "imagesPerClass">): TaskData {
  return run.task === "source" ? tasks.source : tasks.target(run.imagesPerClass);
}

/** The same task with a share of its training images held back for trials, and no test images to look at. */
export function trialTask(task: TaskData, { share, seed }: { share: number; seed: number }): TaskData {
  const { train, validation } = splitValidation(task.train, share, stream(seed, "validation", "trials"));
  return { ...task, train, validation };
}

/** What the report says of a task. */
export function taskRecord(task: ClassTask, data: TaskData): TaskRecord {
  return {
    classIds: [...task.classIds],
    classNames: [...task.classNames],
    trainImages: data.train.indices.length,
    validationImages: data.validation?.indices.length ?? 0,
    testImages: data.test.indices.length,
  };
}

/** The task of one seed by budget; smaller budgets are parts of larger ones. */
function taskData(
  { validation }: StudyConfig,
  task: ClassTask,
  { seed, purpose, budgets }: { seed: number; purpose: string; budgets: readonly Budget[] },
): (budget: Budget) => TaskData {
  const base = { test: task.test, numClasses: task.train.classNames.length };
  const taken = (budget: Budget): ImageSubset =>
    budget === "all" ? task.train : takePerClass(task.train, budget, stream(seed, "subset", purpose));
  const subsets = new Map(budgets.map((budget) => [budget, taken(budget)]));
  const [pool] = [...subsets.values()].sort((a, b) => b.indices.length - a.indices.length);
  const byBudget = new Map(
    [...subsets].map(([budget, train]): [Budget, TaskData] => [
      budget,
      validation === 0
        ? { ...base, pool, train, validation: null }
        : { ...base, pool, ...splitValidation(train, validation, stream(seed, "validation", purpose)) },
    ]),
  );
  return (budget) => {
    const data = byBudget.get(budget);
    if (data === undefined) throw new Error(`internal: the study has no budget ${budget}`);
    return data;
  };
}

function normalizationOf(
  { normalization }: StudyConfig,
  { dataset, train }: { dataset: ImageDataset; train: ImageSubset },
): Normalization {
  const channels = dataset.imageShape[0];
  if (normalization === "unit") return { mean: Array(channels).fill(0), std: Array(channels).fill(1) };
  const { mean, standardDeviation } = channelStatistics(train, dataset.imageShape);
  // a channel of one value everywhere has nothing to scale
  return { mean, std: standardDeviation.map((deviation) => (deviation > 0 ? deviation : 1)) };
}

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
import type { StudyConfig } from "./schema.ts";

/** What a run trains on and is measured on. */
export interface TaskData {
  readonly train: ImageSubset;
  readonly validation: ImageSubset | null;
  readonly test: ImageSubset;
  /** Outputs of the head. */
  readonly numClasses: number;
}

export interface SeedTasks {
  readonly source: TaskData;
  readonly target: TaskData;
  readonly normalization: Normalization;
}

/** @throws ConfigError if classes are unknown, overlap or are empty. */
export function splitStudy(config: StudyConfig, dataset: ImageDataset): ClassSplit {
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
  const source = taskData(config, split.source, {
    seed,
    purpose: "source",
    imagesPerClass: config.sourceImagesPerClass,
  });
  const target = taskData(config, split.target, { seed, purpose: "target", imagesPerClass: config.imagesPerClass });
  return { source, target, normalization: normalizationOf(config, { dataset, train: source.train }) };
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

function taskData(
  { validation }: StudyConfig,
  task: ClassTask,
  { seed, purpose, imagesPerClass }: { seed: number; purpose: string; imagesPerClass: StudyConfig["imagesPerClass"] },
): TaskData {
  const base = { test: task.test, numClasses: task.train.classNames.length };
  const train =
    imagesPerClass === "all" ? task.train : takePerClass(task.train, imagesPerClass, stream(seed, "subset", purpose));
  if (validation === 0) return { ...base, train, validation: null };
  return { ...base, ...splitValidation(train, validation, stream(seed, "validation", purpose)) };
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

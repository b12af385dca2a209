/** @file The source and target tasks of one seed: images split by class, held back, and normalized. */

import { ConfigError, stream } from "../../core/index.ts";
import {
  type ClassTask,
  type ImageSubset,
  channelStatistics,
  splitValidation,
  takePerClass,
} from "../../data/index.ts";
import type { Normalization } from "../../engine/nn/index.ts";
import { normalizationOf, normalizationWords, pixelWords } from "../../models/index.ts";
import { budgetsOf } from "../file/config.ts";
import type { Budget, PlannedRun } from "../file/plan.ts";
import { presets } from "../file/presets.ts";
import type { StudyConfig } from "../file/schema.ts";
import type { TaskRecord } from "../records/records.ts";
import type { StudyData, StudySplit } from "./study-data.ts";

/** What a run trains on and is measured on. */
export interface TaskData {
  readonly train: ImageSubset;
  /** The training images of the study's largest budget, of which `train` is a part: their features are computed once. */
  readonly pool: ImageSubset;
  /** Names the pool among those of all seeds. */
  readonly poolId: string;
  /** The data set's own, or held back from training. */
  readonly validation: ImageSubset | null;
  readonly test: ImageSubset;
  /** Outputs of the head. */
  readonly numClasses: number;
}

export interface SeedTasks {
  /** Null where the source network was trained elsewhere. */
  readonly source: TaskData | null;
  /** The target task with so many images of each class. */
  readonly target: (budget: Budget) => TaskData;
  readonly normalization: Normalization;
}

/**
 * The tasks of one seed. Images per class and validation parts are drawn from the seed;
 * the pixel statistics are those of the source training images alone.
 *
 * @throws ConfigError if a class has too few images.
 */
export function seedTasks(
  config: StudyConfig,
  { data, split, seed }: { data: StudyData; split: StudySplit; seed: number },
): SeedTasks {
  const { sourceImagesPerClass } = config;
  const budgets = { source: [sourceImagesPerClass], target: budgetsOf(config) };
  const source =
    split.source === null
      ? null
      : taskData(config, split.source, { seed, purpose: "source", budgets: budgets.source })(sourceImagesPerClass);
  return {
    source,
    target: taskData(config, split.target, { seed, purpose: "target", budgets: budgets.target }),
    normalization: pixelsOf(config, { data, source }),
  };
}

/** The task of a run. */
export function taskOf(tasks: SeedTasks, run: Pick<PlannedRun, "task" | "imagesPerClass">): TaskData {
  return run.task === "source" ? sourceTask(tasks) : tasks.target(run.imagesPerClass);
}

/** What the source network trains on, in a study that trains one. */
export function sourceTask({ source }: SeedTasks): TaskData {
  if (source === null) throw new Error("internal: the source was trained elsewhere");
  return source;
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
  const poolId = pool === task.train ? "all" : `seed ${seed}`;
  const byBudget = new Map(
    [...subsets].map(([budget, train]): [Budget, TaskData] => [
      budget,
      task.validation !== null || validation === 0
        ? { ...base, pool, poolId, train, validation: task.validation }
        : { ...base, pool, poolId, ...splitValidation(train, validation, stream(seed, "validation", purpose)) },
    ]),
  );
  return (budget) => {
    const data = byBudget.get(budget);
    if (data === undefined) throw new Error(`internal: the study has no budget ${budget}`);
    return data;
  };
}

function pixelsOf(
  { normalization: wanted, preset }: StudyConfig,
  { data: { dataset, backbone }, source }: { data: StudyData; source: TaskData | null },
): Normalization {
  const { imageShape } = dataset;
  const isPresetsOwn = presets[preset]?.study.normalization === wanted;
  if (wanted !== "standardize") {
    const said = normalizationOf(wanted, imageShape[0]);
    const known = backbone?.normalization ?? null;
    if (backbone === undefined || known === null || isSame(said, known)) return said;
    if (isPresetsOwn) return known;
    throw new ConfigError(
      `normalization: expected none beside ${backbone.name}, whose file says how it wants its pixels, ` +
        `${pixelWords(known)}, got ${pixelWords(said)}. Leave it out.`,
    );
  }
  if (backbone !== undefined) {
    if (backbone.normalization !== null) return backbone.normalization;
    throw new ConfigError(
      `normalization: expected to be told how ${backbone.name} wants its pixels, since its file does not say, got nothing. ` +
        `Set normalization to ${normalizationWords}, or mean and std.`,
    );
  }
  if (source === null) throw new Error("internal: neither a source task nor a trained source");
  const { mean, standardDeviation } = channelStatistics(source.train, imageShape);
  // a channel of one value everywhere has nothing to scale
  return { mean, std: standardDeviation.map((deviation) => (deviation > 0 ? deviation : 1)) };
}

function isSame(a: Normalization, b: Normalization): boolean {
  const near = (one: readonly number[], other: readonly number[]): boolean =>
    one.every((value, index) => Math.abs(value - other[index]) < 1e-3);
  return near(a.mean, b.mean) && near(a.std, b.std);
}

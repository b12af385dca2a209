/** @file Splits a data set by class into the source task and the target task. */

import { ConfigError, DataError } from "../core/index.ts";
import type { ImageDataset, LabelledImages } from "./dataset.ts";
import type { ImageSubset } from "./image-subset.ts";
import { type ClassChoice, parseClasses } from "./parse-classes.ts";

/** The images of some classes. */
export interface ClassTask {
  /** In the order of the task's own labels. */
  readonly classIds: readonly number[];
  readonly classNames: readonly string[];
  readonly train: ImageSubset;
  readonly test: ImageSubset;
  /** Null where the data set has none of these classes to choose by. */
  readonly validation: ImageSubset | null;
}

/** Both sides of a transfer. */
export interface ClassSplit {
  readonly source: ClassTask;
  readonly target: ClassTask;
}

/**
 * Divides a data set by class; the source is every class outside the target unless it is chosen.
 *
 * Labels are the position of the class in the choice; with `keepOriginalLabels`
 * they stay the data set's class ids, for protocols whose head has one output
 * for every class of the data set.
 *
 * @throws ConfigError for a class that is unknown, in both tasks or named twice, and for a task without classes.
 * @throws DataError for a class without training or test images.
 */
export function splitByClass(
  choice: { source?: ClassChoice | undefined; target: ClassChoice },
  dataset: ImageDataset,
  { keepOriginalLabels = false }: { keepOriginalLabels?: boolean } = {},
): ClassSplit {
  const target = parseClasses(choice.target, dataset, "target classes");
  rejectEmptyClasses(dataset, target);
  const source =
    choice.source === undefined ? takeOthers(target, dataset) : parseClasses(choice.source, dataset, "source classes");
  rejectOverlap(source, target, dataset);
  return {
    source: takeClasses(dataset, source, { keepOriginalLabels }),
    target: takeClasses(dataset, target, { keepOriginalLabels }),
  };
}

/**
 * The training and test images of some classes.
 *
 * @throws DataError for a class without training or test images.
 */
export function takeClasses(
  dataset: ImageDataset,
  classIds: readonly number[],
  { keepOriginalLabels = false }: { keepOriginalLabels?: boolean } = {},
): ClassTask {
  const classNames = classIds.map((classId) => dataset.classNames[classId]);
  const labelNames = keepOriginalLabels ? dataset.classNames : classNames;
  const labelOf = new Map(classIds.map((classId, label) => [classId, keepOriginalLabels ? classId : label]));
  const subset = (part: LabelledImages, files: readonly string[] | undefined): ImageSubset => ({
    ...selectLabels(part, labelOf),
    ...(files === undefined ? {} : { files }),
    classNames: labelNames,
  });
  rejectEmptyClasses(dataset, classIds);
  const validation = dataset.validation === undefined ? null : subset(dataset.validation, dataset.files?.validation);
  return {
    classIds,
    classNames,
    train: subset(dataset.train, dataset.files?.train),
    test: subset(dataset.test, dataset.files?.test),
    validation: validation?.indices.length === 0 ? null : validation,
  };
}

function selectLabels(part: LabelledImages, labelOf: ReadonlyMap<number, number>): Omit<ImageSubset, "classNames"> {
  const indices: number[] = [];
  const labels: number[] = [];
  for (let index = 0; index < part.count; index++) {
    const label = labelOf.get(part.labels[index]);
    if (label === undefined) continue;
    indices.push(index);
    labels.push(label);
  }
  return { part, indices: Uint32Array.from(indices), labels: Uint16Array.from(labels) };
}

function takeOthers(target: readonly number[], dataset: ImageDataset): readonly number[] {
  // a class that was left out of the target for having no images is left out of both
  const whole = [new Set(dataset.train.labels), new Set(dataset.test.labels)];
  const source = [...dataset.classNames.keys()].filter(
    (classId) => !target.includes(classId) && whole.every((labels) => labels.has(classId)),
  );
  if (source.length === 0) {
    throw new ConfigError(
      `target classes: expected some but not all of the ${target.length} classes of ${dataset.name}, got all. ` +
        "Leave classes over for the source task.",
    );
  }
  return source;
}

function rejectOverlap(source: readonly number[], target: readonly number[], { classNames }: ImageDataset): void {
  const shared = source.filter((classId) => target.includes(classId));
  if (shared.length === 0) return;
  const listed = shared.map((classId) => `${classId} (${classNames[classId]})`).join(", ");
  throw new ConfigError(
    `source classes: expected none of the target classes, got ${listed} in both. Take each class out of one of them.`,
  );
}

/** @throws DataError naming the first class without training images, or else the first without test images. */
function rejectEmptyClasses(dataset: ImageDataset, classIds: readonly number[]): void {
  for (const part of ["train", "test"] as const) {
    const present = new Set(dataset[part].labels);
    const empty = classIds.find((classId) => !present.has(classId));
    if (empty === undefined) continue;
    throw new DataError(
      `${dataset.name}: expected ${part === "train" ? "training" : "test"} images of class ${empty} ` +
        `(${dataset.classNames[empty]}), got none. Leave the class out or add images.`,
    );
  }
}

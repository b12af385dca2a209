/** @file The images that one trial trains on and those it is scored on: a fold of a run's training images. */

import { type RandomStream, stream } from "../../core/index.ts";
import type { ImageSubset } from "../../data/index.ts";
import type { TaskData } from "../material/tasks.ts";

/**
 * The fold of every image, from 0, or -1 for one that is never held back: the only one of its class.
 *
 * Each class is dealt out in random order, and each goes on where the one before it ended, so that the folds differ by
 * at most one image of any class, and about as little in all. A class with fewer images than folds is absent from some
 * of the held-back parts, rather than making the folds fewer and what trials train on smaller for all other classes.
 */
export function dealFolds(
  labels: ArrayLike<number>,
  { folds, random }: { folds: number; random: RandomStream },
): Int32Array {
  const byLabel = new Map<number, number[]>();
  for (const [position, label] of Array.from(labels).entries()) {
    const positions = byLabel.get(label) ?? [];
    positions.push(position);
    byLabel.set(label, positions);
  }
  const foldOf = new Int32Array(labels.length).fill(-1);
  let next = 0;
  for (const [, positions] of [...byLabel].sort(([a], [b]) => a - b)) {
    if (positions.length === 1) continue;
    for (const place of random.permutation(positions.length)) foldOf[positions[place]] = next++ % folds;
  }
  return foldOf;
}

/** The fold of every training image of a task, see {@link dealFolds}. */
export function foldsOfTask({ train }: TaskData, { folds, seed }: { folds: number; seed: number }): Int32Array {
  return dealFolds(train.labels, { folds, random: stream(seed, "tuning", "folds") });
}

/**
 * The task of a trial, which has no test images to look at. `fold` null: trained on all training images and scored on
 * the validation images that the study holds back.
 */
export function trialTask(
  task: TaskData,
  { fold, folds, seed }: { fold: number | null; folds: number; seed: number },
): TaskData {
  const test = pick(task.test, () => false);
  if (fold === null) return { ...task, test };
  const foldOf = foldsOfTask(task, { folds, seed });
  return {
    ...task,
    test,
    train: pick(task.train, (position) => foldOf[position] !== fold),
    validation: pick(task.train, (position) => foldOf[position] === fold),
  };
}

function pick(subset: ImageSubset, wanted: (position: number) => boolean): ImageSubset {
  return {
    ...subset,
    indices: subset.indices.filter((_, position) => wanted(position)),
    labels: subset.labels.filter((_, position) => wanted(position)),
  };
}

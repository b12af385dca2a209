/** @file Images dealt to folds, class by class. */

import type { RandomStream } from "../../../core/index.ts";

/** The fold of images that every fold trains on. */
export const NEVER_HELD_OUT = -1;

/**
 * The fold of each image, [n], in [0, folds).
 *
 * The images of a class are dealt in random order, one to each fold in turn, and the next class goes on where the last
 * one ended. So a class of two images or more has one left for training whichever fold is held out, and the folds'
 * sizes differ by at most one. The image of a class that has no other is in no fold.
 */
export function stratifiedFolds(
  labels: ArrayLike<number>,
  { folds, random }: { folds: number; random: RandomStream },
): Int8Array {
  const byLabel = new Map<number, number[]>();
  for (let image = 0; image < labels.length; image++) {
    const list = byLabel.get(labels[image]) ?? [];
    byLabel.set(labels[image], list);
    list.push(image);
  }
  const foldOf = new Int8Array(labels.length).fill(NEVER_HELD_OUT);
  let dealt = 0;
  for (const [, images] of [...byLabel].sort(([a], [b]) => a - b)) {
    if (images.length === 1) continue;
    for (const place of random.permutation(images.length)) foldOf[images[place]] = dealt++ % folds;
  }
  return foldOf;
}

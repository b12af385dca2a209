/** @file Smaller subsets of a subset: a validation part, and a number of images per class. */

import { type RandomStream, ConfigError } from "../core/index.ts";
import { type ImageSubset, positionsByLabel, selectImages, shufflePositions } from "./image-subset.ts";

/**
 * Divides a subset in two, class by class, so that `validation` has the share `fraction` of every class.
 *
 * The share is rounded to the nearest image and is at least one; both parts
 * keep the order of the subset. Classes without any image are passed over.
 *
 * @throws ConfigError if `fraction` is not between 0 and 1 or a class has too few images for both parts.
 */
export function splitValidation(
  subset: ImageSubset,
  fraction: number,
  stream: RandomStream,
): { train: ImageSubset; validation: ImageSubset } {
  if (!(fraction > 0 && fraction < 1)) {
    throw new ConfigError(`validation fraction: expected a number between 0 and 1, got ${fraction}.`);
  }
  const train: Uint32Array[] = [];
  const validation: Uint32Array[] = [];
  for (const [label, positions] of positionsByLabel(subset).entries()) {
    if (positions.length === 0) continue;
    const held = Math.max(1, Math.round(positions.length * fraction));
    if (held >= positions.length) throw tooFewToSplit(subset.classNames[label], fraction, positions.length);
    const order = shufflePositions(positions, stream);
    validation.push(order.subarray(0, held));
    train.push(order.subarray(held));
  }
  return { train: select(subset, train), validation: select(subset, validation) };
}

/**
 * `imagesPerClass` random images of every class that has any, in the order of the subset.
 *
 * Nested: from streams of the same seed and purpose, 10 images per class include the 5 per class.
 *
 * @throws ConfigError if a class has fewer images, naming the class and its count.
 */
export function takePerClass(subset: ImageSubset, imagesPerClass: number, stream: RandomStream): ImageSubset {
  if (!Number.isInteger(imagesPerClass) || imagesPerClass < 1) {
    throw new ConfigError(`images per class: expected a whole number from 1, got ${imagesPerClass}.`);
  }
  const taken: Uint32Array[] = [];
  for (const [label, positions] of positionsByLabel(subset).entries()) {
    if (positions.length === 0) continue;
    if (positions.length < imagesPerClass) {
      throw new ConfigError(
        `images per class: expected at most ${positions.length}, the images of class ` +
          `"${subset.classNames[label]}", got ${imagesPerClass}.`,
      );
    }
    taken.push(shufflePositions(positions, stream).subarray(0, imagesPerClass));
  }
  return select(subset, taken);
}

/** The images at all of `positions`, in the order of the subset. */
function select(subset: ImageSubset, positions: readonly Uint32Array[]): ImageSubset {
  return selectImages(subset, Uint32Array.from(positions.flatMap((list) => [...list])).sort());
}

function tooFewToSplit(className: string, fraction: number, count: number): ConfigError {
  return new ConfigError(
    `validation fraction: expected at least one image of class "${className}" on each side, ` +
      `got ${count} in all and a fraction of ${fraction}. Take more images or another fraction.`,
  );
}

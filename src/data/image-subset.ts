/** @file A subset of labelled images: which ones, and what their labels are in a task. */

import { type RandomStream, ConfigError } from "../core/index.ts";
import type { LabelledImages } from "./dataset.ts";

/** Some images of one part (train or test) of a data set, with the labels of a task. */
export interface ImageSubset {
  readonly part: LabelledImages;
  /** Where the images of the part lie, in its order, if they are files of their own. */
  readonly files?: readonly string[];
  /** Which images of the part. */
  readonly indices: Uint32Array;
  /** The label of each of them in the task, as long as `indices`. */
  readonly labels: Uint16Array;
  /** Names by label; its length is the number of outputs a head needs. */
  readonly classNames: readonly string[];
}

/** The images of `subset` at `positions`, in that order. */
export function selectImages(subset: ImageSubset, positions: Uint32Array): ImageSubset {
  return {
    ...subset,
    indices: positions.map((position) => subset.indices[position]),
    labels: Uint16Array.from(positions, (position) => subset.labels[position]),
  };
}

/** Positions in `subset` by label: entry k lists the images labelled k, ascending. */
export function positionsByLabel(subset: ImageSubset): readonly Uint32Array[] {
  const lists: number[][] = subset.classNames.map(() => []);
  subset.labels.forEach((label, position) => lists[label].push(position));
  return lists.map((list) => Uint32Array.from(list));
}

/** `positions` in random order. */
export function shufflePositions(positions: Uint32Array, stream: RandomStream): Uint32Array {
  return stream.permutation(positions.length).map((place) => positions[place]);
}

/** @throws ConfigError if the subset holds no image at all. */
export function requireImages(subset: ImageSubset, where: string): void {
  if (subset.indices.length === 0) {
    throw new ConfigError(`${where}: expected at least one image, got none. Choose classes that have images.`);
  }
}

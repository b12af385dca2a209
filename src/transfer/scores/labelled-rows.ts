/** @file Rows of numbers with a label each: what every score is computed from. */

import { ConfigError } from "../../core/index.ts";

/** Features of images, and what the images show. */
export interface LabelledFeatures {
  /** [N, D], one row an image; finite. */
  readonly features: ArrayLike<number>;
  /** [N] class ids from 0; not all of them need occur. */
  readonly labels: ArrayLike<number>;
}

/** What the source network answers to target images, and what they show. */
export interface SourceAnswers {
  /** [N, Cs] probabilities of the source's classes, one row an image. */
  readonly probabilities: ArrayLike<number>;
  /** [N] class ids of the target from 0; not all of them need occur. */
  readonly labels: ArrayLike<number>;
}

/**
 * Length of a row.
 *
 * @throws ConfigError if there are no images or the rows are not of one length.
 */
export function rowWidth(values: ArrayLike<number>, labels: ArrayLike<number>, where: string): number {
  if (labels.length === 0) throw new ConfigError(`${where}: expected at least one image, got none.`);
  const width = values.length / labels.length;
  if (Number.isInteger(width) && width > 0) return width;
  throw new ConfigError(
    `${where}: expected one row of numbers for each of ${labels.length} labels, got ${values.length} numbers. Give both for the same images.`,
  );
}

/** How many rows each class has, by class id. */
export function rowsPerClass(labels: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let row = 0; row < labels.length; row++) counts.set(labels[row], (counts.get(labels[row]) ?? 0) + 1);
  return counts;
}

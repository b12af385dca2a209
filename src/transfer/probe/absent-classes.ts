/** @file Classes of a task that have no images: classifiers are solved without them and given them afterwards. */

import { sumOf } from "./logistic/vectors.ts";
import type { LinearClassifier } from "./standardization.ts";

/** The classes that have images. */
export interface PresentClasses {
  /** Their ids, ascending. */
  readonly present: readonly number[];
  /** [n] the place in `present` of each image's class. */
  readonly labels: Uint16Array;
}

/** Numbers the classes that occur anew, without gaps. */
export function findPresentClasses(labels: ArrayLike<number>): PresentClasses {
  const present = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  const placeOf = new Map(present.map((label, place) => [label, place]));
  return { present, labels: Uint16Array.from(labels, (label) => placeOf.get(label) ?? 0) };
}

/**
 * A classifier for all classes from one for those that have images.
 *
 * A class without any has the mean of the others' logits less log(n + 1), so that it is never more probable than
 * 1 / (n + 1), whatever the features.
 */
export function withAbsentClasses(
  { weight, bias }: LinearClassifier,
  { present, labels, numClasses }: PresentClasses & { numClasses: number },
): { weight: Float64Array; bias: Float64Array } {
  const width = weight.length / present.length;
  const meanWeight = new Float64Array(width);
  for (let place = 0; place < weight.length; place++) meanWeight[place % width] += weight[place] / present.length;
  const meanBias = sumOf(bias) / present.length;
  const all = { weight: new Float64Array(numClasses * width), bias: new Float64Array(numClasses) };
  for (let label = 0; label < numClasses; label++) {
    const place = present.indexOf(label);
    const row = place === -1 ? meanWeight : Array.prototype.slice.call(weight, place * width, (place + 1) * width);
    all.weight.set(row, label * width);
    all.bias[label] = place === -1 ? meanBias - Math.log(labels.length + 1) : bias[place];
  }
  return all;
}

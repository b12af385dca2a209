/** @file The classifier by the nearest class mean, as a dense head. */

import { sizeOf } from "../../core/index.ts";
import { findPresentClasses, withAbsentClasses } from "./absent-classes.ts";
import type { LabelledRows } from "./logistic/logistic-graph.ts";
import { rowBlocks } from "./logistic/row-blocks.ts";
import { dot, scale } from "./logistic/vectors.ts";
import { logitScale } from "./logit-scale.ts";
import type { LinearClassifier } from "./standardization.ts";

/** Of 1 / d. */
const LEAST_FACTOR = 1e-3;

/** A dense head for the rows as they are, and the factor that its logits were given. */
export interface NearestMean extends LinearClassifier {
  /** Above 0: where the means tell nothing of images left out, next to nothing, so that the nearest still is. */
  readonly factor: number;
}

/**
 * Logits are factor * (m_c x - |m_c|^2 / 2), where m_c is the mean of class c: the nearest mean has the largest.
 *
 * The factor is the one with the least log-loss of the rows, each left out of its own class's mean; rows that are alone
 * in their class do not count. Where all are, it is 1 / d, as if distances were means over the features.
 */
export function nearestMean({ rows, labels, numClasses }: LabelledRows): NearestMean {
  const classes = findPresentClasses(labels);
  const means = classMeans(rows, classes);
  const factor = factorOf(rows, { ...means, labels: classes.labels });
  const width = sizeOf(rows.shape);
  const weight = new Float64Array(means.means.length * width);
  for (const [unit, mean] of means.means.entries()) weight.set(scale(mean.slice(), factor), unit * width);
  const bias = means.means.map((mean) => (-factor * dot(mean, mean)) / 2);
  return { ...withAbsentClasses({ weight, bias }, { ...classes, numClasses }), factor };
}

interface ClassMeans {
  /** One vector for each class. */
  readonly means: readonly Float64Array[];
  /** Rows of each class. */
  readonly counts: readonly number[];
}

function classMeans(
  rows: LabelledRows["rows"],
  { present, labels }: { present: readonly number[]; labels: ArrayLike<number> },
): ClassMeans {
  const width = sizeOf(rows.shape);
  const means = present.map(() => new Float64Array(width));
  const counts = present.map(() => 0);
  for (const { start, count, values } of rowBlocks(rows)) {
    for (let row = 0; row < count; row++) {
      const label = labels[start + row];
      const sum = means[label];
      counts[label] += 1;
      for (let index = 0, place = row * width; index < width; index++, place++) sum[index] += values[place];
    }
  }
  for (const [label, sum] of means.entries()) scale(sum, 1 / counts[label]);
  return { means, counts };
}

/** What the logits are multiplied by, from those that every row has with its own class's mean made without it. */
function factorOf(
  rows: LabelledRows["rows"],
  { means, counts, labels }: ClassMeans & { labels: ArrayLike<number> },
): number {
  const [width, numClasses] = [sizeOf(rows.shape), means.length];
  const squares = means.map((mean) => dot(mean, mean));
  const scores: number[] = [];
  const scored: number[] = [];
  for (const { start, count, values } of rowBlocks(rows)) {
    for (let row = 0; row < count; row++) {
      const label = labels[start + row];
      const images = counts[label];
      if (images === 1) continue;
      const x = Float64Array.from(values.subarray(row * width, (row + 1) * width));
      const products = means.map((mean) => dot(mean, x));
      // (n m - x) / (n - 1), times x, and its square
      const [product, square, own] = [products[label], squares[label], dot(x, x)];
      const productWithout = (images * product - own) / (images - 1);
      const squareWithout = (images ** 2 * square - 2 * images * product + own) / (images - 1) ** 2;
      const logits = products.map((value, unit) => value - squares[unit] / 2);
      logits[label] = productWithout - squareWithout / 2;
      scores.push(...logits);
      scored.push(label);
    }
  }
  if (scored.length === 0) return 1 / width;
  return Math.max(LEAST_FACTOR / width, logitScale({ scores: Float64Array.from(scores), labels: scored, numClasses }));
}

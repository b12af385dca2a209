/** @file Features brought to mean 0 and deviation 1, and classifiers of such features taken back to the features as they are. */

import { TrainingError, sizeOf } from "../../core/index.ts";
import type { FeatureRows } from "../feature-cache.ts";
import { rowBlocks } from "./logistic/row-blocks.ts";

/** Features whose deviation is below this share of the largest one hardly vary. */
const LEAST_SHARE = 1e-6;

/** What makes standardized features: x_std = (x - mean) * scale. */
export interface Standardization {
  /** [d] */
  readonly mean: Float64Array;
  /** [d]: 1 / deviation; 0 for features that hardly vary, which are left out that way. */
  readonly scale: Float64Array;
}

/** A linear classifier: logits = weight x + bias. */
export interface LinearClassifier {
  /** [C, d] */
  readonly weight: ArrayLike<number>;
  /** [C] */
  readonly bias: ArrayLike<number>;
}

/**
 * Mean and scale of each feature; the deviation is that of the rows themselves (divided by n).
 *
 * With weights, rows of weight 0 are left out and all others count alike.
 *
 * @throws TrainingError if a feature is not finite.
 */
export function standardizationOf(rows: FeatureRows, rowWeights?: ArrayLike<number>): Standardization {
  const { mean, squares, total } = momentsOf(rows, rowWeights);
  const deviation = squares.map((sum) => Math.sqrt(sum / total));
  const unusable = deviation.findIndex((value) => !Number.isFinite(value));
  if (unusable !== -1) {
    throw new TrainingError(
      `features: expected finite numbers, got others in feature ${unusable}. Look at the network that makes them.`,
    );
  }
  const largest = deviation.reduce((most, value) => Math.max(most, value), 0);
  return { mean, scale: deviation.map((value) => (value > LEAST_SHARE * largest ? 1 / value : 0)) };
}

/** Means and sums of squared distances from them, in one pass: sums are of distances from the first row. */
function momentsOf(
  rows: FeatureRows,
  rowWeights: ArrayLike<number> | undefined,
): { mean: Float64Array; squares: Float64Array; total: number } {
  const width = sizeOf(rows.shape);
  const [first, sums, squares] = [new Float64Array(width), new Float64Array(width), new Float64Array(width)];
  let total = 0;
  for (const { start, count, values } of rowBlocks(rows)) {
    if (start === 0) first.set(values.subarray(0, width));
    for (let row = 0; row < count; row++) {
      if (rowWeights?.[start + row] === 0) continue;
      total += 1;
      for (let index = 0, place = row * width; index < width; index++, place++) {
        const distance = values[place] - first[index];
        sums[index] += distance;
        squares[index] += distance * distance;
      }
    }
  }
  return {
    mean: first.map((value, index) => value + sums[index] / total),
    // rounding can take a sum that is 0 below it
    squares: squares.map((square, index) => Math.max(0, square - sums[index] ** 2 / total)),
    total,
  };
}

/** The rows with their features standardized, and multiplied by `factor`, as they are read. */
export function standardizeRows(rows: FeatureRows, { mean, scale }: Standardization, factor = 1): FeatureRows {
  const width = mean.length;
  return {
    count: rows.count,
    shape: rows.shape,
    read: (wanted, into) => {
      rows.read(wanted, into);
      for (let row = 0; row < wanted.length; row++) {
        for (let index = 0, place = row * width; index < width; index++, place++) {
          into[place] = (into[place] - mean[index]) * scale[index] * factor;
        }
      }
    },
  };
}

/**
 * The classifier of features as they are that gives the same logits as one of standardized features.
 *
 * w_raw = w * scale, b_raw = b - sum(w_raw * mean)
 */
export function foldStandardization(
  { weight, bias }: LinearClassifier,
  { mean, scale }: Standardization,
): { weight: Float32Array; bias: Float32Array } {
  const [width, units] = [mean.length, bias.length];
  const folded = { weight: new Float32Array(weight.length), bias: new Float32Array(units) };
  for (let unit = 0; unit < units; unit++) {
    let shift = 0;
    for (let index = 0, place = unit * width; index < width; index++, place++) {
      folded.weight[place] = weight[place] * scale[index];
      // of the weight as it is rounded, so that both errors are of one size
      shift += folded.weight[place] * mean[index];
    }
    folded.bias[unit] = bias[unit] - shift;
  }
  return folded;
}

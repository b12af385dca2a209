/** @file The singular values of a table of numbers, and its rows seen along its singular vectors. */

import { TrainingError } from "../core/index.ts";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Directions of less than this share of the largest singular value, squared, are rounding and count as none. */
const RELATIVE_CUT = 1e-12;
const COLUMNS_AT_ONCE = 128;

/** X = U S V^T without the directions in which nothing happens. */
export interface Spectrum {
  /** Squared singular values, descending, all above 0. */
  readonly squares: Float64Array;
  /** [N, rank], row-major: the columns are left singular vectors. */
  readonly left: Float64Array;
}

/** The table without its columns' means. values: [N, width]. */
export function centre(values: ArrayLike<number>, count: number): Float64Array {
  const width = values.length / count;
  const rows = Float64Array.from(values);
  for (let column = 0; column < width; column++) {
    let mean = 0;
    for (let index = column; index < rows.length; index += width) mean += rows[index] / count;
    for (let index = column; index < rows.length; index += width) rows[index] -= mean;
  }
  return rows;
}

/**
 * Singular values and left vectors of a table [N, width], by the eigenvectors of X X^T or X^T X, whichever is smaller.
 *
 * Squaring costs half of the digits: singular values below a millionth of the largest are left out.
 *
 * @throws TrainingError if a number is not finite.
 */
export function spectrumOf(values: Float64Array, count: number): Spectrum {
  const width = values.length / count;
  const broken = values.findIndex((value) => !Number.isFinite(value));
  if (broken !== -1) {
    throw new TrainingError(
      `features: expected finite numbers, got others in feature ${broken % width}. Look at the network that makes them, and at its normalization.`,
    );
  }
  const isWide = width >= count;
  const { squares, vectors } = eigenvectors(
    isWide ? products(values, count) : products(transpose(values, count), width),
  );
  return { squares, left: isWide ? vectors : leftOf(values, { count, squares, vectors }) };
}

/** Scalar products of all pairs of rows, some columns at a time: as many as the processor's cache holds of all rows. */
function products(rows: Float64Array, count: number): Matrix {
  const width = rows.length / count;
  const gram = new Matrix(count, count);
  for (let first = 0; first < width; first += COLUMNS_AT_ONCE) {
    const length = Math.min(COLUMNS_AT_ONCE, width - first);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        const product = dot(rows, { a: a * width + first, b: b * width + first, length });
        gram.set(a, b, gram.get(a, b) + product);
      }
    }
  }
  for (let a = 0; a < count; a++) for (let b = 0; b < a; b++) gram.set(b, a, gram.get(a, b));
  return gram;
}

/** Four sums at a time, so that none waits for another. */
function dot(values: Float64Array, { a, b, length }: { a: number; b: number; length: number }): number {
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  let index = 0;
  for (; index + 3 < length; index += 4) {
    sum0 += values[a + index] * values[b + index];
    sum1 += values[a + index + 1] * values[b + index + 1];
    sum2 += values[a + index + 2] * values[b + index + 2];
    sum3 += values[a + index + 3] * values[b + index + 3];
  }
  for (; index < length; index++) sum0 += values[a + index] * values[b + index];
  return sum0 + sum1 + (sum2 + sum3);
}

function transpose(rows: Float64Array, count: number): Float64Array {
  const width = rows.length / count;
  const columns = new Float64Array(rows.length);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < width; column++) columns[column * count + row] = rows[row * width + column];
  }
  return columns;
}

/** Positive eigenvalues, descending, with their eigenvectors as the columns of [size, rank]. */
function eigenvectors(symmetric: Matrix): { squares: Float64Array; vectors: Float64Array } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
  const largest = Math.max(0, ...realEigenvalues);
  const kept = realEigenvalues
    .map((value, column) => ({ value, column }))
    .filter(({ value }) => value > largest * RELATIVE_CUT)
    .sort((a, b) => b.value - a.value);
  const vectors = new Float64Array(symmetric.rows * kept.length);
  kept.forEach(({ column }, place) => {
    for (let row = 0; row < symmetric.rows; row++) {
      vectors[row * kept.length + place] = eigenvectorMatrix.get(row, column);
    }
  });
  return { squares: Float64Array.from(kept, ({ value }) => value), vectors };
}

/** U = X V S^-1 */
function leftOf(
  values: Float64Array,
  { count, squares, vectors }: { count: number; squares: Float64Array; vectors: Float64Array },
): Float64Array {
  const [width, rank] = [values.length / count, squares.length];
  const left = new Float64Array(count * rank);
  for (let row = 0; row < count; row++) {
    for (let index = 0; index < width; index++) {
      const value = values[row * width + index];
      if (value === 0) continue;
      for (let place = 0; place < rank; place++) left[row * rank + place] += value * vectors[index * rank + place];
    }
    for (let place = 0; place < rank; place++) left[row * rank + place] /= Math.sqrt(squares[place]);
  }
  return left;
}

/** U^T y for the 0-1 column y of each class that occurs: sums of the rows of `left`, by class id. */
export function classProjections(left: Float64Array, labels: ArrayLike<number>): Map<number, Float64Array> {
  const rank = left.length / labels.length;
  const sums = new Map<number, Float64Array>();
  for (let row = 0; row < labels.length; row++) {
    const sum = sums.get(labels[row]) ?? new Float64Array(rank);
    sums.set(labels[row], sum);
    for (let place = 0; place < rank; place++) sum[place] += left[row * rank + place];
  }
  return sums;
}

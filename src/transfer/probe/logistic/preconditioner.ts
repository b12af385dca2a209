/** @file About the inverse of the second derivative of a penalized logistic loss. */

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Directions } from "./directions.ts";
import type { LogisticEvaluation } from "./logistic-loss.ts";
import { addCombination, dot, productsWith, scale } from "./vectors.ts";

export interface PreconditionerOptions {
  readonly directions: Directions;
  /** What the loss is multiplied by. */
  readonly factor: number;
  /** What the curvature of a bias is taken for where it is less: a bias has no penalty. */
  readonly least: number;
}

/** Directions among the classes, and the curvature along each. */
interface ClassAxes {
  /** Unit vectors of length C; null for the classes themselves. */
  readonly axes: readonly Float64Array[] | null;
  readonly curvatures: Float64Array;
}

/**
 * A product with about the inverse of the second derivative of factor * loss + |W|^2 / 2 at a point.
 *
 * That derivative is taken for factor A x S + I, a Kronecker product: A = sum_i weight_i (diag(p_i) - p_i p_i^T) of the
 * classes, and S the features' mean square, with the leading directions as its eigenvectors and one eigenvalue for the
 * rest. For the bias it is factor A. Without A's couplings of classes a search takes half as many steps again.
 */
export function preconditionerAt(
  of: Pick<LogisticEvaluation, "curvature" | "products">,
  { directions, factor, least }: PreconditionerOptions,
): (vector: Float64Array) => Float64Array {
  const { axes, curvatures } = classAxes(of);
  const { width } = directions;
  const classes = curvatures.length;
  const ofWeight = curvatures.map((value) => factor * Math.max(0, value));
  const ofBias = curvatures.map((value) => factor * Math.max(least, value));
  return (vector) => {
    const turned = axes === null ? vector.slice() : combine(vector, axes, width);
    for (const [axis, curvature] of ofWeight.entries()) {
      divideRow(turned.subarray(axis * width, (axis + 1) * width), curvature, directions);
      turned[classes * width + axis] /= ofBias[axis];
    }
    return axes === null ? turned : combine(turned, transpose(axes), width);
  };
}

/** The eigenvectors of the classes' curvatures, or the classes themselves where their couplings are not known. */
function classAxes({ curvature, products }: Pick<LogisticEvaluation, "curvature" | "products">): ClassAxes {
  if (products === null) return { axes: null, curvatures: curvature };
  const classes = curvature.length;
  const matrix = Matrix.zeros(classes, classes);
  for (let a = 0; a < classes; a++) {
    for (let b = 0; b < classes; b++) matrix.set(a, b, a === b ? curvature[a] : -products[a * classes + b]);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const axes = realEigenvalues.map((_, axis) => Float64Array.from(eigenvectorMatrix.getColumn(axis)));
  return { axes, curvatures: Float64Array.from(realEigenvalues) };
}

function transpose(axes: readonly Float64Array[]): Float64Array[] {
  return axes.map((_, place) => Float64Array.from(axes, (axis) => axis[place]));
}

/** Sums of the classes' parts of a point, one for each list of factors. */
function combine(vector: Float64Array, factors: readonly Float64Array[], width: number): Float64Array {
  const result = new Float64Array(vector.length);
  const biases = factors.length * width;
  const rows = factors.map((_, unit) => vector.subarray(unit * width, (unit + 1) * width));
  for (const [row, ofClass] of factors.entries()) {
    addCombination(result.subarray(row * width, (row + 1) * width), rows, ofClass);
    result[biases + row] = dot(ofClass, vector.subarray(biases));
  }
  return result;
}

/** (curvature S + I)^-1 times a row, in place. */
function divideRow(row: Float64Array, curvature: number, { vectors, spreads, rest }: Directions): void {
  const ofRest = 1 / (curvature * rest + 1);
  const along = productsWith(vectors, row);
  const factors = along.map((value, index) => value * (1 / (curvature * spreads[index] + 1) - ofRest));
  addCombination(scale(row, ofRest), vectors, factors);
}

/** @file Features for tests, and what is asked of them. */

import { stream } from "../../core/index.ts";
import type { FeatureRows } from "../feature-cache.ts";
import { leadingDirections } from "./logistic/directions.ts";
import { type RegressionProblem, type Solution, fitLogisticRegression } from "./logistic/logistic-regression.ts";

export interface ProblemShape {
  seed: number;
  count: number;
  width: number;
  numClasses: number;
}

/** Rows of `width` numbers each, in memory. */
export function rowsIn(values: ArrayLike<number>, width: number): FeatureRows {
  const data = Float32Array.from(values);
  return {
    count: data.length / width,
    shape: [width],
    read: (rows, into) =>
      rows.forEach((row, place) => into.set(data.subarray(row * width, (row + 1) * width), place * width)),
  };
}

/** All numbers of some rows. */
export function valuesOf(rows: FeatureRows): Float32Array {
  const values = new Float32Array(rows.count * rows.shape[0]);
  rows.read(
    Uint32Array.from({ length: rows.count }, (_, row) => row),
    values,
  );
  return values;
}

/** Normal noise around half of the class's own numbers, which are normal too. */
export function drawnProblem({ seed, count, width, numClasses }: ProblemShape): {
  rows: FeatureRows;
  labels: number[];
  numClasses: number;
} {
  const random = stream(seed, "probe data");
  const labels = Array.from({ length: count }, () => random.integer(numClasses));
  const own = Array.from({ length: numClasses * width }, () => random.normal() / 2);
  const values = labels.flatMap((label) =>
    Array.from({ length: width }, (_, index) => random.normal() + own[label * width + index]),
  );
  return { rows: rowsIn(values, width), labels, numClasses };
}

/** Logits of a linear classifier for rows, [n, C], in double precision. */
export function logitsOf(
  rows: FeatureRows,
  { weight, bias }: { weight: ArrayLike<number>; bias: ArrayLike<number> },
): number[][] {
  const [values, width] = [valuesOf(rows), rows.shape[0]];
  return Array.from({ length: rows.count }, (_, row) =>
    Array.from({ length: bias.length }, (__, unit) => {
      let sum = bias[unit];
      for (let index = 0; index < width; index++) sum += weight[unit * width + index] * values[row * width + index];
      return sum;
    }),
  );
}

/** Softmax of one row of logits. */
export function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The solution of a problem on its own, on one thread. */
export async function solved(problem: RegressionProblem, strength: number): Promise<Solution> {
  const session = { threads: 1 };
  const directions = await leadingDirections(problem.rows, { seed: 1, session });
  return fitLogisticRegression(problem, { strength, directions, session });
}

/** @file Draws of what the accuracies of all cells may truly be. */

import { stream } from "../../core/index.ts";
import type { ScoreEstimates } from "./score-estimates.ts";

/**
 * Calls `use` with `draws` vectors of accuracies, one number a cell: normal over test images, Student's t over seeds.
 *
 * `use` must not keep the vector: the next draw overwrites it. The same estimates and seed give the same draws.
 *
 * Source: Bailey 1994, "Polar generation of random variates with the t-distribution".
 */
export function drawScores(
  { means, images, seeds, seedDegreesOfFreedom }: ScoreEstimates,
  { draws, seed = 0 }: { draws: number; seed?: number },
  use: (accuracies: Float64Array) => void,
): void {
  const random = stream(seed, "joint-draws", means.length);
  const root = lowerRoot(images);
  const accuracies = new Float64Array(means.length);
  const normals = new Float64Array(means.length);
  for (let draw = 0; draw < draws; draw++) {
    for (let cell = 0; cell < means.length; cell++) normals[cell] = random.normal();
    for (let cell = 0; cell < means.length; cell++) {
      const freedom = seedDegreesOfFreedom[cell];
      const radius = Math.sqrt(freedom * ((1 - random.uniform()) ** (-2 / freedom) - 1));
      let value = means[cell] + Math.sqrt(seeds[cell]) * radius * Math.cos(2 * Math.PI * random.uniform());
      for (let other = 0; other <= cell; other++) value += root[cell][other] * normals[other];
      accuracies[cell] = value;
    }
    use(accuracies);
  }
}

/** Cholesky's lower root of a covariance matrix, which may be singular: cells can answer alike. */
function lowerRoot(matrix: readonly Float64Array[]): Float64Array[] {
  const root = matrix.map((row) => new Float64Array(row.length));
  for (let row = 0; row < matrix.length; row++) {
    for (let column = 0; column <= row; column++) {
      let left = matrix[row][column];
      for (let k = 0; k < column; k++) left -= root[row][k] * root[column][k];
      const pivot = root[column][column];
      if (row === column) root[row][row] = left > 1e-12 * matrix[row][row] ? Math.sqrt(left) : 0;
      else root[row][column] = pivot > 0 ? left / pivot : 0;
    }
  }
  return root;
}

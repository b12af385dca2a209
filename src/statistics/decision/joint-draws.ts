/** @file Draws of what the accuracies of all cells may truly be. */

import { Matrix, inverse } from "ml-matrix";
import { stream } from "../../core/index.ts";
import type { ScoreEstimates } from "./score-estimates.ts";

/** What the accuracies were likely to be before they were measured: normal. */
export interface Prior {
  means: readonly number[];
  /** One row a cell. */
  covariance: readonly Float64Array[];
}

/** A prior with what its draws are made of: rows of one standard normal number a cell. */
export interface DrawnPrior extends Prior {
  luck: Float64Array;
}

/** Draws before they have a scale: rows of one number a cell, one after another. The same serve all estimates of as many cells. */
export interface Luck {
  readonly images: Float64Array;
  /** Student's t, with the degrees of freedom of the cells. */
  readonly seeds: Float64Array;
}

interface LuckOptions {
  draws: number;
  seed?: number;
}

/**
 * The luck of `draws` draws: the same seed and degrees of freedom give the same.
 *
 * Source: Bailey 1994, "Polar generation of random variates with the t-distribution".
 */
export function drawLuck({ seedDegreesOfFreedom }: ScoreEstimates, { draws, seed = 0 }: LuckOptions): Luck {
  const cells = seedDegreesOfFreedom.length;
  const [images, seeds] = [0, 1].map(() => new Float64Array(draws * cells));
  const random = stream(seed, "joint-draws", cells);
  for (let start = 0; start < images.length; start += cells) {
    for (let cell = 0; cell < cells; cell++) images[start + cell] = random.normal();
    for (let cell = 0; cell < cells; cell++) {
      const freedom = seedDegreesOfFreedom[cell];
      const radius = Math.sqrt(freedom * ((1 - random.uniform()) ** (-2 / freedom) - 1));
      seeds[start + cell] = radius * Math.cos(2 * Math.PI * random.uniform());
    }
  }
  return { images, seeds };
}

/** The same for a prior, independent of that. */
export function drawPrior(prior: Prior, { draws, seed = 0 }: LuckOptions): DrawnPrior {
  const cells = prior.means.length;
  const random = stream(seed, "prior-draws", cells);
  return { ...prior, luck: Float64Array.from({ length: draws * cells }, () => random.normal()) };
}

/**
 * Calls `use` with vectors of accuracies, one number a cell: normal over test images, Student's t over seeds. With a
 * prior each is corrected towards a draw of that, by as much as it is known better than the measurements; exact where
 * seeds are normal too.
 *
 * `use` must not keep the vector: the next draw overwrites it.
 *
 * Source: Journel and Huijbregts 1978, "Mining geostatistics", for conditional draws by residuals.
 */
export function drawScores(
  estimates: ScoreEstimates,
  { luck, prior = null }: { luck: Luck; prior?: DrawnPrior | null },
  use: (accuracies: Float64Array) => void,
): void {
  const { means, images, seeds } = estimates;
  const cells = means.length;
  const root = lowerRoot(images);
  const deviations = seeds.map(Math.sqrt);
  const before =
    prior === null ? null : { ...prior, root: lowerRoot(prior.covariance), gain: gainOf(prior, estimates) };
  const measured = new Float64Array(cells);
  const accuracies = new Float64Array(cells);
  for (let start = 0; start < luck.images.length; start += cells) {
    for (let cell = 0; cell < cells; cell++) {
      measured[cell] = means[cell] + deviations[cell] * luck.seeds[start + cell];
      for (let other = 0; other <= cell; other++) measured[cell] += root[cell][other] * luck.images[start + other];
    }
    if (before === null) {
      use(measured);
      continue;
    }
    // what is measured is from here on how far it lies from the prior's draw
    for (let cell = 0; cell < cells; cell++) {
      accuracies[cell] = before.means[cell];
      for (let other = 0; other <= cell; other++)
        accuracies[cell] += before.root[cell][other] * before.luck[start + other];
      measured[cell] -= accuracies[cell];
    }
    for (let cell = 0; cell < cells; cell++) {
      for (let other = 0; other < cells; other++) accuracies[cell] += before.gain[cell][other] * measured[other];
    }
    use(accuracies);
  }
}

/** The prior's covariance over that of prior and measurements together. */
function gainOf({ covariance }: Prior, { images, seeds, seedDegreesOfFreedom }: ScoreEstimates): number[][] {
  const prior = new Matrix(covariance.map((row) => [...row]));
  const both = Matrix.add(prior, new Matrix(images.map((row) => [...row])));
  for (const [cell, variance] of seeds.entries()) {
    const freedom = seedDegreesOfFreedom[cell];
    both.set(cell, cell, both.get(cell, cell) + (variance * freedom) / (freedom - 2));
  }
  return prior.mmul(inverse(both)).to2DArray();
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

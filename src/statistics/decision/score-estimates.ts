/** @file Accuracies of strategies at some budgets with their joint uncertainty: over new seeds, and over new test images. */

import { type Cell, seedSpreads } from "./seed-spread.ts";

/** One strategy at one budget; the answers of its results are in the order of its test images. */
export interface ScoredCell extends Cell {
  testImages: number;
  /** Which test images these are, where not all cells have the same. */
  testSet?: string;
}

/** The accuracies of several cells; every list is in the order of the cells. */
export interface ScoreEstimates {
  means: number[];
  /** Covariance that comes from the choice of test images, one row a cell. */
  images: Float64Array[];
  /** Variance of the mean that comes from the choice of seeds. */
  seeds: number[];
  seedDegreesOfFreedom: number[];
  testImages: number;
}

/**
 * Accuracies of all cells, budget after budget, with seeds and test images both as random.
 *
 * Images are those of a crossed two-way layout: what a strategy answers differs from image to image, the same images
 * for every strategy of a test set, so that two strategies which fail on the same ones are compared sharply. Where
 * answers were not kept, one seed counts as independent of all others, and several speak for new seeds alone. What the
 * spread over seeds owes to the finite number of images is counted once; with one seed it is not known and counted
 * twice, which errs on the wide side. Seeds that some strategies lack are taken as known: what is left open of a seed's
 * own difficulty is not in the variances.
 */
export function scoreEstimates(budgets: readonly (readonly ScoredCell[])[]): ScoreEstimates {
  const cells = budgets.flat();
  const spreads = seedSpreads(budgets).flat();
  const testImages = Math.min(...cells.map((cell) => cell.testImages));
  const answers = cells.map(answersOf);
  const centred = answers.map(centredShares);
  return {
    means: spreads.map(({ mean }) => mean),
    images: cells.map((cell, row) =>
      Float64Array.from(cells, (other, column) =>
        other.testSet === cell.testSet ? imageCovariance(centred, { row, column, cell, mean: spreads[row].mean }) : 0,
      ),
    ),
    seeds: spreads.map(
      ({ variance }, index) =>
        Math.max(0, variance - flickering(answers[index]) / cells[index].testImages) / cells[index].results.length,
    ),
    seedDegreesOfFreedom: spreads.map(({ degreesOfFreedom }) => degreesOfFreedom),
    testImages,
  };
}

/** The estimates of some cells alone, in the order given. */
export function estimatesOf(estimates: ScoreEstimates, cells: readonly number[]): ScoreEstimates {
  const some = (values: readonly number[]): number[] => cells.map((cell) => values[cell]);
  return {
    ...estimates,
    means: some(estimates.means),
    images: cells.map((row) => Float64Array.from(cells, (column) => estimates.images[row][column])),
    seeds: some(estimates.seeds),
    seedDegreesOfFreedom: some(estimates.seedDegreesOfFreedom),
  };
}

/** A difference of two cells: its estimate, standard error and the degrees of freedom of that. */
export interface ScoreDifference {
  difference: number;
  standardError: number;
  degreesOfFreedom: number;
}

/**
 * Spreads of strategies differ by more than the variances drawn towards each other allow for. In the middle of an
 * interval that is nothing; in its tails, where tests decide, so many of the degrees of freedom hold: with the published
 * spreads one in 20 studies of level strategies then has a false finding, with all of them one in 16.
 */
const SHARE_OF_FREEDOM = 0.75;

/**
 * Cell a minus cell b.
 *
 * Source: Satterthwaite 1946, "An approximate distribution of estimates of variance components".
 */
export function scoreDifference(estimates: ScoreEstimates, a: number, b: number): ScoreDifference {
  const { means, images, seeds, seedDegreesOfFreedom, testImages } = estimates;
  const parts = [
    { variance: Math.max(0, images[a][a] + images[b][b] - 2 * images[a][b]), freedom: Math.max(1, testImages - 1) },
    ...[a, b].map((cell) => ({ variance: seeds[cell], freedom: SHARE_OF_FREEDOM * seedDegreesOfFreedom[cell] })),
  ];
  const total = parts.reduce((sum, { variance }) => sum + variance, 0);
  const scatter = parts.reduce((sum, { variance, freedom }) => sum + variance ** 2 / freedom, 0);
  return {
    difference: means[a] - means[b],
    standardError: Math.sqrt(total),
    // two that answer alike, whatever the seed, differ by nothing
    degreesOfFreedom: scatter === 0 ? parts[0].freedom : total ** 2 / scatter,
  };
}

/** What each seed answered; null where that was not kept of all. */
function answersOf({ results }: ScoredCell): Uint8Array[] | null {
  const kept = results.flatMap(({ correct }) => (correct === undefined ? [] : [correct]));
  return kept.length === results.length ? kept : null;
}

/** For each test image the share of seeds that answer it right, less the mean over images. */
function centredShares(correct: readonly Uint8Array[] | null): Float64Array | null {
  if (correct === null) return null;
  const shares = new Float64Array(correct[0].length);
  for (const answers of correct) for (let image = 0; image < shares.length; image++) shares[image] += answers[image];
  const mean = shares.reduce((sum, value) => sum + value, 0) / shares.length;
  return shares.map((value) => (value - mean) / correct.length);
}

function imageCovariance(
  centred: readonly (Float64Array | null)[],
  { row, column, cell, mean }: { row: number; column: number; cell: ScoredCell; mean: number },
): number {
  const [a, b] = [centred[row], centred[column]];
  if (a === null || b === null) {
    return row === column && cell.results.length === 1 ? (mean * (1 - mean)) / cell.testImages : 0;
  }
  let sum = 0;
  for (let image = 0; image < a.length; image++) sum += a[image] * b[image];
  return a.length > 1 ? sum / (a.length - 1) / a.length : 0;
}

/** Mean over test images of the variance over seeds of an answer: 1 right, 0 wrong; 0 for one seed. */
function flickering(correct: readonly Uint8Array[] | null): number {
  if (correct === null || correct.length < 2) return 0;
  const seeds = correct.length;
  let sum = 0;
  for (let image = 0; image < correct[0].length; image++) {
    const share = correct.reduce((hits, answers) => hits + answers[image], 0) / seeds;
    sum += (share * (1 - share) * seeds) / (seeds - 1);
  }
  return sum / correct[0].length;
}

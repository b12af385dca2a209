/** @file How much luck there is in a seed: a variance for every strategy and budget, each leaning on all others. */

import type { SeedResult } from "../learning-curve.ts";
import { additiveFit } from "./additive-fit.ts";

/** One strategy at one budget. */
export interface Cell {
  strategy: string;
  /** Of all classes together. */
  trainImages: number;
  /** One a finished seed; at least one. */
  results: readonly SeedResult[];
}

/** What is known of a cell's accuracy, the test images being given. */
export interface SeedSpread {
  /** Expected accuracy, averaged over the seeds of the budget. */
  mean: number;
  /** Of the accuracy of one seed, that seed's own difficulty taken out. */
  variance: number;
  /** Of the variance's estimate. */
  degreesOfFreedom: number;
}

/**
 * Seeds spread by about this share of √(p (1 − p)) / n^¼, p the accuracy and n the training images: what the published
 * budget curves (5 to 2,500 images a class, six strategies) and the benchmark's draws show.
 */
const USUAL_SHARE = 0.1;
/** What that is worth against the study's own seeds, in degrees of freedom. */
const USUAL_WEIGHT = 4;
const USUAL = { share: USUAL_SHARE ** 2, weight: USUAL_WEIGHT };
/** What the study's common spread is worth against that of one budget. */
const STUDY_WEIGHT = 4;
/** What the spread of a budget is worth against that of one strategy. */
const BUDGET_WEIGHT = 3;
/** What spreads this many times as far as most, in variance, says nothing more about the others. */
const WILD = 8;
const WEIGHINGS = 4;
/** Accuracies of 0 and 1 have some spread. */
const LEAST_ERROR = 0.01;

/**
 * The spread over seeds in every cell of some budgets, moderated: a few seeds hardly know their own variance, but all
 * strategies and budgets together do.
 *
 * In each budget an additive fit of strategies and seeds leaves residuals, whose squares are taken in units of
 * p (1 − p) / √n. The study's variance is drawn towards the usual one, that of a budget towards the study's, and that
 * of a strategy towards its budget's. With one seed all is the usual one.
 *
 * Source: Smyth 2004, "Linear models and empirical Bayes methods for assessing differential expression", for the
 * moderated variance and its degrees of freedom.
 */
export function seedSpreads(budgets: readonly (readonly Cell[])[]): SeedSpread[][] {
  const measured = budgets.map(measuredCells);
  const shareOfAll = moderated(measured.flat(), USUAL);
  return measured.map((cells) => {
    const shareOfBudget = moderated(cells, { share: shareOfAll, weight: STUDY_WEIGHT });
    return cells.map((cell) => ({
      mean: cell.mean,
      variance: cell.unit * moderated([cell], { share: shareOfBudget, weight: BUDGET_WEIGHT }),
      // what is usual is known at least
      degreesOfFreedom: Math.max(USUAL_WEIGHT, BUDGET_WEIGHT + cell.own),
    }));
  });
}

interface MeasuredCell {
  mean: number;
  /** p (1 − p) / √n. */
  unit: number;
  /** Of the residuals. */
  squares: number;
  /** Degrees of freedom of the squares. */
  own: number;
}

/** Strategies that are wild say less about what a seed is worth, so they are weighed by their spread. */
function measuredCells(cells: readonly Cell[]): MeasuredCell[] {
  const results = cells.map((cell) => cell.results);
  let weights = cells.map(() => 1);
  let measured: MeasuredCell[] = [];
  for (let round = 0; round < WEIGHINGS; round++) {
    const { means, residuals, degreesOfFreedom } = additiveFit(results, weights);
    measured = cells.map(({ trainImages }, index) => ({
      mean: means[index],
      unit: unitVariance(means[index], trainImages),
      squares: residuals[index].reduce((sum, residual) => sum + residual ** 2, 0),
      own: degreesOfFreedom[index],
    }));
    const typical = { share: moderated(measured, USUAL), weight: BUDGET_WEIGHT };
    weights = measured.map((cell) => 1 / (cell.unit * moderated([cell], typical)));
  }
  return measured;
}

/** The variance of some cells in units of theirs, drawn towards one that is known with a weight. */
function moderated(cells: readonly MeasuredCell[], { share, weight }: { share: number; weight: number }): number {
  const shares = cells
    .map(({ squares, unit, own }) => (own === 0 ? share : squares / unit / own))
    .sort((a, b) => a - b);
  // of two nobody can say which is the wild one
  const most = cells.length < 3 ? Number.MAX_VALUE : WILD * Math.max(shares[shares.length >> 1], share);
  const squares = cells.reduce((sum, cell) => sum + Math.min(cell.squares / cell.unit, most * cell.own), 0);
  return (weight * share + squares) / (weight + cells.reduce((sum, { own }) => sum + own, 0));
}

function unitVariance(accuracy: number, trainImages: number): number {
  const p = Math.min(1 - LEAST_ERROR, Math.max(LEAST_ERROR, accuracy));
  return (p * (1 - p)) / Math.sqrt(trainImages);
}

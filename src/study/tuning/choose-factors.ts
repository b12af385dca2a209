/** @file From the evidence of trials to one factor on the recipe's own rate for every budget. */

import { type Evidence, pool } from "./evidence.ts";

/** A factor that was tried with all steps, beside the recipe's own rate. */
export interface Contender {
  readonly factor: number;
  /** Mean over the held-back images; null if a trial diverged. */
  readonly loss: number | null;
  /** Null if a trial of it or of the recipe's own rate diverged. */
  readonly evidence: Evidence | null;
}

/** What the trials at one budget say. */
export interface BudgetTrials {
  /** Training images in all. */
  readonly images: number;
  /** Without the recipe's own rate. */
  readonly contenders: readonly Contender[];
  readonly recipeDiverged: boolean;
}

/** Where trials point, as a logarithm of the factor, and how much that is to be trusted, from 0 to 1. */
interface Estimate {
  readonly logFactor: number;
  readonly weight: number;
}

/** A smaller move is not worth a rate of its own. */
const SMALLEST_MOVE = Math.log(1.1);
const nowhere: Estimate = { logFactor: 0, weight: 0 };

/**
 * A factor for every budget, in their order; 1 is the recipe's own rate. `lowest` is the smallest factor of any trial.
 *
 * 1. At each budget, and for all budgets together, the best contender counts by the part of its improvement that is
 *    beyond a standard error: log f · max(0, 1 − error / improvement). So nothing moves within a standard error, what
 *    noise alone moves it moves a little, and what is far beyond moves nearly all the way. A factor between the recipe's
 *    and a better one was not tried, but a loss with one valley is nowhere between two rates above the higher of theirs.
 * 2. The factors are a straight line in log images: least squares to the budgets' own estimates, with a ridge that pulls
 *    its middle towards the common estimate and its slope towards 0.
 * 3. A budget keeps the recipe's rate where neither its own nor the common evidence is on the line's side, where its own
 *    trials speak against the move by a standard error, and where the move would be small.
 *
 * Where the recipe's own rate diverged there is nothing to compare with: the best lower factor that did not is taken.
 */
export function chooseFactors(budgets: readonly BudgetTrials[], { lowest }: { lowest: number }): number[] {
  const common = commonEstimate(budgets).logFactor;
  const estimates = budgets.map((budget) =>
    budget.recipeDiverged ? rescue(budget, lowest) : estimateOf(budget.contenders),
  );
  const positions = positionsOf(budgets);
  const line = lineThrough(estimates, { positions, common });
  return budgets.map((budget, index) => {
    const own = estimates[index].logFactor;
    const logFactor = limitToTrials(line(positions[index]), budget);
    if (budget.recipeDiverged) return factorOf(Math.min(logFactor, own));
    const isBacked = [common, own].some((estimate) => estimate * logFactor > 0);
    const isMove = isBacked && Math.abs(logFactor) >= SMALLEST_MOVE && !isOpposed(budget, logFactor);
    return isMove ? factorOf(logFactor) : 1;
  });
}

/** To two digits: a rate is no finer than that. */
function factorOf(logFactor: number): number {
  return Number(Math.exp(logFactor).toPrecision(2));
}

/** A line may not lead beyond what was tried. */
function limitToTrials(logFactor: number, { contenders }: BudgetTrials): number {
  const tried = [0, ...contenders.map(({ factor }) => Math.log(factor))];
  return Math.min(Math.max(...tried), Math.max(Math.min(...tried), logFactor));
}

/** The contender whose improvement is surest, among those that are better by a standard error and right as often. */
function estimateOf(contenders: readonly Contender[]): Estimate {
  const better = contenders.flatMap(({ factor, evidence }) =>
    evidence !== null && evidence.improvement > evidence.standardError && evidence.accuracyGain >= 0
      ? [{ factor, ...evidence }]
      : [],
  );
  if (better.length === 0) return nowhere;
  const best = better.reduce((most, one) =>
    one.improvement - one.standardError > most.improvement - most.standardError ? one : most,
  );
  const weight = 1 - best.standardError / best.improvement;
  return { logFactor: weight * Math.log(best.factor), weight };
}

/** Of the factors that no budget's trials broke down with, where the recipe's own rate did not either. */
function commonEstimate(budgets: readonly BudgetTrials[]): Estimate {
  const sound = budgets.filter(({ recipeDiverged }) => !recipeDiverged);
  if (sound.length === 0) return nowhere;
  const contenders = sound[0].contenders.map(({ factor }): Contender => {
    const evidence = sound.flatMap((budget) => {
      const own = budget.contenders.find((one) => one.factor === factor)?.evidence ?? null;
      return own === null ? [] : [own];
    });
    return { factor, loss: null, evidence: evidence.length < sound.length ? null : pool(evidence) };
  });
  return estimateOf(contenders);
}

/** Where the recipe's own rate diverged: the lower factor with the least loss, or the lowest there is. */
function rescue({ contenders }: BudgetTrials, lowest: number): Estimate {
  const lower = contenders.flatMap(({ factor, loss }) => (loss !== null && factor < 1 ? [{ factor, loss }] : []));
  const best = lower.sort((a, b) => a.loss - b.loss || a.factor - b.factor)[0];
  return { logFactor: Math.log(best?.factor ?? lowest), weight: 1 };
}

/** Log images, from -1 at the smallest budget to 1 at the largest. */
function positionsOf(budgets: readonly BudgetTrials[]): number[] {
  const logs = budgets.map(({ images }) => Math.log(images));
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  return logs.map((log) => (high > low ? (2 * (log - low)) / (high - low) - 1 : 0));
}

/**
 * The line a + b x with the least Σ w (a + b x − e)² + (a − common)² + b².
 *
 * One budget, or budgets of one size, have no slope: it stays 0.
 */
function lineThrough(
  estimates: readonly Estimate[],
  { positions, common }: { positions: readonly number[]; common: number },
): (position: number) => number {
  const sum = (term: (estimate: Estimate, x: number) => number): number =>
    estimates.reduce((total, estimate, index) => total + term(estimate, positions[index]), 0);
  // [aa ab; ab bb] [a; b] = [a0; b0]
  const aa = 1 + sum(({ weight }) => weight);
  const ab = sum(({ weight }, x) => weight * x);
  const bb = 1 + sum(({ weight }, x) => weight * x * x);
  const a0 = common + sum(({ weight, logFactor }) => weight * logFactor);
  const b0 = sum(({ weight, logFactor }, x) => weight * logFactor * x);
  const determinant = aa * bb - ab * ab;
  const [a, b] = [(a0 * bb - ab * b0) / determinant, (aa * b0 - ab * a0) / determinant];
  return (position) => a + b * position;
}

/** True if the factor tried nearest to a move, on its side of the recipe, did worse than the recipe by a standard error. */
function isOpposed({ contenders }: BudgetTrials, logFactor: number): boolean {
  const distance = ({ factor }: Contender): number => Math.abs(Math.log(factor) - logFactor);
  const [nearest] = contenders
    .filter(({ factor }) => Math.log(factor) * logFactor > 0)
    .sort((a, b) => distance(a) - distance(b));
  if (nearest === undefined) return false;
  const { evidence } = nearest;
  return evidence === null || evidence.improvement < -evidence.standardError;
}

/** @file Accuracy of a strategy against its budget, over seeds. */

import { type Summary, summarize } from "./summary.ts";

/** What one seed reached. */
export interface SeedResult {
  seed: number;
  /** In [0, 1]. */
  accuracy: number;
  /** 1 for every test image that was answered right, 0 for the others; absent where that was not kept. */
  correct?: Uint8Array;
}

/** The results of one strategy at one budget. */
export interface CurvePoint {
  /** Target images per class. */
  budget: number;
  /** One a finished seed. */
  results: readonly SeedResult[];
}

/** The results of one strategy at every budget it was trained with. */
export interface Curve {
  strategy: string;
  points: readonly CurvePoint[];
}

/** Mean, spread and interval at one budget. */
export interface LearningCurvePoint extends Summary {
  budget: number;
}

/**
 * Mean accuracy with its t interval at every budget, in ascending order; budgets without a result are left out.
 *
 * Each interval holds for its own budget alone, not for the whole curve at once.
 *
 * @throws RangeError for a budget that is not positive, or occurs twice.
 */
export function learningCurve(curve: Curve, options: { level?: number } = {}): LearningCurvePoint[] {
  return measuredPoints(curve).map(({ budget, results }) => ({
    budget,
    ...summarize(
      results.map(({ accuracy }) => accuracy),
      options,
    ),
  }));
}

/** The points of a curve that have a result, in ascending order of budget. */
export function measuredPoints({ strategy, points }: Curve): CurvePoint[] {
  const sorted = [...points].sort((a, b) => a.budget - b.budget);
  for (const [index, { budget }] of sorted.entries()) {
    if (!(budget > 0 && Number.isFinite(budget))) {
      throw new RangeError(`${strategy}: expected positive budgets, got ${budget}.`);
    }
    if (index > 0 && budget === sorted[index - 1].budget) {
      throw new RangeError(`${strategy}: expected each budget once, got ${budget} twice.`);
    }
  }
  return sorted.filter(({ results }) => results.length > 0);
}

/** Pairs of accuracies of the seeds that both sides have, in ascending order of seed. */
export function pairBySeed(
  a: readonly SeedResult[],
  b: readonly SeedResult[],
): { seed: number; a: number; b: number }[] {
  const others = new Map(b.map(({ seed, accuracy }) => [seed, accuracy]));
  return a
    .flatMap(({ seed, accuracy }) => {
      const other = others.get(seed);
      return other === undefined ? [] : [{ seed, a: accuracy, b: other }];
    })
    .sort((one, two) => one.seed - two.seed);
}

/** @file Strategies and seeds as two effects that add up: what is left is a strategy's own luck with a seed. */

import type { SeedResult } from "../learning-curve.ts";

/** Of alternating least squares: ample where strategies have most seeds in common. */
const ROUNDS = 60;

export interface AdditiveFit {
  /** Expected accuracy of each strategy, in the order given, averaged over all seeds that any of them has. */
  means: number[];
  /** Accuracy less both effects: one row a strategy, in the order of its results. */
  residuals: number[][];
  /** Of all residuals together: results less strategies less seeds plus one; at least 0. */
  degreesOfFreedom: number;
}

/**
 * Least squares fit of accuracy = strategy + seed.
 *
 * Where every strategy has every seed the means are the plain ones. Where some have fewer, a strategy is not better
 * for having had the easier seeds. `weights` say how much each strategy is trusted about what a seed is worth.
 */
export function additiveFit(
  strategies: readonly (readonly SeedResult[])[],
  weights: readonly number[] = strategies.map(() => 1),
): AdditiveFit {
  const seeds = [...new Set(strategies.flatMap((results) => results.map(({ seed }) => seed)))];
  let seedEffects = new Map(seeds.map((seed) => [seed, 0]));
  let effects = strategies.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    effects = strategies.map((results) =>
      average(results.map(({ seed, accuracy }) => accuracy - (seedEffects.get(seed) ?? 0))),
    );
    const next = seeds.map((seed): [number, number] => {
      const left = strategies.flatMap((results, index) =>
        results
          .filter((one) => one.seed === seed)
          .map(({ accuracy }) => ({ effect: accuracy - effects[index], weight: weights[index] })),
      );
      const total = left.reduce((sum, { weight }) => sum + weight, 0);
      return [seed, left.reduce((sum, { effect, weight }) => sum + effect * weight, 0) / total];
    });
    seedEffects = new Map(next);
  }
  const shift = average([...seedEffects.values()]);
  const count = strategies.reduce((sum, results) => sum + results.length, 0);
  return {
    means: effects.map((effect) => effect + shift),
    residuals: strategies.map((results, index) =>
      results.map(({ seed, accuracy }) => accuracy - effects[index] - (seedEffects.get(seed) ?? 0)),
    ),
    degreesOfFreedom: Math.max(0, count - strategies.length - seeds.length + 1),
  };
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

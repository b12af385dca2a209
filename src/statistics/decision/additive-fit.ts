/** @file Strategies and seeds as two effects that add up: what is left is a strategy's own luck with a seed. */

import type { SeedResult } from "../learning-curve.ts";

/** Of alternating least squares: ample where strategies have most seeds in common. */
const ROUNDS = 60;

export interface AdditiveFit {
  /** Expected accuracy of each strategy, in the order given, averaged over all seeds that any of them has. */
  means: number[];
  /** Accuracy less both effects: one row a strategy, in the order of its results. */
  residuals: number[][];
  /** Of each strategy's residuals; where all have every seed, their sum is results less strategies less seeds plus one. */
  degreesOfFreedom: number[];
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
  return {
    means: effects.map((effect) => effect + shift),
    residuals: strategies.map((results, index) =>
      results.map(({ seed, accuracy }) => accuracy - effects[index] - (seedEffects.get(seed) ?? 0)),
    ),
    degreesOfFreedom: strategies.map((results, index) => freedomOf(results, index, { strategies, weights })),
  };
}

/** Seeds but one, less what the strategy itself says of what each of them is worth. */
function freedomOf(
  results: readonly SeedResult[],
  index: number,
  { strategies, weights }: { strategies: readonly (readonly SeedResult[])[]; weights: readonly number[] },
): number {
  if (results.length < 2) return 0;
  const leftOver = results.map(({ seed }) => {
    const total = strategies.reduce(
      (sum, others, place) => sum + (others.some((one) => one.seed === seed) ? weights[place] : 0),
      0,
    );
    return 1 - weights[index] / total;
  });
  return (results.length - 1) * average(leftOver);
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @file Learning rates of made-up studies, as trials of this and of earlier versions choose them. */

import type { StudySummary, TuningRecord, TuningTrial } from "../study/index.ts";

/** Trials of one record a strategy and budget: scratch was moved, the largest factor of `full` diverged. */
export function testTuning({ seeds, runs, budgets }: StudySummary): StudySummary["tuning"] {
  const strategies = [...new Set(runs.filter((run) => run.task === "target").map((run) => run.strategy))];
  return strategies.flatMap((strategy) =>
    budgets.map((imagesPerClass): TuningRecord => {
      const trainImages = 2 * Number(imagesPerClass);
      const fixed = { strategy, imagesPerClass, seed: seeds[0], trainImages, recipeRate: 0.02 };
      const untuned = {
        ...fixed,
        trials: [],
        factor: 1,
        chosen: 0.02,
        moved: false,
        trainings: 0,
        flops: 0,
        durationMs: 0,
      };
      if (trainImages < 50) return { ...untuned, reason: { code: "few-images", needed: 50 } };
      const factor = strategy === "scratch" ? 1.4 : 1;
      const trials = [0.25, 0.5, 1, 2, 4].map((each, index): TuningTrial => {
        const diverged = strategy === "full" && each === 4;
        const difference = strategy === "scratch" && each === 2 ? -0.03 : each === 1 ? 0 : 0.02 * (index + 1);
        return {
          factor: each,
          learningRate: 0.02 * each,
          validationLoss: diverged ? null : 0.4 + difference,
          validationAccuracy: diverged ? null : 0.85 - difference,
          differenceToRecipe: diverged ? null : difference,
          standardError: diverged ? null : each === 1 ? 0 : 0.012,
          folds: 3,
          rounds: [0.25, 4].includes(each) ? 1 : 2,
          diverged,
        };
      });
      return {
        ...fixed,
        seeds,
        trials,
        factor,
        chosen: factor === 1 ? 0.02 : 0.028,
        moved: factor !== 1,
        trainings: 8.5,
        flops: 4e11,
        durationMs: 15_000,
      };
    }),
  );
}

/** Trials as earlier versions recorded them: one list of rates for every strategy, seed by seed. */
export function earlierTuning({ seeds, runs, budgets }: StudySummary): StudySummary["tuning"] {
  const strategies = [...new Set(runs.filter((run) => run.task === "target").map((run) => run.strategy))];
  const planned = seeds.flatMap((seed) =>
    strategies.flatMap((strategy) => budgets.map((imagesPerClass) => ({ strategy, imagesPerClass, seed }))),
  );
  return planned.map((one) => ({
    ...one,
    trials: [0.003, 0.01, 0.03, 0.1].map((learningRate, index) => {
      const diverged = index === 3 && one.strategy === "full";
      const validationAccuracy = diverged ? null : 0.8 + 0.03 * index - 0.02 * index * index;
      return { learningRate, validationLoss: diverged ? null : 0.4, validationAccuracy };
    }),
    chosen: one.strategy === "scratch" ? 0.03 : 0.01,
    durationMs: 1500,
  }));
}

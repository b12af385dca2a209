/** @file The oracle of the last layer: logistic regression on the frozen features, for many strengths. */

import { type FeatureRows, readFeatures, solveProbe } from "../../src/transfer/index.ts";
import { withFrozenFeatures } from "./frozen-features.ts";
import { linearScores } from "./linear-scores.ts";
import type { StrengthCell } from "./results.ts";
import type { Surroundings } from "./study.ts";
import type { OpenTask } from "./task-study.ts";

/** Six decades, from hardly any say of the images to hardly any of the penalty. */
const STRENGTHS = Array.from({ length: 13 }, (_, index) => 10 ** (index / 2 - 4));

type Solved = Pick<StrengthCell, "strength" | "accuracy" | "logLoss" | "seconds">;

/** One cell for every strength; their seconds are those of the solution, without the features. */
export async function measureStrengths(
  opened: OpenTask,
  { draw, threads }: Omit<Surroundings, "signal"> & { draw: number },
): Promise<Solved[]> {
  const session = { threads, device: "cpu" } as const;
  const numClasses = opened.data.dataset.classNames.length;
  return withFrozenFeatures(opened, { draw, threads }, async ({ train, test }) => {
    const measured = { features: allOf(test.rows), labels: test.labels };
    const solved: Solved[] = [];
    for (const strength of STRENGTHS) {
      const started = performance.now();
      const problem = { features: train.rows, labels: train.labels, numClasses, seed: draw };
      const classifier = await solveProbe(problem, { strength, session });
      const seconds = (performance.now() - started) / 1000;
      solved.push({ strength, ...linearScores(classifier, measured), seconds });
    }
    return solved;
  });
}

/** [images, features] */
function allOf(rows: FeatureRows): Float32Array {
  const all = Uint32Array.from({ length: rows.count }, (_, index) => index);
  return readFeatures(rows, all).data;
}

/** @file What doubling the images really brings a linear probe, held against what Graft foretells from half of them. */

import { gainOfDoubling } from "../../src/statistics/index.ts";
import { probeCurve, solveProbe } from "../../src/transfer/index.ts";
import { type LabelledRows, withFrozenFeatures } from "./frozen-features.ts";
import { linearScores } from "./linear-scores.ts";
import type { Places } from "./places.ts";
import { openTask } from "./task-study.ts";
import type { AnswerTask } from "./tasks.ts";

const BUDGETS = [5, 10, 20, 40, 80];
const DRAWS = 4;

/** Prints one line a task and budget, and last how often the interval held the true gain. */
export async function measureDoublings(
  tasks: readonly AnswerTask[],
  { places, threads }: { places: Places; threads: number },
): Promise<void> {
  let [within, all] = [0, 0];
  for (const task of tasks) {
    const opened = await openTask(task, places);
    const smallest = smallestClass(opened.data.dataset.train.labels);
    for (const budget of BUDGETS.filter((count) => 2 * count <= smallest)) {
      const gains: number[] = [];
      const foretold: { gain: number; low: number; high: number }[] = [];
      for (let draw = 0; draw < DRAWS; draw++) {
        const [small, large] = await Promise.all(
          [budget, 2 * budget].map((imagesPerClass) =>
            withFrozenFeatures({ ...opened, task: { ...task, imagesPerClass } }, { draw, threads }, (features) =>
              scoreProbe(features, { numClasses: opened.data.dataset.classNames.length, draw, threads }),
            ),
          ),
        );
        const told = gainOfDoubling(small.curve, small.accuracy);
        if (told === null) continue;
        gains.push(large.accuracy - small.accuracy);
        foretold.push(told);
      }
      if (gains.length === 0) continue;
      const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      const truth = mean(gains);
      for (const { low, high } of foretold) {
        all++;
        if (low <= truth && truth <= high) within++;
      }
      const of = (field: "gain" | "low" | "high"): string =>
        (100 * mean(foretold.map((told) => told[field]))).toFixed(1);
      console.log(
        `${task.name}, ${budget} to ${2 * budget}: ${(100 * truth).toFixed(1)}, foretold ${of("gain")} (${of("low")} to ${of("high")})`,
      );
    }
  }
  console.log(`true gain within the interval: ${within} of ${all}`);
}

async function scoreProbe(
  { train, test }: { train: LabelledRows; test: LabelledRows },
  { numClasses, draw, threads }: { numClasses: number; draw: number; threads: number },
) {
  const session = { threads, device: "cpu" } as const;
  const problem = { features: train.rows, labels: train.labels, numClasses, seed: draw };
  const solved = await solveProbe(problem, { session });
  const all = Uint32Array.from({ length: test.rows.count }, (_, index) => index);
  const rows = new Float32Array(all.length * test.rows.shape.reduce((size, axis) => size * axis, 1));
  test.rows.read(all, rows);
  const { accuracy } = linearScores(solved, { features: rows, labels: test.labels });
  return { accuracy, curve: await probeCurve(problem, { solved, session }) };
}

function smallestClass(labels: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (const label of Array.from(labels)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.min(...counts.values());
}

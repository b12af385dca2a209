/** @file What runs take of a machine: what they share is counted once. */

import { describe, expect, test } from "vitest";
import { smallDataset } from "../../../test/study/small-dataset.ts";
import { studySettler } from "../context/settle-run.ts";
import { resolveStudy } from "../file/config.ts";
import { type PlannedRun, planStudy } from "../file/plan.ts";
import { splitStudy } from "../material/study-data.ts";
import { type TaskData, seedTasks, taskOf } from "../material/tasks.ts";
import { runFlops, worksOf } from "./flops.ts";
import type { RunNetwork } from "./network.ts";

const dataset = smallDataset();
const config = resolveStudy({
  target: [0, 7],
  strategies: ["scratch", "linear-probe", "nearest-mean", "last-layer", "full"],
  training: { epochs: 4, batchSize: 16, minStepsPerEpoch: 6, augmentation: {} },
});
const tasks = seedTasks(config, { data: { dataset }, split: splitStudy(config, { dataset }), seed: 0 });
const settle = studySettler(config, { data: { dataset }, tasksOf: () => tasks });
const settled = planStudy(config).map((draft) => settle(draft));
const runs = settled.map(({ run }) => run);
const wholes = new Map(settled.map(({ run, whole }): [PlannedRun, RunNetwork] => [run, whole]));
const wholeOf = (run: PlannedRun): RunNetwork => {
  const whole = wholes.get(run);
  if (whole === undefined) throw new Error(`no network of ${run.id}`);
  return whole;
};
const taskOfRun = (run: PlannedRun): TaskData => taskOf(tasks, run);
const works = worksOf(runs, { wholeOf, taskOf: taskOfRun });
const workOf = (strategy: string) => works[runs.findIndex((run) => run.strategy === strategy)];
const flopsOf = (strategy: string) => {
  const run = runs[runs.findIndex((one) => one.strategy === strategy)];
  return runFlops(run, { whole: wholeOf(run), task: taskOfRun(run), epochs: run.training.epochs });
};

describe("works", () => {
  test("count every step of every pass", () => {
    // 32 images make 2 batches, so that 6 steps take 3 passes, 4 times
    expect(workOf("scratch").training).toBe(flopsOf("scratch").total);
    expect(workOf("scratch").training / workOf("scratch").step).toBe(4 * 6);
    expect(workOf("linear-probe").training).toBe(0);
  });

  test("count features where they are computed first, and evaluations everywhere", () => {
    const [probe, mean] = [workOf("linear-probe"), workOf("nearest-mean")];
    // 32 training images and 8 test images
    expect(probe.forward - mean.forward).toBe(40 * probe.feature);
    expect(mean.forward).toBe(mean.evaluation);
    expect(workOf("last-layer").forward).toBe(4 * workOf("last-layer").evaluation);
    expect(workOf("full").feature).toBe(0);
    expect(workOf("full").forward).toBe(4 * workOf("full").evaluation);
  });
});

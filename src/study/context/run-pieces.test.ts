/** @file What runs take of a machine: what they share is counted once. */

import { expect, test } from "vitest";
import { smallDataset } from "../../../test/study/small-dataset.ts";
import { piecesOfRuns } from "./run-pieces.ts";
import { studySettler } from "./settle-run.ts";
import { resolveStudy } from "../file/config.ts";
import { type PlannedRun, planStudy } from "../file/plan.ts";
import { splitStudy } from "../material/study-data.ts";
import { type TaskData, seedTasks, taskOf } from "../material/tasks.ts";
import { runFlops } from "../run/flops.ts";
import type { RunNetwork } from "../run/network.ts";

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
const works = piecesOfRuns(runs, {
  wholeOf,
  taskOf: taskOfRun,
  isMapped: ({ strategy }) => strategy !== "full",
});
const workOf = (strategy: string) => works[runs.findIndex((run) => run.strategy === strategy)];
const unitsOf = (strategy: string, kind: string): number =>
  workOf(strategy)
    .filter((piece) => piece.kind.startsWith(`${kind} `))
    .reduce((sum, { units }) => sum + units, 0);
const flopsOf = (strategy: string) => {
  const run = runs[runs.findIndex((one) => one.strategy === strategy)];
  return runFlops(run, { whole: wholeOf(run), task: taskOfRun(run), epochs: run.training.epochs });
};

test("every step of every pass is counted", () => {
  // 32 images make 2 batches, so that 6 steps take 3 passes, 4 times
  expect(unitsOf("scratch", "step")).toBe(4 * 6);
  const step = workOf("scratch").find(({ kind }) => kind.startsWith("step "));
  expect(24 * (step?.flops ?? 0)).toBe(flopsOf("scratch").total);
  expect(unitsOf("linear-probe", "step")).toBe(0);
});

test("features are counted where they are computed first, and evaluations everywhere", () => {
  // 32 training images and 8 test images, which are measured once more at the end
  expect(["linear-probe", "nearest-mean", "last-layer", "full"].map((name) => unitsOf(name, "features"))).toEqual([
    40, 0, 0, 0,
  ]);
  expect(["linear-probe", "last-layer", "full"].map((name) => unitsOf(name, "score"))).toEqual([16, 40, 40]);
});

test("maps of where a model looked take all of its network for each image", () => {
  // the source's run, and 8 test images of the target
  const maps = works.map((pieces) => pieces.filter(({ kind }) => kind === "heat maps"));
  expect(maps.map((own) => own.map(({ units }) => units))).toEqual([[32], [8], [8], [8], [8], []]);
  const [whole, cached] = [maps[1][0], maps[4][0]];
  expect(cached.flops).toBe(whole.flops);
});

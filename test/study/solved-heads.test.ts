/** @file Heads that are solved for, start at zero, or see standardized features, in whole studies. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeSafetensors } from "../../src/engine/training/index.ts";
import type { RunRecord } from "../../src/study/index.ts";
import { filesIn, run, smallStudy } from "./study-folder.ts";

const solved = ["nearest-mean", "k-nearest", "linear-probe"];

function runOf(runs: readonly RunRecord[], strategy: string): RunRecord {
  const found = runs.find((each) => each.strategy === strategy);
  if (found === undefined) throw new Error(`no run of ${strategy}`);
  return found;
}

/** What the exported model gets right of the test images, as the record says. */
function measuredAccuracy({ evaluation }: RunRecord): number {
  const { confusion } = evaluation ?? { confusion: [] };
  const right = confusion.reduce((sum, row, label) => sum + row[label], 0);
  return right / confusion.flat().reduce((sum, count) => sum + count, 0);
}

describe("strategies that solve for the head", () => {
  test("take no step, keep what is frozen, and are measured as their models answer", async () => {
    const { summary } = await run(smallStudy({ strategies: solved }));
    for (const strategy of solved) {
      const record = runOf(summary.runs, strategy);
      expect(record.failure).toBeUndefined();
      expect(record.epochs).toHaveLength(1);
      expect([record.learningRate, record.epochs[0].learningRate, record.flops.backward]).toEqual([0, 0, 0]);
      expect(record.freezeProof?.holds).toBe(true);
      expect(measuredAccuracy(record)).toBeCloseTo(record.epochs[0].testAccuracy, 10);
      expect(record.evaluation?.logLoss).toBeCloseTo(record.epochs[0].testLoss, 4);
    }
    expect(runOf(summary.runs, "linear-probe").probe?.strength).toBeGreaterThan(0);
    expect(runOf(summary.runs, "nearest-mean").probe).toBeUndefined();
  });

  test("leave the same files when they are solved for again", async () => {
    const [first, second] = [
      await run(smallStudy({ strategies: solved })),
      await run(smallStudy({ strategies: solved })),
    ];
    for (const id of ["M2-nearest-mean-seed0", "M3-k-nearest-seed0", "M4-linear-probe-seed0"]) {
      const path = join("runs", id, "model.onnx");
      expect(await readFile(join(second.directory, path))).toEqual(await readFile(join(first.directory, path)));
    }
    expect(filesIn(second.directory)).toEqual(filesIn(first.directory));
  });
});

test("probe-then-full begins with the solution of the linear probe", async () => {
  const { summary } = await run(
    smallStudy({ strategies: ["linear-probe", "probe-then-full"], training: { epochs: 3 } }),
  );
  const [probe, tuned] = ["linear-probe", "probe-then-full"].map((strategy) => runOf(summary.runs, strategy));
  expect(tuned.epochs).toHaveLength(3);
  expect(tuned.epochs[0].testLoss).toBe(probe.epochs[0].testLoss);
  expect(tuned.epochs[1].testLoss).not.toBe(probe.epochs[0].testLoss);
  expect(tuned.probe).toEqual(probe.probe);
});

describe("a head that trains alone on standardized features", () => {
  test("answers on the features as they are once it is trained", async () => {
    const training = { standardizeFeatures: true, headStart: "zero", epochs: 4, learningRate: 0.3 } as const;
    const { summary } = await run(smallStudy({ strategies: ["last-layer"], trainingOf: { "last-layer": training } }));
    const record = runOf(summary.runs, "last-layer");
    expect(record.freezeProof?.holds).toBe(true);
    expect(measuredAccuracy(record)).toBeCloseTo(record.epochs[3].testAccuracy, 10);
    expect(record.evaluation?.logLoss).toBeCloseTo(record.epochs[3].testLoss, 4);
  });
});

test("a new head on transferred layers starts at zero where the study says so, one on random layers never does", async () => {
  const training = { headStart: "zero", learningRate: 1e-4, epochs: 1 } as const;
  const { directory } = await run(
    smallStudy({ strategies: ["full", "scratch"], trainingOf: { full: training, scratch: training } }),
  );
  const headOf = async (id: string): Promise<number> => {
    const path = join(directory, "runs", id, "checkpoint.safetensors");
    const { tensors } = decodeSafetensors(await readFile(path), path);
    return Math.max(...Array.from(tensors["dense2.weight"].data as Float32Array, Math.abs));
  };
  expect(await headOf("M2-full-seed0")).toBeLessThan(2e-3);
  expect(await headOf("M3-scratch-seed0")).toBeGreaterThan(0.02);
});

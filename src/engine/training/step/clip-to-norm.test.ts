/** @file Clipping by global norm, against PyTorch's and by hand. */

import { describe, expect, onTestFinished, test } from "vitest";
import {
  type StepOptionsRun,
  deviations,
  readStepOptions,
  stepOptionsTrainer,
  takeSteps,
} from "../../../../test/golden/step-options.ts";
import { buildGraph, runGraph } from "../../../../test/support/run-graph.ts";
import { ConfigError, type Tensor, float32, sizeOf } from "../../../core/index.ts";
import { initializeParameters, sgd } from "../../nn/index.ts";
import { bitsOf, tinyBatch, tinyNetwork, tinyOptions } from "../tiny-task.fixture.ts";
import { type Trainer, type TrainerOptions, createTrainer } from "../trainer.ts";
import { clipToNorm } from "./clip-to-norm.ts";

const { clipping } = readStepOptions();

function open(options: TrainerOptions): Trainer {
  const trainer = createTrainer(options);
  onTestFinished(() => trainer.close());
  return trainer;
}

function pulls({ pull }: (typeof clipping)[number]): Partial<TrainerOptions> {
  if (pull === null) return {};
  return {
    updateRule: ({ name, shape }) => {
      const towards = float32(new Float32Array(sizeOf(shape)).fill(pull.towards), shape);
      return name === pull.parameter ? { pull: { strength: pull.strength, towards } } : {};
    },
  };
}

describe.each(clipping.map((run) => ({ title: `${run.optimizer.algorithm}, pull ${run.pull?.strength ?? 0}`, run })))(
  "training with clipped gradients ($title)",
  ({ run }) => {
    const { clipNorm } = run;

    test("was recorded with gradients above and below the limit", () => {
      expect(Math.max(...run.norms)).toBeGreaterThan(1.5 * clipNorm);
      expect(Math.min(...run.norms)).toBeLessThan(clipNorm / 1.5);
    });

    test.each([1, 3])("has PyTorch's losses and parameters, %d steps in a call", async (together) => {
      const trainer = open(stepOptionsTrainer(run, { clipNorm, ...pulls(run) }));
      expect(await deviations(run, await takeSteps(run, trainer, together), trainer)).toEqual([]);
    });

    test("has other losses without the limit", async () => {
      const results = await takeSteps(run, open(stepOptionsTrainer(run, pulls(run))));
      expect(Math.abs(results[2].loss / (run as StepOptionsRun).losses[2] - 1)).toBeGreaterThan(1e-3);
    });
  },
);

describe("clipToNorm", () => {
  const clip = (grads: Tensor[], limit: number): Promise<Tensor[]> =>
    runGraph(
      buildGraph(grads, (g, values) => clipToNorm(g, values, limit)),
      grads,
    );

  test("shortens all gradients by one factor to the limit", async () => {
    // together of length 13
    const [first, second] = await clip([float32([3, 0, -4, 0], [2, 2]), float32([12])], 6.5);
    expect(first.shape).toEqual([2, 2]);
    [...first.data, ...second.data].forEach((value, index) =>
      expect(Number(value)).toBeCloseTo([1.5, 0, -2, 0, 6][index], 5),
    );
  });

  test("leaves shorter ones and zeros as they are", async () => {
    const grads = [float32([3, -4]), float32([12])];
    expect((await clip(grads, 13.5)).map(({ data }) => Array.from(data, Number))).toEqual([[3, -4], [12]]);
    expect(Array.from((await clip([float32([0, 0])], 1))[0].data, Number)).toEqual([0, 0]);
  });
});

test("the sum begins with the last gradients, which are there first", () => {
  const grads = [float32([1]), float32([2, 2]), float32([3, 3, 3])];
  const { nodes } = buildGraph(grads, (g, values) => clipToNorm(g, values, 1));
  const squares = nodes.filter(({ opType }) => opType === "ReduceSumSquare").map(({ outputs }) => outputs[0].name);
  const innermost = nodes.find(({ opType }) => opType === "Add")?.inputs.map((input) => input?.name);
  expect(innermost?.toSorted()).toEqual(squares.slice(1));
});

test("a limit that no gradient reaches changes no bit", async () => {
  const after = async (changes: Partial<TrainerOptions>): Promise<Record<string, string>> => {
    const trainer = open(tinyOptions(tinyNetwork, { optimizer: sgd(), ...changes }));
    await trainer.step(tinyBatch(0, 6), { step: 0, learningRate: 0.1 });
    return bitsOf(await trainer.parameters());
  };
  expect(await after({ clipNorm: 1e6 })).toEqual(await after({}));
});

test("only what trains counts for the norm", async () => {
  const parameters = initializeParameters(tinyNetwork, 4);
  const trains = (layer: string): boolean => layer === "dense2";
  const moved = async (clipNorm: number): Promise<number> => {
    const trainer = open(tinyOptions(tinyNetwork, { optimizer: sgd(), parameters, trains, clipNorm }));
    await trainer.step(tinyBatch(0, 6), { step: 0, learningRate: 1 });
    const after = await trainer.parameters();
    const squares = Object.entries(after).flatMap(([name, { data }]) =>
      Array.from(data, (value, index) => (value - parameters[name].data[index]) ** 2),
    );
    return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
  };
  // a step of rate 1 is as long as the clipped gradients; parameters of up to 1 round it to 1e-7
  expect(await moved(0.01)).toBeCloseTo(0.01, 5);
});

test.each([0, -1, Number.NaN, Infinity])("a limit of %d is refused", async (clipNorm) => {
  const trainer = open(tinyOptions(tinyNetwork, { clipNorm }));
  await expect(trainer.step(tinyBatch(0, 2), { step: 0, learningRate: 0.1 })).rejects.toThrow(
    new ConfigError(`clip norm: expected a number above 0, got ${clipNorm}. Leave it out to clip nothing.`),
  );
});

/** @file Batch normalization's numbers, by hand; its training is compared with PyTorch's in test/trajectories. */

import { expect, test } from "vitest";
import { float32 } from "../../../core/index.ts";
import { testSession } from "../../../../test/support/device.ts";
import { lower } from "../../lowering/index.ts";
import { Operations } from "../../onnx/index.ts";
import { createSession } from "../../runtime/index.ts";
import { batchNorm, forward } from "../index.ts";

/** Two samples of two channels with two positions: channel 0 holds 1 2 3 6, channel 1 holds -1 0 0 1. */
const x = float32([1, 2, -1, 0, 3, 6, 0, 1], [2, 2, 1, 2]);

const parameters = {
  "bn.weight": float32([2, 0.5]),
  "bn.bias": float32([10, -1]),
  "bn.running_mean": float32([1, 0]),
  "bn.running_var": float32([4, 9]),
};

async function run(
  training: boolean,
  { keepsStatistics, ...options }: Parameters<typeof batchNorm>[1] & { keepsStatistics?: boolean } = {},
): Promise<Record<string, number[]>> {
  const g = new Operations();
  const network = { name: "test", inputShape: [2, 1, 2], layers: [batchNorm("bn", options)] };
  const output = forward(g, {
    network,
    x: g.input("x", "float32", x.shape),
    options: {
      trains: () => training,
      keepsStatistics,
      parameter: (name) => g.initializer(name, parameters[name as keyof typeof parameters]),
      mask: () => {
        throw new Error("batch normalization draws nothing");
      },
      update: (name, value) => g.output(value, `next/${name}`),
    },
  });
  g.output(output, "output");
  const session = await createSession(lower(g.build()), testSession);
  const results = await session.run({ x });
  await session.close();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

/** Values of up to 12 in float32, each the end of a handful of operations. */
const TOLERANCE = 1e-5;

function distance(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...actual.map((value, index) => Math.abs(value - expected[index])));
}

/** mean 3, biased variance 14 / 4; mean 0, biased variance 2 / 4. */
const normalized = (value: number, channel: number, epsilon: number): number =>
  channel === 0 ? ((value - 3) / Math.sqrt(3.5 + epsilon)) * 2 + 10 : (value / Math.sqrt(0.5 + epsilon)) * 0.5 - 1;

const channelOf = (index: number): number => Math.floor(index / 2) % 2;

test("training normalizes with the batch's mean and biased variance", async () => {
  const { output } = await run(true);
  expect(
    distance(
      output,
      Array.from(x.data, (value, index) => normalized(value, channelOf(index), 1e-5)),
    ),
  ).toBeLessThan(TOLERANCE);
});

test("training moves the running statistics by momentum, the variance unbiased", async () => {
  const results = await run(true);
  expect(distance(results["next/bn.running_mean"], [0.9 * 1 + 0.1 * 3, 0])).toBeLessThan(TOLERANCE);
  expect(distance(results["next/bn.running_var"], [0.9 * 4 + (0.1 * 14) / 3, 0.9 * 9 + (0.1 * 2) / 3])).toBeLessThan(
    TOLERANCE,
  );
});

test("momentum and epsilon are as given", async () => {
  const results = await run(true, { momentum: 1, epsilon: 0.5 });
  expect(distance(results["next/bn.running_mean"], [3, 0])).toBeLessThan(TOLERANCE);
  expect(distance(results["next/bn.running_var"], [14 / 3, 2 / 3])).toBeLessThan(TOLERANCE);
  expect(
    distance(
      results.output,
      Array.from(x.data, (value, index) => normalized(value, channelOf(index), 0.5)),
    ),
  ).toBeLessThan(TOLERANCE);
});

test("training that keeps statistics normalizes as inference does", async () => {
  expect(await run(true, { keepsStatistics: true })).toEqual(await run(false));
});

test("inference uses the running statistics and moves nothing", async () => {
  const results = await run(false);
  expect(Object.keys(results)).toEqual(["output"]);
  const expected = Array.from(x.data, (value, index) =>
    channelOf(index) === 0 ? ((value - 1) / Math.sqrt(4 + 1e-5)) * 2 + 10 : (value / Math.sqrt(9 + 1e-5)) * 0.5 - 1,
  );
  expect(distance(results.output, expected)).toBeLessThan(TOLERANCE);
});

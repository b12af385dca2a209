import { describe, expect, onTestFinished, test } from "vitest";
import { float32, int64, stream } from "../../../core/index.ts";
import {
  type Network,
  activation,
  adamW,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  initializeParameters,
} from "../../nn/index.ts";
import { tinyOptions } from "../tiny-task.fixture.ts";
import { type TrainerOptions, createTrainer } from "../trainer.ts";
import { mixup } from "./mixing/mixup.ts";
import { partSizes } from "./parts.ts";
import { largestLiveBytes, samplesAtATime } from "./step-memory.ts";
import { buildTrainingStep } from "./training-step.ts";

const network: Network = {
  name: "parts",
  inputShape: [3, 8, 8],
  layers: [
    conv2d("conv", { filters: 8, kernel: 3 }),
    activation("relu", "relu"),
    flatten("flatten"),
    dropout("dropout", 0.5),
    dense("dense", { units: 4 }),
  ],
};
const input = { kind: "features" } as const;
const optimizer = adamW({ weightDecay: 0.01 });
const BATCH = 11;

function batchOf(step: number) {
  const random = stream(step, "parts");
  const values = Float32Array.from({ length: BATCH * 192 }, () => random.normal());
  return {
    input: float32(values, [BATCH, 3, 8, 8]),
    labels: int64(Array.from({ length: BATCH }, () => random.integer(4))),
  };
}

/** Bytes for which so many samples are computed at a time: what is told of the steps, and what they leave. */
async function trained(memoryBytes: number | undefined, changes: Partial<TrainerOptions> = {}) {
  const told: [number, number][] = [];
  const onParts = (...sizes: [number, number]): void => void told.push(sizes);
  const trainer = createTrainer(
    tinyOptions(changes.network ?? network, { optimizer, memoryBytes, onParts, ...changes }),
  );
  onTestFinished(() => trainer.close());
  const results = [];
  for (let step = 0; step < 4; step++) results.push(await trainer.step(batchOf(step), { step, learningRate: 1e-2 }));
  const after = await trainer.parameters();
  return { told, results, values: Object.values(after).flatMap(({ data }) => [...data]) };
}

test.each<[string, Partial<TrainerOptions>]>([
  ["masks and all", {}],
  ["weights of classes", { classWeights: [1, 5, 0.2, 3] }],
  ["smoothed labels, clipped gradients", { labelSmoothing: 0.1, clipNorm: 0.1 }],
  ["mixed samples and weights of classes", { mixing: mixup(0.4, { seed: 2 }), classWeights: [1, 5, 0.2, 3] }],
  ["a focal loss and averages", { focalGamma: 2, average: { decay: 0.9 } }],
  ["one layer alone", { trains: (layer) => layer === "dense" }],
])("in parts a step is the same to rounding: %s", async (_, changes) => {
  const whole = await trained(undefined, changes);
  const parts = await trained(1, changes);
  expect(whole.told).toEqual([]);
  expect(parts.told).toEqual([[BATCH, 1]]);
  for (const [step, { loss, correct }] of parts.results.entries()) {
    expect(loss).toBeCloseTo(whole.results[step].loss, 5);
    expect(correct).toBeCloseTo(whole.results[step].correct, 5);
  }
  const difference = parts.values.map((value, place) => Math.abs(value - whole.values[place]));
  expect(Math.max(...difference)).toBeLessThan(2e-5);
});

test("the same bits every time", async () => {
  expect(await trained(1)).toEqual(await trained(1));
});

test("statistics that follow batches follow every part", async () => {
  const normalized: Network = {
    ...network,
    layers: [conv2d("conv", { filters: 8, kernel: 3 }), batchNorm("norm"), ...network.layers.slice(1)],
  };
  const { values } = await trained(1, { network: normalized });
  expect(values.every(Number.isFinite)).toBe(true);
  expect(values).not.toEqual((await trained(undefined, { network: normalized })).values);
});

test("every part waits for the gradients of the one before", () => {
  const frozen = initializeParameters(network, 3);
  const options = { network, input, optimizer, trains: () => true, frozen, partSize: 4, lowers: false };
  const { nodes, initializers } = buildTrainingStep(options, BATCH).graph;
  const rows = nodes.flatMap(({ opType, inputs }) =>
    opType === "Gather" && inputs[0]?.name === "input" ? [inputs[1]?.name ?? ""] : [],
  );
  const isFree = rows.map((name) => initializers.has(name));
  expect(isFree).toEqual([true, false, false]);
  const needed = new Set(rows.slice(-1));
  for (const node of nodes.toReversed())
    if (node.outputs.some(({ name }) => needed.has(name)))
      for (const needs of node.inputs) needed.add(needs?.name ?? "");
  const gradients = nodes.filter(({ name, outputs }) => name.startsWith("grad/") && needed.has(outputs[0].name));
  expect(gradients.length).toBeGreaterThan(10);
});

test("parts are as few and as even as can be", () => {
  expect(partSizes(11, 11)).toEqual([11]);
  expect(partSizes(11, 10)).toEqual([6, 5]);
  expect(partSizes(10, 9)).toEqual([6, 4]);
  expect(partSizes(11, 4)).toEqual([4, 4, 3]);
  expect(partSizes(3, 1)).toEqual([1, 1, 1]);
});

test("parts make up the batch, none is larger than it may be, and no two are of one size where they need not be", () => {
  for (let batch = 1; batch <= 100; batch++) {
    for (let largest = 1; largest <= batch; largest++) {
      const sizes = partSizes(batch, largest);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(batch);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(largest);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
      const areMany = (largest * (largest + 1)) / 2 < batch;
      expect(areMany || new Set(sizes).size === sizes.length).toBe(true);
    }
  }
});

describe("the memory of a step", () => {
  const step = (batchSize: number, partSize?: number) =>
    buildTrainingStep(
      { network, input, optimizer, trains: () => true, frozen: initializeParameters(network, 3), partSize },
      batchSize,
    ).graph;

  test("grows with the batch, and is that of a part", () => {
    const [one, many, parts] = [step(100), step(400), step(400, 100)].map(largestLiveBytes);
    expect(many / one).toBeGreaterThan(3.5);
    expect(many / one).toBeLessThan(4.5);
    expect(many / parts).toBeGreaterThan(2);
  });

  test("holds what a later node needs through any view of it", () => {
    const [a, b] = ["a", "b"].map((name) => ({ name, dtype: "float32", shape: [1000] }) as const);
    const [view, sum] = ["view", "sum"].map((name) => ({ name, dtype: "float32", shape: [10, 100] }) as const);
    const node = (opType: string, inputs: readonly (typeof a | typeof view)[], output: typeof a | typeof view) => ({
      name: output.name,
      opType,
      domain: "",
      inputs,
      outputs: [output],
      attributes: {},
    });
    const nodes = [node("Neg", [a], b), node("Reshape", [b], view), node("Neg", [a], sum), node("Add", [view, sum], a)];
    const graph = { name: "views", inputs: [a], outputs: [a], nodes, initializers: new Map() };
    expect(largestLiveBytes(graph)).toBe(3 * 4000);
  });

  test("decides how many samples are computed at a time", () => {
    const size = { batchSize: 400, stateBytes: 0 };
    const graph = step(400);
    const live = largestLiveBytes(graph);
    expect(samplesAtATime(graph, size, 2 * live)).toBe(400);
    // at most 200, of which three parts of different sizes are wanted, and 66, of which seven are
    expect(samplesAtATime(graph, size, 1.5 * live)).toBe(135);
    // fewer than make up 400 by different sizes
    expect(samplesAtATime(graph, size, 0.185 * live)).toBe(18);
    expect(samplesAtATime(graph, { ...size, stateBytes: live / 4 }, 1.5 * live)).toBe(61);
    expect(samplesAtATime(graph, size, 1)).toBe(1);
  });
});

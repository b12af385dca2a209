/** @file Low-rank adapters have PyTorch's gradients, and train and merge as it does. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { float32, int64 } from "../../src/core/index.ts";
import {
  type Network,
  type Parameters,
  activation,
  conv2d,
  dense,
  flatten,
  mergeAdapters,
  withAdapters,
} from "../../src/engine/nn/index.ts";
import {
  type LabelledBatch,
  type NetworkInput,
  createInferenceSession,
  createTrainer,
} from "../../src/engine/training/index.ts";
import { testSession } from "../support/device.ts";
import { optimizerOf } from "../trajectories/replay.ts";
import { type HashDataset, hashImages, hashLabels } from "./hash-data.ts";
import { type GoldenOptimizer, type GoldenStart, decodeFloat32, startValues } from "./trajectories.ts";

type GoldenTensors = Record<string, { values: string }>;

/** What make_lora.py wrote. */
interface GoldenLora {
  dataset: HashDataset;
  batchSize: number;
  alpha: number;
  ranks: { conv: number; dense: number };
  optimizer: GoldenOptimizer;
  parameters: GoldenStart[];
  losses: number[];
  gradients: GoldenTensors;
  final: GoldenTensors;
  logits: { values: string };
}

const golden = JSON.parse(readFileSync(new URL("lora.json", import.meta.url), "utf8")) as GoldenLora;
const { dataset, batchSize, alpha, ranks, parameters: starts } = golden;
const imageShape = [dataset.channels, dataset.height, dataset.width] as const;

const plain: Network = {
  name: "lora",
  inputShape: imageShape,
  layers: [
    conv2d("conv", { filters: 6, kernel: 1, stride: 2, padding: 0 }),
    activation("relu1", "relu"),
    flatten("flatten"),
    dense("dense", { units: 10 }),
    activation("relu2", "relu"),
    dense("head", { units: dataset.numClasses }),
  ],
};
const [conv, whole] = (["conv", "dense"] as const).map((name) =>
  withAdapters(plain, { weights: [`${name}.weight`], rank: ranks[name], alpha }),
);
const network: Network = { ...plain, adapters: new Map([...(conv.adapters ?? []), ...(whole.adapters ?? [])]) };
const parameters: Parameters = Object.fromEntries(
  starts.map((start) => [start.name, float32(startValues(start), start.shape)]),
);
const input: NetworkInput = { kind: "images", normalization: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } };

function batchOf(first: number, count: number): LabelledBatch {
  const size = imageShape.reduce((product, length) => product * length);
  const data = hashImages(dataset).slice(first * size, (first + count) * size);
  return {
    input: { dtype: "uint8", shape: [count, ...imageShape], data },
    labels: int64(Array.from(hashLabels(dataset).subarray(first, first + count))),
  };
}

function distance(a: ArrayLike<number>, golden64: { values: string }): number {
  const b = decodeFloat32(golden64.values);
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(b, (value, at) => Math.abs(a[at] - value))) / Math.max(...b.map(Math.abs));
}

function trainerBy(optimizer: GoldenOptimizer) {
  return createTrainer({
    network,
    input,
    optimizer: optimizerOf(optimizer),
    trains: () => true,
    updates: ({ adapts, layer }) => adapts === true || layer === "head",
    parameters,
    seed: 0,
    session: testSession,
  });
}

test("the first gradients are PyTorch's, and there are none of frozen weights", async () => {
  // one step of plain SGD moves by the gradient
  const trainer = trainerBy({ algorithm: "sgd", learningRate: 1, momentum: 0, nesterov: false, weightDecay: 0 });
  await trainer.step(batchOf(0, batchSize), { step: 0, learningRate: 1 });
  const after = await trainer.parameters();
  expect([...trainer.updated()].sort()).toEqual(Object.keys(golden.gradients).sort());
  for (const [name, grad] of Object.entries(golden.gradients)) {
    const moved = parameters[name].data.map((value, at) => value - after[name].data[at]);
    // a difference of two float32 numbers of about 0.3
    expect(distance(moved, grad)).toBeLessThan(1e-4);
  }
  for (const name of ["conv.weight", "conv.bias", "dense.weight", "dense.bias"])
    expect(after[name]).toEqual(parameters[name]);
  await trainer.close();
});

test("thirty steps of AdamW have PyTorch's losses, adapters, merged weights and logits", async () => {
  const trainer = trainerBy(golden.optimizer);
  const { learningRate } = golden.optimizer;
  const losses: number[] = [];
  for (let step = 0; step < golden.losses.length; step++) {
    const { loss } = await trainer.step(batchOf((step * batchSize) % dataset.count, batchSize), { step, learningRate });
    losses.push(loss);
  }
  const apart = losses.map((loss, step) => Math.abs(loss - golden.losses[step]));
  expect(Math.max(...apart)).toBeLessThan(1e-5 * losses[0]);
  expect(losses[losses.length - 1]).toBeLessThan(0.7 * losses[0]);
  const trained = await trainer.parameters();
  const merged = mergeAdapters(network, trained);
  for (const [name, values] of Object.entries(golden.final))
    expect(distance((merged[name] ?? trained[name]).data, values)).toBeLessThan(1e-4);
  const session = await createInferenceSession({ network: plain, parameters: merged, input }, testSession);
  const { output } = await session.run({ input: batchOf(0, dataset.count).input });
  expect(distance(output.data as Float32Array, golden.logits)).toBeLessThan(1e-4);
  await session.close();
  await trainer.close();
});

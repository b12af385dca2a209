/** @file Networks with weights from PyTorch give PyTorch's logits. */

import { describe, expect, test } from "vitest";
import { type Tensor, float32 } from "../../src/core/index.ts";
import type { Network } from "../../src/engine/nn/index.ts";
import { createInferenceSession, decodeSafetensors, encodeSafetensors } from "../../src/engine/training/index.ts";
import { cifarResNet, classicCnn, loadTorchWeights, mlp, mobileNetV2 } from "../../src/models/index.ts";
import { goldenImages, goldenLogits, readTorchWeights, stateDict } from "./torch-weights.ts";

const golden = readTorchWeights();
const numClasses = 5;
const photo = { inputShape: [3, 8, 8], numClasses };

const networks: Record<keyof typeof golden.networks, Network> = {
  padded: cifarResNet({ ...photo, blocksPerStage: 1 }),
  projected: cifarResNet({ ...photo, blocksPerStage: 1, shortcut: "projected" }),
  mobilenet: mobileNetV2({
    ...photo,
    width: 0.5,
    stages: [
      { expansion: 1, filters: 16, blocks: 1, stride: 1 },
      { expansion: 6, filters: 24, blocks: 2, stride: 2 },
    ],
    lastFilters: 64,
  }),
  classic: classicCnn(photo),
  perceptron: mlp({ inputShape: [1, 4, 4], numClasses }),
};

/** The largest difference between two arrays, over the largest of the second. */
function distance(actual: ArrayLike<number>, expected: Float32Array): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, index) => Math.abs(actual[index] - value))) / largest;
}

async function logitsOf(network: Network, tensors: Record<string, Tensor>): Promise<Float32Array> {
  const { parameters } = loadTorchWeights(network, tensors);
  const session = await createInferenceSession({ network, parameters, input: { kind: "features" } }, { threads: 1 });
  try {
    const output = await session.run({ input: goldenImages(golden, network.inputShape) });
    return Object.values(output)[0].data as Float32Array;
  } finally {
    await session.close();
  }
}

const kinds = Object.keys(networks) as (keyof typeof networks)[];

describe.each(kinds)("the %s network", (kind) => {
  const run = golden.networks[kind];

  test("gives PyTorch's logits within 1e-5, from a safetensors file", async () => {
    const bytes = encodeSafetensors({ tensors: stateDict(run), metadata: { format: "pt" } });
    const { tensors } = decodeSafetensors(bytes, "weights.safetensors");
    expect(distance(await logitsOf(networks[kind], tensors), goldenLogits(run))).toBeLessThan(1e-5);
  });

  test("gives others with one weight changed", async () => {
    const tensors = stateDict(run);
    const [name, first] = Object.entries(tensors).find(([, { shape }]) => shape.length > 1) ?? [];
    if (name === undefined || first === undefined) throw new Error("internal: a golden network without weights");
    tensors[name] = float32(
      (first.data as Float32Array).map((value) => -value),
      first.shape,
    );
    expect(distance(await logitsOf(networks[kind], tensors), goldenLogits(run))).toBeGreaterThan(1e-3);
  });
});

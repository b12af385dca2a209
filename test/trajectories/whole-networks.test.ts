/** @file The zoo's networks at full depth compute what PyTorch's do: every stride, shortcut and name in its place. */

import { expect, test } from "vitest";
import { float32, sizeOf } from "../../src/core/index.ts";
import {
  type Network,
  type Parameters,
  forward,
  initializeParameters,
  networkParameters,
  normalizeImages,
} from "../../src/engine/nn/index.ts";
import { lower } from "../../src/engine/lowering/index.ts";
import { Operations } from "../../src/engine/onnx/index.ts";
import { createSession } from "../../src/engine/runtime/index.ts";
import { type ArchitectureName, architectures, zoo } from "../../src/models/index.ts";
import { type HashDataset, hashImages, hashSymmetric } from "../golden/hash-data.ts";
import { readTrajectories, relativeDistance } from "../golden/trajectories.ts";
import { testSession } from "../support/device.ts";
import { goldenInput } from "./replay.ts";

const { dataset, cases } = readTrajectories().wholeNetworks;

/** Float32 and float64 part by 8e-6 in the deepest of these. */
const LOGITS_TOLERANCE = 1e-4;

/** Where PyTorch's parameters start: Glorot-uniform weights, else the constant that the layer starts from. */
function goldenStarts(network: Network, seed: number): Parameters {
  const trained = networkParameters(network).filter(({ role }) => role !== "statistic");
  const weights = trained.flatMap(({ name, shape }, offset) => {
    if (shape.length === 1) return [];
    const fans = (shape[0] + shape[1]) * sizeOf(shape.slice(2));
    return [[name, float32(hashSymmetric(seed + offset, sizeOf(shape), Math.sqrt(6 / fans)), shape)]] as const;
  });
  return { ...initializeParameters(network, 0), ...Object.fromEntries(weights) };
}

/** The logits of all images in training form, dropping nothing. */
async function trainingLogits(
  network: Network,
  { count, channels, height, width, ...rest }: HashDataset,
  seed: number,
) {
  const shape = [count, channels, height, width];
  const starts = goldenStarts(network, seed);
  const g = new Operations();
  const x = normalizeImages(g, g.input("input", "uint8", shape), goldenInput.normalization);
  const options = {
    trains: () => true,
    parameter: (name: string) => g.initializer(name, starts[name]),
    mask: (_name: string, maskShape: readonly number[]) => g.expand(g.scalar(1), maskShape),
    update: () => undefined,
  };
  g.output(forward(g, { network, x, options }), "logits");
  const session = await createSession(lower(g.build(network.name)), testSession);
  const data = hashImages({ count, channels, height, width, ...rest });
  const { logits } = await session.run({ input: { dtype: "uint8", shape, data } });
  await session.close();
  return logits.data as Float32Array;
}

test.each(cases)("the first logits of $architecture are PyTorch's", async ({ architecture, seed, ...golden }) => {
  const { channels, height, width, numClasses, count } = dataset;
  const network = architectures[architecture as ArchitectureName]({
    inputShape: [channels, height, width],
    numClasses,
  });
  const logits = await trainingLogits(network, dataset, seed);
  const expected = { name: "logits", shape: [count, numClasses], values: golden.logits };
  expect(golden.conditioning).toBeLessThan(LOGITS_TOLERANCE / 10);
  expect(relativeDistance(logits, expected, { fullUpTo: 0, samples: 0, seed: 0 })).toBeLessThan(LOGITS_TOLERANCE);
});

test("every residual and inverted residual network of the zoo is among them", () => {
  const deep = Object.keys(zoo).filter((name) => /net/.test(name));
  expect(cases.map(({ architecture }) => architecture)).toEqual(deep);
});

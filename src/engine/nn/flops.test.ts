/** @file Operations of networks, counted by hand and by what frozen layers save. */

import { describe, expect, test } from "vitest";
import {
  type Network,
  activation,
  add,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  forwardFlops,
  globalAveragePool,
  layerFlops,
  maxPool2d,
  trainingFlops,
} from "./index.ts";

const network: Network = {
  name: "small",
  inputShape: [3, 8, 8],
  layers: [
    conv2d("conv1", { filters: 4 }),
    batchNorm("norm"),
    activation("relu", "relu"),
    conv2d("conv2", { filters: 6, stride: 2 }),
    maxPool2d("pool"),
    flatten("flatten"),
    dropout("dropout", 0.5),
    dense("dense", { units: 5 }),
  ],
};
// outputs x terms of each, two operations a term
const conv1 = 2 * (4 * 8 * 8) * (3 * 9);
const conv2 = 2 * (6 * 4 * 4) * (4 * 9);
const dense1 = 2 * 5 * (6 * 2 * 2);

test("a multiplication and its addition are two operations, layer by layer", () => {
  expect(layerFlops(network).filter(({ forward }) => forward > 0)).toEqual([
    { layer: "conv1", forward: conv1, weightGradient: 0, inputGradient: 0 },
    { layer: "conv2", forward: conv2, weightGradient: 0, inputGradient: 0 },
    { layer: "dense", forward: dense1, weightGradient: 0, inputGradient: 0 },
  ]);
  expect(layerFlops(network).map(({ layer }) => layer)).toEqual(network.layers.map(({ name }) => name));
  expect(forwardFlops(network)).toBe(conv1 + conv2 + dense1);
});

test("both gradients cost the forward's operations again, but the images need none", () => {
  expect(trainingFlops(network)).toBe(2 * conv1 + 3 * conv2 + 3 * dense1);
});

describe("frozen layers", () => {
  test("have no gradients below the lowest trained layer", () => {
    const only = (name: string) => trainingFlops(network, (layer) => layer === name);
    expect(only("dense")).toBe(conv1 + conv2 + 2 * dense1);
    expect(only("conv2")).toBe(conv1 + 2 * conv2 + 2 * dense1);
  });

  test("pass gradients on where a layer below them trains", () => {
    const counts = layerFlops(network, (layer) => layer === "norm");
    expect(counts.filter(({ forward }) => forward > 0)).toEqual([
      { layer: "conv1", forward: conv1, weightGradient: 0, inputGradient: 0 },
      { layer: "conv2", forward: conv2, weightGradient: 0, inputGradient: conv2 },
      { layer: "dense", forward: dense1, weightGradient: 0, inputGradient: dense1 },
    ]);
  });
});

test("groups divide a convolution's operations, and all of a branched layer's are its own", () => {
  const depthwise = 2 * (4 * 8 * 8) * 9;
  const pointwise = 2 * (4 * 8 * 8) * 4;
  const branched: Network = {
    name: "branched",
    inputShape: [4, 8, 8],
    layers: [
      add("block", [[conv2d("spatial", { filters: 4, groups: 4 }), conv2d("mix", { filters: 4, kernel: 1 })], []]),
      globalAveragePool("pool"),
    ],
  };
  expect(layerFlops(branched, () => true)[0]).toEqual({
    layer: "block",
    forward: depthwise + pointwise,
    weightGradient: depthwise + pointwise,
    inputGradient: pointwise,
  });
});

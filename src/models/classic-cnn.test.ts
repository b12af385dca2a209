/** @file The network of the classic study, layer by layer. */

import { expect, test } from "vitest";
import { checkNetwork, countParameters, networkParameters, shapeAfter } from "../engine/nn/index.ts";
import { classicCnn } from "./classic-cnn.ts";

const network = classicCnn({ inputShape: [3, 32, 32], numClasses: 10 });

test("has 582,058 parameters for 32x32 RGB and ten classes, 1,032 fewer for two", () => {
  checkNetwork(network);
  expect(countParameters(network)).toBe(582_058);
  expect(countParameters(classicCnn({ inputShape: [3, 32, 32], numClasses: 2 }))).toBe(582_058 - 8 * 129);
});

test("has the layers and shapes of the study", () => {
  const rows = network.layers.map(({ name, description }, index) => [
    name,
    description,
    shapeAfter(network, index + 1),
  ]);
  expect(rows).toEqual([
    ["conv1", "conv 3x3, 32", [32, 32, 32]],
    ["relu1", "relu", [32, 32, 32]],
    ["conv2", "conv 3x3, 64", [64, 32, 32]],
    ["relu2", "relu", [64, 32, 32]],
    ["pool1", "max pool 2x2", [64, 16, 16]],
    ["conv3", "conv 3x3, 32", [32, 16, 16]],
    ["relu3", "relu", [32, 16, 16]],
    ["conv4", "conv 3x3, 64", [64, 16, 16]],
    ["relu4", "relu", [64, 16, 16]],
    ["pool2", "max pool 2x2", [64, 8, 8]],
    ["flatten", "flatten", [4096]],
    ["dense1", "dense 128", [128]],
    ["relu5", "relu", [128]],
    ["dropout", "dropout 0.4", [128]],
    ["dense2", "dense 10", [10]],
  ]);
});

test("names its parameters after its layers", () => {
  const layers = ["conv1", "conv2", "conv3", "conv4", "dense1", "dense2"];
  expect(networkParameters(network).map(({ name }) => name)).toEqual(
    layers.flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]),
  );
});

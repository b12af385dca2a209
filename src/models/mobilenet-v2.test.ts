/** @file MobileNetV2: layers, shapes, names and widths. */

import { expect, test } from "vitest";
import { type Network, countParameters, networkParameters, shapeAfter } from "../engine/nn/index.ts";
import { mobileNetV2 } from "./mobilenet-v2.ts";

const ofWidth = (width: number): Network => mobileNetV2({ inputShape: [3, 32, 32], numClasses: 10, width });
const network = ofWidth(1);

test("has one layer for each inverted residual block, and the published channels and strides", () => {
  const shapes = network.layers.map((_, index) => shapeAfter(network, index + 1));
  const repeated = (count: number, shape: number[]) => Array.from({ length: count }, () => shape);
  expect(shapes).toEqual([
    [32, 32, 32],
    [16, 32, 32],
    ...repeated(2, [24, 32, 32]),
    ...repeated(3, [32, 16, 16]),
    ...repeated(4, [64, 8, 8]),
    ...repeated(3, [96, 8, 8]),
    ...repeated(3, [160, 4, 4]),
    [320, 4, 4],
    [1280, 4, 4],
    [1280],
    [1280],
    [10],
  ]);
});

test("adds a block to its input where shapes agree alone", () => {
  const added = network.layers.filter(({ description }) => description.startsWith("add of")).map(({ name }) => name);
  expect(added).toEqual([3, 5, 6, 8, 9, 10, 12, 13, 15, 16].map((index) => `features.${index}`));
});

test("names the parameters of its first blocks and its head as torchvision does", () => {
  const trained = networkParameters(network).filter(({ role }) => role !== "statistic");
  const unit = (name: string) => [`${name}.0.weight`, `${name}.1.weight`, `${name}.1.bias`];
  expect(trained.slice(0, 18).map(({ name }) => name)).toEqual([
    ...unit("features.0"),
    ...unit("features.1.conv.0"),
    "features.1.conv.1.weight",
    "features.1.conv.2.weight",
    "features.1.conv.2.bias",
    ...unit("features.2.conv.0"),
    ...unit("features.2.conv.1"),
    "features.2.conv.2.weight",
    "features.2.conv.3.weight",
    "features.2.conv.3.bias",
  ]);
  expect(trained.slice(-5).map(({ name }) => name)).toEqual([
    ...unit("features.18"),
    "classifier.1.weight",
    "classifier.1.bias",
  ]);
  expect(trained.find(({ name }) => name === "features.2.conv.1.0.weight")?.shape).toEqual([96, 1, 3, 3]);
});

test("keeps channels at multiples of 8 and the last convolution's at 1280 when narrowed", () => {
  const channels = [0.35, 0.5, 0.75, 1.4].map((width) => {
    const scaled = ofWidth(width);
    return [scaled.name, ...scaled.layers.slice(0, 19).map((_, index) => shapeAfter(scaled, index + 1)[0])].filter(
      (value, index, all) => value !== all[index - 1],
    );
  });
  expect(channels).toEqual([
    ["mobilenet-v2-x0.35", 16, 8, 16, 24, 32, 56, 112, 1280],
    ["mobilenet-v2-x0.5", 16, 8, 16, 32, 48, 80, 160, 1280],
    ["mobilenet-v2-x0.75", 24, 16, 24, 48, 72, 120, 240, 1280],
    ["mobilenet-v2-x1.4", 48, 24, 32, 48, 88, 136, 224, 448, 1792],
  ]);
});

test("has the parameter counts that the PyTorch form has", () => {
  expect([0.5, 0.75, 1, 1.4].map((width) => countParameters(ofWidth(width)))).toEqual([
    700_490, 1_368_234, 2_236_682, 4_333_706,
  ]);
});

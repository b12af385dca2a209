/** @file The residual networks: layers, shapes and names. */

import { expect, test } from "vitest";
import { countParameters, networkParameters, shapeAfter } from "../engine/nn/index.ts";
import { cifarResNet } from "./cifar-resnet.ts";

const network = cifarResNet({ inputShape: [3, 32, 32], numClasses: 10, blocksPerStage: 3 });
const MAIN = "conv 3x3, 16 → batch norm → relu → conv 3x3, 16 → batch norm";

test("has one layer for each residual block, and the shapes of the paper", () => {
  const rows = network.layers.map(({ name }, index) => [name, shapeAfter(network, index + 1)]);
  expect(rows).toEqual([
    ...["conv1", "bn1", "relu", "layer1.0", "layer1.1", "layer1.2"].map((name) => [name, [16, 32, 32]]),
    ...["layer2.0", "layer2.1", "layer2.2"].map((name) => [name, [32, 16, 16]]),
    ...["layer3.0", "layer3.1", "layer3.2"].map((name) => [name, [64, 8, 8]]),
    ["pool", [64]],
    ["linear", [10]],
  ]);
});

test("adds the input itself, or every second pixel of it where the shape changes", () => {
  const descriptions = new Map(network.layers.map(({ name, description }) => [name, description]));
  expect(descriptions.get("layer1.0")).toBe(`relu of the sum of ${MAIN} | input`);
  expect(descriptions.get("layer2.0")).toBe(
    `relu of the sum of ${MAIN.replaceAll("16", "32").replace("32", "32, stride 2")} | every 2nd pixel, 32 channels`,
  );
});

test("names its parameters as the PyTorch port does", () => {
  const norm = (name: string) => ["weight", "bias", "running_mean", "running_var"].map((kind) => `${name}.${kind}`);
  const blocks = [1, 2, 3].flatMap((stage) => [0, 1, 2].map((block) => `layer${stage}.${block}`));
  expect(networkParameters(network).map(({ name }) => name)).toEqual([
    "conv1.weight",
    ...norm("bn1"),
    ...blocks.flatMap((block) => [
      `${block}.conv1.weight`,
      ...norm(`${block}.bn1`),
      `${block}.conv2.weight`,
      ...norm(`${block}.bn2`),
    ]),
    "linear.weight",
    "linear.bias",
  ]);
});

test("has the depth that its name says", () => {
  const deep = cifarResNet({ inputShape: [3, 32, 32], numClasses: 10, blocksPerStage: 18 });
  expect(deep.name).toBe("resnet-110");
  expect(networkParameters(deep).filter(({ shape }) => shape.length > 1)).toHaveLength(110);
  expect(countParameters(deep)).toBe(1_727_962);
});

test("projects the input instead where asked to, with the parameters of the other port", () => {
  const projected = cifarResNet({ inputShape: [3, 32, 32], numClasses: 10, blocksPerStage: 3, shortcut: "projected" });
  expect(projected.name).toBe("resnet-20-projected");
  // 269,722 of the padded one, and two projections: 16 * 32 + 2 * 32 and 32 * 64 + 2 * 64
  expect(countParameters(projected)).toBe(269_722 + 576 + 2176);
  const added = networkParameters(projected).filter(({ name }) => name.includes("downsample"));
  expect(added.map(({ name, shape }) => [name, shape]).slice(0, 2)).toEqual([
    ["layer2.0.downsample.0.weight", [32, 16, 1, 1]],
    ["layer2.0.downsample.1.weight", [32]],
  ]);
});

/** @file Names of layers, from what files of several programs call their weights and nodes. */

import { describe, expect, test } from "vitest";
import { layerNames, ownerOfNames } from "./layer-names.ts";

describe("where a node with weights is", () => {
  test.each([
    { weight: "layer1.0.conv1.weight", node: "Conv_3", owner: "layer1.0.conv1" },
    { weight: "conv1/kernel", node: "conv1", owner: "conv1" },
    { weight: "features.0.0.weight_DequantizeLinear_Output", node: "node_Conv_809", owner: "features.0.0" },
    { weight: "StatefulPartitionedCall/net/conv/Conv2D/ReadVariableOp:0", node: "x", owner: "net.conv" },
    { weight: "net_1/dense_1/Cast/ReadVariableOp:0", node: "x", owner: "net_1.dense_1" },
    { weight: "net_1/conv_1/convolution/ReadVariableOp:0", node: "x", owner: "net_1.conv_1" },
    { weight: "layers.0.convolution.weight", node: "x", owner: "layers.0.convolution" },
    { weight: "net/predictions/MatMul/kernel:0", node: "x", owner: "net.predictions" },
    { weight: "onnx::Conv_500", node: "/layer1/layer1.0/conv1/Conv", owner: "layer1.0.conv1" },
    { weight: "onnx::MatMul_12", node: "/blocks/blocks.0/attn/qkv/MatMul", owner: "blocks.0.attn.qkv" },
    { weight: "onnx::Conv_500", node: "Conv_17", owner: "" },
    { weight: "cls_token", node: "/Concat_2", owner: "cls_token" },
    { weight: "w", node: "stem", owner: "stem" },
  ])("$weight of $node", ({ weight, node, owner }) => {
    const opType = /MatMul/.test(node) ? "MatMul" : /Concat/.test(node) ? "Concat" : "Conv";
    expect(ownerOfNames([weight], { name: node, opType }).join(".")).toBe(owner);
  });
});

describe("layers are called", () => {
  const source = (owners: string[], first = { name: "", opType: "Conv" }) => ({
    owners: owners.map((owner) => owner.split(".")),
    first,
  });

  test("by the path that holds all of their weights, as short as a number ends it", () => {
    expect(
      layerNames([
        source(["features.0.0", "features.0.1"]),
        source(["features.1.conv.0.0", "features.1.conv.1"]),
        source(["layer1.0.conv1", "layer1.0.bn1"]),
        source(["layer1.1.conv1", "layer1.1.bn1"]),
        source(["stem.conv"]),
      ]),
    ).toEqual(["features.0", "features.1", "layer1.0", "layer1.1", "stem.conv"]);
  });

  test("by their first weight where others are on the way to all of them", () => {
    expect(layerNames([source(["conv1", "bn1"]), source(["f.0", "f.1"]), source(["f.3", "f.4"])])).toEqual([
      "conv1",
      "f.0",
      "f.3",
    ]);
  });

  test("by their node or operator where they have no weights, with a number if need be", () => {
    const pool = { name: "", opType: "GlobalAveragePool" };
    expect(
      layerNames([source([], { name: "mean", opType: "GlobalAveragePool" }), source([], pool), source([], pool)]),
    ).toEqual(["mean", "global_average_pool", "global_average_pool_2"]);
  });

  test("so that none is inside another", () => {
    expect(layerNames([source(["net"]), source(["net.conv"])])).toEqual(["net_0", "net.conv"]);
  });
});

/** @file Constants of a file that several nodes read: one weight, or one of each. */

import { describe, expect, test } from "vitest";
import { type ModelParts, body, head, model, node, weight, weights, written } from "../../../test/support/onnx-file.ts";
import { networkParameters } from "../../engine/nn/index.ts";
import { importLayers } from "./import-backbone.ts";
import type { ImportedBackbone } from "./imported-backbone.ts";

const imported = (parts: ModelParts): ImportedBackbone => importLayers(written(model(parts)), { path: "a.onnx" });

const names = ({ network }: ImportedBackbone): string[] => network.layers.map((layer) => layer.name);

describe("weights that several nodes read", () => {
  const norm = (x: string, y: string, kinds: readonly string[]): ReturnType<typeof node> =>
    node("BatchNormalization", [[x, ...kinds], [y]]);

  test("a kernel stays one weight, in one layer", () => {
    const nodes = [
      node("Conv", [["images", "first.weight"], ["x"]]),
      node("Conv", [["x", "tied.weight", "tied.bias"], ["y"]]),
      node("Relu", [["y"], ["y+"]]),
      node("Conv", [["y+", "tied.weight", "tied.bias"], ["conv"]]),
      ...body.slice(1),
      head,
    ];
    const own = [weight("first.weight", [2, 3, 1, 1]), weight("tied.weight", [2, 2, 1, 1]), weight("tied.bias", [2])];
    const backbone = imported({ nodes, weights: [...own, ...weights.slice(1)] });
    expect(names(backbone)).toEqual(["first", "tied", "mean", "flat", "fc"]);
    expect(networkParameters(backbone.network).map(({ name }) => name)).toEqual([
      "first.weight",
      "tied.weight",
      "tied.bias",
      "fc.weight",
      "fc.bias",
    ]);
  });

  test("a constant that is one number all over becomes a weight of each, even inside one node", () => {
    const nodes = [
      node("Conv", [["images", "conv.weight"], ["a"]]),
      norm("a", "b", ["ones", "zeros", "zeros", "ones"]),
      node("Relu", [["b"], ["c"]]),
      norm("c", "d", ["ones", "zeros", "zeros", "ones"]),
      node("Add", [["d", "a"], ["conv"]]),
      ...body.slice(1),
      head,
    ];
    const backbone = imported({ nodes, weights: [...weights, weight("ones", [2], 1), weight("zeros", [2], 0)] });
    expect(Object.keys(backbone.parameters)).toEqual([
      "conv.weight",
      ...["b", "b.d"].flatMap((owner) =>
        ["weight", "bias", "running_mean", "running_var"].map((kind) => `${owner}.${kind}`),
      ),
      "fc.weight",
      "fc.bias",
    ]);
    expect(networkParameters(backbone.network).map(({ name }) => name)).toEqual(Object.keys(backbone.parameters));
    expect(backbone.untrainable).toBeNull();
  });
});

test("any other constant that two nodes read is one weight of one layer", () => {
  const nodes = [
    ...body.slice(0, 1),
    node("Add", [["conv", "token"], ["first"]]),
    node("Relu", [["first"], ["bent"]]),
    node("Add", [["bent", "token"], ["relu"]]),
    ...body.slice(2),
    head,
  ];
  const backbone = imported({ nodes, weights: [...weights, weight("token", [2, 1, 1])] });
  expect(Object.keys(backbone.parameters)).toEqual(["conv.weight", "first.bias", "fc.weight", "fc.bias"]);
});

/** @file A file of any number of images is told from one that would be another graph for several. */

import { describe, expect, test } from "vitest";
import { declared, int64s, model, node, weight, written, type Message } from "../../../../test/support/onnx-file.ts";
import { decodeModel } from "../../../engine/onnx/index.ts";
import { batchAxes } from "./batch-axis.ts";
import { isFileForSeveral } from "./file-for-several.ts";

const IMAGES = 5;
/** Pixels as rows of an axis that images share, and back. */
const split: Message[] = [
  node("Shape", [["images"], ["shape"]]),
  node("Gather", [["shape", "zero"], ["count"]]),
  node("Mul", [["count", "sixteen"], ["rows"]]),
  node("Concat", [["rows", "three"], ["wanted"]], { axis: 0 }),
  node("Transpose", [["images"], ["last"]], { perm: [0, 2, 3, 1] }),
  node("Reshape", [["last", "wanted"], ["shared"]]),
];
const back: Message[] = [
  node("Concat", [["count", "sixteen", "three"], ["tokens"]], { axis: 0 }),
  node("Reshape", [["shared", "tokens"], ["apart"]]),
];
const weights = [
  int64s("zero", [0]),
  int64s("three", [3]),
  int64s("sixteen", [16]),
  int64s("rest", [-1]),
  int64s("one", [1]),
  int64s("two", [2]),
  weight("bias", [16, 3]),
];

/** The file read for one image, and whether it says the same of five. */
function isSame(nodes: readonly Message[], output: string): boolean {
  const bytes = written(model({ inputs: [declared("images", ["N", 3, 4, 4])], nodes, weights, output, opset: 17 }));
  const read = (batchSize: number) => decodeModel(bytes, { batchSize, simplify: true }).graph;
  const { inputs, outputs, nodes: own, initializers: constants } = read(1);
  const graph = { input: inputs[0], output: outputs[0], nodes: own, constants, dropouts: new Map() };
  return isFileForSeveral(graph, { axes: batchAxes(graph), file: read(IMAGES), images: IMAGES });
}

describe("a graph read for one image is", () => {
  test("the file's for several, where its shapes and constants say so", () => {
    expect(isSame([...split, ...back, node("Add", [["apart", "bias"], ["y"]])], "y")).toBe(true);
  });

  test("the file's where a constant is written once for each image", () => {
    const expand = node("Expand", [["bias", "tokens"], ["biases"]]);
    expect(isSame([...split, ...back, expand, node("Add", [["apart", "biases"], ["y"]])], "y")).toBe(true);
  });

  test("another one where a constant depends on how many there are", () => {
    const counted = node("Cast", [["count"], ["factor"]], { to: 1 });
    expect(isSame([...split, ...back, counted, node("Mul", [["apart", "factor"], ["y"]])], "y")).toBe(false);
  });

  test("another one where a value has another shape", () => {
    const odd = [
      node("Mul", [["count", "two"], ["twice"]]),
      node("Div", [["one", "count"], ["lone"]]),
      node("Sub", [["twice", "lone"], ["odd"]]),
      node("Concat", [["odd", "rest"], ["form"]], { axis: 0 }),
      node("Reshape", [["images", "form"], ["y"]]),
    ];
    expect(isSame([...split.slice(0, 2), ...odd], "y")).toBe(false);
  });
});

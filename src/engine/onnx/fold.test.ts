/** @file What depends on constants and shapes alone is computed when a file is read. */

import { describe, expect, test } from "vitest";
import { modelMessage } from "../../../test/support/model-bytes.ts";
import { type Tensor, float32, int64 } from "../../core/index.ts";
import { foldNode } from "./fold.ts";
import { writeModel } from "./proto/proto.ts";
import { decodeModel } from "./read/decode.ts";

const node = (opType: string, attributes = {}) => ({
  name: "n",
  opType,
  domain: "",
  inputs: ["a", "b", "c"],
  outputs: ["y"],
  attributes,
});
const bool = (values: number[]): Tensor => ({ dtype: "bool", shape: [values.length], data: Uint8Array.from(values) });

describe("foldNode", () => {
  test.each([
    { opType: "Add", inputs: [int64([1, 2]), int64([10])], result: int64([11, 12]) },
    { opType: "Div", inputs: [int64([7, -7]), int64([2])], result: int64([3, -3]) },
    { opType: "Div", inputs: [float32([7]), float32([2])], result: float32([3.5]) },
    { opType: "Concat", inputs: [int64([1]), int64([2, 3])], attributes: { axis: 0 }, result: int64([1, 2, 3]) },
    {
      opType: "Concat",
      inputs: [int64([1, 2], [2, 1]), int64([3, 4], [2, 1])],
      attributes: { axis: 1 },
      result: int64([1, 3, 2, 4], [2, 2]),
    },
    { opType: "Gather", inputs: [int64([5, 6, 7]), int64([-1], [])], attributes: { axis: 0 }, result: int64([7], []) },
    {
      opType: "Gather",
      inputs: [float32([1, 2, 3, 4], [2, 2]), int64([1])],
      attributes: { axis: 1 },
      result: float32([2, 4], [2, 1]),
    },
    {
      opType: "Slice",
      inputs: [int64([5, 6, 7, 8]), int64([1]), int64([2 ** 62]), int64([0]), int64([2])],
      result: int64([6, 8]),
    },
    {
      opType: "Slice",
      inputs: [int64([1, 2, 3, 4], [2, 2]), int64([-1]), int64([-(2 ** 62)]), int64([0]), int64([-1])],
      result: int64([3, 4, 1, 2], [2, 2]),
    },
    {
      opType: "Slice",
      inputs: [float32([1, 2, 3, 4, 5, 6], [2, 3]), int64([1, 0]), int64([2, 3]), int64([-2, 1]), int64([1, 2])],
      result: float32([4, 6], [1, 2]),
    },
    { opType: "Cast", inputs: [float32([1.9, -1.9])], attributes: { to: 7 }, result: int64([1, -1]) },
    { opType: "Equal", inputs: [int64([1, 2]), int64([1, 3])], result: bool([1, 0]) },
    { opType: "Where", inputs: [bool([1, 0]), int64([1]), int64([2])], result: int64([1, 2]) },
    { opType: "Range", inputs: [int64([2], []), int64([8], []), int64([3], [])], result: int64([2, 5]) },
    { opType: "ReduceProd", inputs: [int64([2, 3, 4])], attributes: { keepdims: 0 }, result: int64([24], []) },
    { opType: "ConstantOfShape", inputs: [int64([2])], attributes: { value: int64([-1]) }, result: int64([-1, -1]) },
    { opType: "Expand", inputs: [float32([1, 2], [2, 1]), int64([2, 2])], result: float32([1, 1, 2, 2], [2, 2]) },
    {
      opType: "DequantizeLinear",
      inputs: [
        { dtype: "int8", shape: [2, 2], data: Int8Array.of(1, 2, 3, 4) },
        float32([0.5, 2]),
        { dtype: "int8", shape: [2], data: Int8Array.of(1, 0) },
      ],
      attributes: { axis: 0 },
      result: float32([0, 0.5, 6, 8], [2, 2]),
    },
    { opType: "Transpose", inputs: [float32([1, 2, 3, 4, 5, 6], [2, 3])], result: float32([1, 4, 2, 5, 3, 6], [3, 2]) },
    { opType: "Conv", inputs: [float32([1]), float32([1])], result: null },
  ] as { opType: string; inputs: Tensor[]; attributes?: object; result: Tensor | null }[])(
    "computes $opType",
    ({ opType, inputs, attributes, result }) => {
      // prettier-ignore
      expect(foldNode(node(opType, attributes), inputs, () => [])).toEqual(result);
    },
  );

  test("keeps a constant that stays what it is the same one", () => {
    const weight = float32([1, 2], [1, 2]);
    expect(foldNode(node("Identity"), [weight], () => [1, 2])).toBe(weight);
    expect(foldNode(node("Expand"), [weight, int64([1, 2])], () => [1, 2])).toBe(weight);
    expect(foldNode(node("Reshape"), [weight, int64([1, 2])], () => [1, 2])).toBe(weight);
  });
});

test("a file's arithmetic on shapes is gone once it is read", () => {
  const input = [{ name: "x", type: { tensorType: { elemType: 1, shape: { dim: [1, 2, 3].map((dimValue) => ({ dimValue })) } } } }]; // prettier-ignore
  const initializer = [
    { name: "zero", dataType: 7, dims: [], int64Data: [0] },
    { name: "axis", dataType: 7, dims: [1], int64Data: [0] },
    { name: "rest", dataType: 7, dims: [1], int64Data: [-1] },
  ];
  const nodes = [
    { opType: "Shape", input: ["x"], output: ["shape"] },
    { opType: "Gather", input: ["shape", "zero"], output: ["batch"] },
    { opType: "Unsqueeze", input: ["batch", "axis"], output: ["batch1"] },
    { opType: "Concat", input: ["batch1", "rest"], output: ["wanted"], attribute: [{ name: "axis", type: 2, i: 0 }] },
    { opType: "Reshape", input: ["x", "wanted"], output: ["y"] },
  ];
  const { graph } = decodeModel(writeModel(modelMessage({ input, initializer, node: nodes })), { simplify: true });
  expect(graph.nodes.map(({ opType }) => opType)).toEqual(["Reshape"]);
  expect(graph.initializers.get("wanted")).toEqual(int64([1, -1]));
  expect(graph.outputs[0].shape).toEqual([1, 6]);
});

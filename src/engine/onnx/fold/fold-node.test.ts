/** @file What depends on constants and shapes alone is computed when a file is read, as onnxruntime computes it. */

import { describe, expect, test } from "vitest";
import { modelMessage } from "../../../../test/support/model-bytes.ts";
import { testSession } from "../../../../test/support/device.ts";
import { type OneNode, oneNodeModel } from "../../../../test/support/one-node.ts";
import { type Tensor, float32, int64, sizeOf } from "../../../core/index.ts";
import { createModelSession } from "../../runtime/index.ts";
import { dtypeCodes } from "../proto/codes.ts";
import { writeModel } from "../proto/proto.ts";
import { decodeModel } from "../read/decode.ts";
import type { FileNode } from "../read/forms/form.ts";
import { foldNode } from "./fold-node.ts";

/** Small numbers, of which some are the same and some are 0. */
const floats = (...shape: number[]): Tensor =>
  float32(
    Array.from({ length: sizeOf(shape) }, (_, index) => ((index * 7) % 5) / 2 - 1),
    shape,
  );
const ints = (values: number[], shape = [values.length]): Tensor => int64(values, shape);
const bool = (...values: number[]): Tensor => ({
  dtype: "bool",
  shape: [values.length],
  data: Uint8Array.from(values),
});
const bytes = (values: number[], shape = [values.length]): Tensor => ({
  dtype: "int8",
  shape,
  data: Int8Array.from(values),
});

interface FoldCase {
  opType: string;
  inputs: (Tensor | null)[];
  attributes?: NonNullable<OneNode["attributes"]>;
  outputs?: number;
}

const unary = "Neg Abs Sign Floor Ceil Round Exp Sin Cos Tanh Sigmoid".split(" ");
const binary = "Add Sub Mul Min Max Equal Less LessOrEqual Greater GreaterOrEqual".split(" ");

const cases: FoldCase[] = [
  ...unary.map((opType) => ({ opType, inputs: [floats(2, 5)] })),
  ...["Sqrt", "Log", "Reciprocal"].map((opType) => ({ opType, inputs: [float32([0.5, 1, 4])] })),
  ...binary.map((opType) => ({ opType, inputs: [floats(2, 1, 5), floats(3, 1)] })),
  ...binary.map((opType) => ({ opType, inputs: [ints([3, 1, 2]), ints([2])] })),
  ...["And", "Or", "Xor"].map((opType) => ({ opType, inputs: [bool(1, 1, 0, 0), bool(1, 0, 1, 0)] })),
  { opType: "Max", inputs: [ints([1, 5]), ints([3]), ints([2, 9])] },
  { opType: "Not", inputs: [bool(1, 0)] },
  { opType: "Pow", inputs: [float32([1.5, 2]), float32([2, 0.5])] },
  { opType: "Div", inputs: [ints([7, -7, 6]), ints([2])] },
  { opType: "Div", inputs: [float32([7, 1]), float32([2])] },
  { opType: "Mod", inputs: [ints([7, -7, 7, -7]), ints([3, 3, -3, -3])] },
  { opType: "Mod", inputs: [float32([7.5, -7.5]), float32([2, 2])], attributes: { fmod: 1 } },
  { opType: "Cast", inputs: [float32([1.9, -1.9, 0])], attributes: { to: dtypeCodes.int64 } },
  { opType: "Cast", inputs: [float32([1.9, -1.9, 0])], attributes: { to: dtypeCodes.bool } },
  { opType: "Clip", inputs: [floats(6), float32([-0.5], []), float32([0.5], [])] },
  { opType: "Clip", inputs: [floats(6), null, float32([0.5], [])] },
  { opType: "Where", inputs: [bool(1, 0), ints([1], [1]), ints([2, 3, 4, 5], [2, 2])] },
  { opType: "Concat", inputs: [ints([1, 2], [2, 1]), ints([3, 4, 5, 6], [2, 2])], attributes: { axis: -1 } },
  { opType: "ConstantOfShape", inputs: [ints([2, 3])], attributes: { value: int64([-1]) } },
  { opType: "EyeLike", inputs: [ints([0, 0, 0, 0, 0, 0], [2, 3])], attributes: { k: 1, dtype: dtypeCodes.float32 } },
  { opType: "Expand", inputs: [floats(2, 1), ints([3, 1, 4])] },
  {
    opType: "DequantizeLinear",
    inputs: [bytes([1, 2, 3, 4], [2, 2]), float32([0.5, 2]), bytes([1, 0])],
    attributes: { axis: 0 },
  },
  { opType: "Gather", inputs: [ints([5, 6, 7]), ints([-1], [])], attributes: { axis: 0 } },
  { opType: "Gather", inputs: [floats(2, 3, 2), ints([2, 0, 1, 1], [2, 2])], attributes: { axis: 1 } },
  { opType: "GatherElements", inputs: [floats(3, 4), ints([0, 2, -1, 1], [2, 2])], attributes: { axis: 0 } },
  { opType: "GatherElements", inputs: [floats(3, 4), ints([0, 3, -1, 1], [2, 2])], attributes: { axis: 1 } },
  { opType: "GatherND", inputs: [floats(2, 3, 2), ints([0, 1, -1, 2], [2, 2])] },
  { opType: "GatherND", inputs: [floats(2, 3), ints([1, 2, 0, 0], [2, 2])] },
  { opType: "ScatterElements", inputs: [floats(3, 2), ints([2, 0], [1, 2]), float32([8, 9], [1, 2])] },
  {
    opType: "ScatterElements",
    inputs: [floats(2, 3), ints([1, 1], [1, 2]), float32([8, 9], [1, 2])],
    attributes: { axis: 1, reduction: "add" },
  },
  { opType: "ScatterND", inputs: [floats(3, 2), ints([2, 0], [2, 1]), floats(2, 2)] },
  { opType: "ScatterND", inputs: [floats(3, 2), ints([2, 1, -1, 0], [2, 2]), float32([8, 9])] },
  { opType: "NonZero", inputs: [ints([0, 1, 2, 0, 0, 3], [2, 3])] },
  { opType: "OneHot", inputs: [ints([1, -1, 0, 2], [2, 2]), ints([3], []), floats(2)], attributes: { axis: 1 } },
  { opType: "OneHot", inputs: [ints([1, 0]), ints([3]), ints([0, 1])] },
  { opType: "Pad", inputs: [floats(2, 3), ints([1, 0, 0, 2]), float32([9], [])] },
  { opType: "Range", inputs: [ints([2], []), ints([8], []), ints([4], [])] },
  { opType: "Range", inputs: [float32([2], []), float32([-1], []), float32([-0.75], [])] },
  { opType: "Slice", inputs: [ints([5, 6, 7, 8]), ints([1]), ints([2 ** 62]), ints([0]), ints([2])] },
  { opType: "Slice", inputs: [floats(3, 3), ints([-1]), ints([-(2 ** 62)]), ints([0]), ints([-1])] },
  { opType: "Slice", inputs: [floats(2, 3, 2), ints([1, 0]), ints([2, 3]), ints([-3, 1]), ints([1, 2])] },
  { opType: "Split", inputs: [floats(2, 5), ints([2, 3])], attributes: { axis: 1 }, outputs: 2 },
  { opType: "Split", inputs: [ints([1, 2, 3]), ints([1, 0, 2])], outputs: 3 },
  { opType: "Tile", inputs: [floats(2, 3), ints([2, 3])] },
  { opType: "Tile", inputs: [ints([1, 2]), ints([0])] },
  ...[1, 0].flatMap((upper) =>
    [0, 1, -1].map((k) => ({ opType: "Trilu", inputs: [floats(2, 3, 4), ints([k], [])], attributes: { upper } })),
  ),
  { opType: "Trilu", inputs: [floats(3, 3)] },
  { opType: "Transpose", inputs: [floats(2, 3, 4)], attributes: { perm: [2, 0, 1] } },
  { opType: "ReduceSum", inputs: [floats(2, 3, 2), ints([-1, 0])], attributes: { keepdims: 0 } },
  { opType: "ReduceSum", inputs: [ints([1, 2, 3, 4], [2, 2])] },
  { opType: "ReduceMean", inputs: [floats(2, 3, 2)], attributes: { axes: [1] } },
  { opType: "ReduceMax", inputs: [floats(2, 5)], attributes: { axes: [1], keepdims: 0 } },
  { opType: "ReduceMin", inputs: [floats(2, 5)], attributes: { axes: [0] } },
  { opType: "ReduceL2", inputs: [floats(2, 5)], attributes: { axes: [1] } },
  { opType: "ReduceProd", inputs: [ints([2, 3, 4])], attributes: { keepdims: 0 } },
  { opType: "ArgMax", inputs: [floats(3, 4)], attributes: { axis: 1, keepdims: 0 } },
  { opType: "ArgMin", inputs: [floats(3, 4)], attributes: { axis: 0 } },
  ...[0, 1].flatMap((exclusive) =>
    [0, 1].map((reverse) => ({
      opType: "CumSum",
      inputs: [floats(2, 3, 2), ints([1], [])],
      attributes: { exclusive, reverse },
    })),
  ),
];

const node = ({ opType, inputs, attributes = {}, outputs = 1 }: FoldCase): FileNode => ({
  name: "n",
  opType,
  domain: "",
  inputs: inputs.map((input, index) => (input === null ? "" : `x${index}`)),
  outputs: Array.from({ length: outputs }, (_, index) => `y${index}`),
  attributes,
});

describe("foldNode", () => {
  test.each(cases)("computes $opType as onnxruntime does", async (given) => {
    const folded = foldNode(node(given), given.inputs, () => []);
    const expected = await computed(given);
    expect(folded?.map(({ dtype, shape }) => ({ dtype, shape }))).toEqual(
      expected.map(({ dtype, shape }) => ({ dtype, shape })),
    );
    for (const [index, { data }] of (folded ?? []).entries()) {
      const theirs = Array.from(expected[index].data, Number);
      const largest = Math.max(0, ...Array.from(data, Number).map((value, at) => Math.abs(value - theirs[at])));
      expect(largest).toBeLessThan(1e-6);
    }
  });

  test.each(["Conv", "MatMul", "Gemm", "Softmax"])("leaves %s alone, which makes something of weights", (opType) => {
    const inputs = [floats(2, 2), floats(2, 2)];
    expect(foldNode(node({ opType, inputs }), inputs, () => [2, 2])).toBeNull();
  });

  test.each([
    { what: "Expand", opType: "Expand", inputs: [floats(1), ints([2 ** 12, 2 ** 12])] },
    { what: "Tile", opType: "Tile", inputs: [floats(1), ints([2 ** 24])] },
    { what: "Range", opType: "Range", inputs: [ints([0], []), ints([2 ** 24], []), ints([1], [])] },
    { what: "Pad", opType: "Pad", inputs: [floats(1), ints([0, 2 ** 24])] },
    { what: "OneHot", opType: "OneHot", inputs: [ints([0]), ints([2 ** 24]), floats(2)] },
  ])("leaves what grows without bound alone: $what", (given) => {
    expect(foldNode(node(given), given.inputs, () => null)).toBeNull();
  });

  test("keeps a constant that stays what it is the same one", () => {
    const weight = float32([1, 2], [1, 2]);
    const one = (opType: string, ...inputs: Tensor[]) => foldNode(node({ opType, inputs }), inputs, () => [1, 2])?.[0];
    expect(one("Identity", weight)).toBe(weight);
    expect(one("Expand", weight, int64([1, 2]))).toBe(weight);
    expect(one("Reshape", weight, int64([1, 2]))).toBe(weight);
  });
});

/** What onnxruntime makes of a node's constants. */
async function computed(given: FoldCase): Promise<Tensor[]> {
  const { opType, attributes = {}, outputs = 1 } = given;
  const model = oneNodeModel({ opType, attributes, inputs: given.inputs, outputs, opset: 17 });
  const session = await createModelSession(model, testSession);
  try {
    const results = await session.run({});
    return Array.from({ length: outputs }, (_, index) => results[`y${index}`]);
  } finally {
    await session.close();
  }
}

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

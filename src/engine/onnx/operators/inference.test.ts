/** @file Inferred element types and shapes against those that onnxruntime gives, for every operator. */

import { describe, expect, test } from "vitest";
import { type DType, type Shape, type Tensor, arrayOf, float32, int64, sizeOf } from "../../../core/index.ts";
import { buildGraph, runGraph } from "../../../../test/support/run-graph.ts";
import type { RawAttribute, Value } from "../graph.ts";
import type { Operations } from "../operations.ts";
import { microsoftOperators, standardOperators } from "./table.ts";

interface InferenceCase {
  inputs: readonly Tensor[];
  build: (g: Operations, inputs: readonly Value[]) => readonly Value[];
}

type Attributes = Readonly<Record<string, RawAttribute>>;

/** A case over inputs that are fed, of float32 unless another element type is named. */
const on =
  (...given: readonly (Shape | { dtype: DType; shape: Shape })[]) =>
  (
    opType: string,
    attributes: Attributes = {},
    options: { outputs?: number; domain?: string } = {},
  ): InferenceCase => ({
    inputs: given.map((one) => zerosOf("dtype" in one ? one : { dtype: "float32", shape: one })),
    build: (g, inputs) => g.node(opType, inputs, attributes, options),
  });

/** A case whose further inputs are constants of the graph. */
const withConstants = (
  shape: Shape,
  opType: string,
  {
    constants,
    attributes = {},
    outputs = 1,
  }: { constants: readonly (Tensor | null)[]; attributes?: Attributes; outputs?: number },
): InferenceCase => ({
  inputs: [zerosOf({ dtype: "float32", shape })],
  build: (g, [x]) =>
    g.node(opType, [x, ...constants.map((one) => (one === null ? null : g.constant(one)))], attributes, { outputs }),
});

function zerosOf({ dtype, shape }: { dtype: DType; shape: Shape }): Tensor {
  return { dtype, shape, data: new arrayOf[dtype](sizeOf(shape)) } as Tensor;
}

const bool = (...shape: number[]) => ({ dtype: "bool" as const, shape });
const ints = (...shape: number[]) => ({ dtype: "int64" as const, shape });
const doubles = (...shape: number[]) => ({ dtype: "float64" as const, shape });

const unary = (opType: string, attributes: Attributes = {}): InferenceCase[] => [
  on([2, 3])(opType, attributes),
  on([])(opType, attributes),
];
const binary = (opType: string): InferenceCase[] => [
  on([2, 3], [3])(opType),
  on([], [2, 1])(opType),
  on([3, 1], [4, 1, 2])(opType),
];
const reduction = (opType: string): InferenceCase[] => [
  on([2, 3, 4])(opType),
  on([2, 3, 4])(opType, { keepdims: 0 }),
  on([2, 3, 4])(opType, { axes: [-1, 0], keepdims: 0 }),
  on([2, 3, 4])(opType, { axes: [1] }),
];
const position = (opType: string): InferenceCase[] => [
  on([2, 3])(opType),
  on([2, 3])(opType, { axis: -1, keepdims: 0 }),
];
const alongAxis = (opType: string): InferenceCase[] => [on([2, 3])(opType), on([2, 3, 4])(opType, { axis: 0 })];

/** Window placements that every sliding operator has. */
const placements: readonly Attributes[] = [
  { kernel_shape: [3, 2] },
  { kernel_shape: [3, 2], strides: [2, 3], pads: [1, 0, 2, 1] },
  { kernel_shape: [3, 2], strides: [3, 2], auto_pad: "SAME_UPPER" },
  { kernel_shape: [2, 2], strides: [2, 2], auto_pad: "SAME_LOWER" },
  { kernel_shape: [3, 3], auto_pad: "VALID" },
];
const pooling = (opType: string): InferenceCase[] => [
  ...placements.map((attributes) => on([2, 3, 7, 8])(opType, attributes)),
  ...[5, 6, 7, 8, 9].flatMap((length) =>
    [0, 1].map((pad) =>
      on([1, 1, length])(opType, { kernel_shape: [3], strides: [3], pads: [pad, pad], ceil_mode: 1 }),
    ),
  ),
];

const table = {
  ...Object.fromEntries(
    ["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Sum", "Mean"].map((opType) => [opType, binary(opType)]),
  ),
  PRelu: [on([2, 3], [3])("PRelu"), on([2, 3], [1])("PRelu")],
  ...Object.fromEntries(
    ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"].map((opType) => [
      opType,
      [...binary(opType), on(ints(2), ints())(opType)],
    ]),
  ),
  And: [on(bool(2, 3), bool(3))("And")],
  Or: [on(bool(2, 1), bool(3))("Or")],
  Not: [on(bool(2, 3))("Not")],
  IsNaN: [on([2, 3])("IsNaN")],
  ...Object.fromEntries(
    [
      "Neg",
      "Abs",
      "Sign",
      "Exp",
      "Log",
      "Sqrt",
      "Reciprocal",
      "Floor",
      "Ceil",
      "Round",
      "Erf",
      "Sin",
      "Cos",
      "Tanh",
      "Sigmoid",
      "Relu",
      "Softplus",
      "Softsign",
      "Identity",
      "HardSwish",
    ].map((opType) => [opType, unary(opType)]),
  ),
  LeakyRelu: unary("LeakyRelu", { alpha: 0.1 }),
  Elu: unary("Elu", { alpha: 0.5 }),
  Selu: unary("Selu", { alpha: 1.5, gamma: 1 }),
  HardSigmoid: unary("HardSigmoid", { alpha: 0.2, beta: 0.5 }),
  Clip: [
    on([2, 3], [], [])("Clip"),
    on([2, 3], [1])("Clip"),
    withConstants([4], "Clip", { constants: [null, float32([6], [])] }),
  ],
  Cast: [
    on([2])("Cast", { to: 7 }),
    on(ints(2, 2))("Cast", { to: 1 }),
    on([])("Cast", { to: 9 }),
    on([2])("Cast", { to: 10 }),
  ],
  Where: [on(bool(2, 1), [3], [])("Where"), on(bool(), ints(2), ints(2))("Where")],
  Reshape: [[6], [-1, 2], [0, -1], [3, 2, 1]].map((to) => withConstants([2, 3], "Reshape", { constants: [int64(to)] })),
  Flatten: [0, 1, 2, 3, -1].map((axis) => on([2, 3, 4])("Flatten", { axis })),
  Transpose: [on([2, 3, 4])("Transpose"), on([2, 3, 4])("Transpose", { perm: [1, 2, 0] })],
  Concat: [on([2, 3], [2, 1], [2, 4])("Concat", { axis: 1 }), on([1, 2], [3, 2])("Concat", { axis: -2 })],
  Split: [withConstants([2, 6], "Split", { constants: [int64([1, 3, 2])], attributes: { axis: -1 }, outputs: 3 })],
  Slice: [
    { starts: [1], ends: [3] },
    { starts: [-3], ends: [100], axes: [1] },
    { starts: [0, 1], ends: [5, 7], axes: [-1, 0], steps: [2, 3] },
    { starts: [-1], ends: [-100], axes: [1], steps: [-1] },
    { starts: [100], ends: [0], axes: [1], steps: [-2] },
    { starts: [3], ends: [1], axes: [1] },
  ].map(({ starts, ends, axes, steps }) =>
    withConstants([5, 7], "Slice", {
      constants: [
        int64(starts),
        int64(ends),
        axes === undefined ? null : int64(axes),
        steps === undefined ? null : int64(steps),
      ],
    }),
  ),
  Pad: [
    withConstants([2, 3], "Pad", { constants: [int64([1, 0, 2, 1])] }),
    withConstants([2, 3], "Pad", { constants: [int64([0, -1, 0, 2]), float32([1], [])] }),
    withConstants([2, 3], "Pad", { constants: [int64([1, 2, 0, 1])], attributes: { mode: "reflect" } }),
  ],
  Squeeze: [
    withConstants([1, 3, 1], "Squeeze", { constants: [] }),
    withConstants([1, 3, 1], "Squeeze", { constants: [int64([-1])] }),
  ],
  Unsqueeze: [withConstants([2, 3], "Unsqueeze", { constants: [int64([0, -1])] })],
  Expand: [[2, 3], [4, 2, 1], [1]].map((to) => withConstants([2, 1], "Expand", { constants: [int64(to)] })),
  Gather: [
    on([4, 3], ints(2))("Gather"),
    on([4, 3], ints(2, 2))("Gather", { axis: 1 }),
    on([4, 3], ints())("Gather", { axis: -1 }),
  ],
  GatherElements: [on([4, 3], ints(2, 3))("GatherElements"), on([4, 3], ints(4, 1))("GatherElements", { axis: 1 })],
  ScatterElements: [
    on([4, 3], ints(1, 3), [1, 3])("ScatterElements"),
    on([4], ints(1), [1])("ScatterElements", { reduction: "add" }),
  ],
  OneHot: [
    {
      inputs: [zerosOf(ints(2, 3))],
      build: (g: Operations, [x]: readonly Value[]) => g.node("OneHot", [x, g.ints([5]), g.floats([0, 1])]),
    },
    {
      inputs: [zerosOf(ints(2))],
      build: (g: Operations, [x]: readonly Value[]) => g.node("OneHot", [x, g.ints([5]), g.ints([0, 1])], { axis: 0 }),
    },
  ],
  MatMul: [
    on([2, 3], [3, 4])("MatMul"),
    on([5, 1, 2, 3], [4, 3, 2])("MatMul"),
    on(doubles(2, 3), doubles(3, 1))("MatMul"),
  ],
  Gemm: [
    on([2, 3], [3, 4])("Gemm"),
    on([3, 2], [4, 3], [4])("Gemm", { transA: 1, transB: 1 }),
    on([2, 3], [3, 4], [])("Gemm", { beta: 0.5 }),
  ],
  ReduceSum: [
    on([2, 3])("ReduceSum"),
    withConstants([2, 3], "ReduceSum", { constants: [int64([1])], attributes: { keepdims: 0 } }),
    withConstants([2, 3], "ReduceSum", { constants: [int64([])] }),
    withConstants([2, 3], "ReduceSum", { constants: [int64([])], attributes: { noop_with_empty_axes: 1 } }),
  ],
  ...Object.fromEntries(
    ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp"].map((opType) => [
      opType,
      reduction(opType),
    ]),
  ),
  ArgMax: position("ArgMax"),
  ArgMin: position("ArgMin"),
  Softmax: alongAxis("Softmax"),
  LogSoftmax: alongAxis("LogSoftmax"),
  BatchNormalization: [on([2, 3, 4], [3], [3], [3], [3])("BatchNormalization", { epsilon: 0.1 })],
  InstanceNormalization: [on([2, 3, 4], [3], [3])("InstanceNormalization", { epsilon: 0.1 })],
  Einsum: [
    on([2, 3], [3, 4])("Einsum", { equation: "ab,bc->ca" }),
    on([2, 5, 3, 4], [2, 5, 4, 2])("Einsum", { equation: "...ij,...jk->...ik" }),
    on([2, 3], [4, 2])("Einsum", { equation: "ba,cb" }),
  ],
  Resize: [
    withConstants([2, 3, 4, 5], "Resize", {
      constants: [null, float32([1, 1, 1.6, 0.7])],
      attributes: { mode: "linear", coordinate_transformation_mode: "asymmetric" },
    }),
    withConstants([2, 3, 4, 5], "Resize", { constants: [null, null, int64([2, 3, 7, 2])] }),
  ],
  LayerNormalization: [
    on([2, 3, 4], [4], [4])("LayerNormalization", {}, { outputs: 3 }),
    on([2, 3, 4], [3, 4])("LayerNormalization", { axis: 1 }, { outputs: 2 }),
  ],
  Conv: [
    ...placements.map((attributes) =>
      on([2, 4, 7, 8], [6, 2, ...(attributes.kernel_shape as number[])])("Conv", { ...attributes, group: 2 }),
    ),
    on([2, 3, 9], [4, 3, 3], [4])("Conv", { dilations: [2], strides: [2] }),
  ],
  ConvTranspose: [
    on([2, 4, 3, 3], [4, 3, 2, 2], [6])("ConvTranspose", { group: 2, strides: [2, 3], output_padding: [1, 2] }),
    on([2, 4, 5], [4, 3, 3])("ConvTranspose", { dilations: [2], pads: [1, 2] }),
  ],
  MaxPool: [
    ...pooling("MaxPool"),
    on([1, 2, 9, 9])("MaxPool", { kernel_shape: [2, 3], dilations: [3, 2] }, { outputs: 2 }),
  ],
  AveragePool: [
    ...pooling("AveragePool"),
    on([1, 1, 4, 4])("AveragePool", { kernel_shape: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 }),
  ],
  LpPool: [...placements, { kernel_shape: [2, 2], p: 3 }].map((attributes) => on([2, 3, 7, 8])("LpPool", attributes)),
  GlobalAveragePool: [on([2, 3, 4, 5])("GlobalAveragePool"), on([2, 3, 4])("GlobalAveragePool")],
  GlobalMaxPool: [on([2, 3, 4, 5])("GlobalMaxPool"), on([2, 3, 4])("GlobalMaxPool")],
  FusedMatMul: [on([5, 3, 2], [3, 4])("FusedMatMul", { transA: 1, alpha: 0.5 }, { domain: "com.microsoft" })],
} satisfies Record<string, readonly InferenceCase[]>;

test("every operator that onnxruntime runs has a case", () => {
  expect(Object.keys(table).sort()).toEqual(
    [...Object.keys(standardOperators), ...Object.keys(microsoftOperators)].sort(),
  );
});

describe("inference agrees with onnxruntime on", () => {
  const rows = Object.entries(table).map(([opType, cases]) => ({ opType, cases: cases as readonly InferenceCase[] }));
  test.each(rows)("$opType", async ({ opType, cases }) => {
    expect(cases.length).toBeGreaterThan(0);
    for (const { inputs, build } of cases) {
      const graph = buildGraph(inputs, build);
      expect(graph.nodes.map((node) => node.opType)).toContain(opType);
      const results = await runGraph(graph, inputs);
      const inferred = graph.outputs.map(({ dtype, shape }) => ({ dtype, shape }));
      expect(results.map(({ dtype, shape }) => ({ dtype, shape }))).toEqual(inferred);
    }
  });
});

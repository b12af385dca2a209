/** @file Gradients of element-wise operators against central differences, and at their kinks. */

import { describe, expect, test } from "vitest";
import { type GradientCase, gradientsOf, testGradients } from "../../../../test/support/check-gradient.ts";
import { positiveValues } from "../../../../test/support/run-graph.ts";
import { type Tensor, float32, scalar } from "../../../core/index.ts";
import type { RawAttribute } from "../../onnx/index.ts";
import { elementwiseRules } from "./elementwise.ts";

type Attributes = Readonly<Record<string, RawAttribute>>;

function unary(opType: string, inputs: GradientCase["inputs"] = [[3, 4]]): GradientCase[] {
  return [
    { title: "of a matrix", inputs, build: (g, [x]) => g.op(opType, [x]) },
    { title: "of a scalar", inputs: [scalar(0.7)], build: (g, [x]) => g.op(opType, [x]) },
    { title: "of one element in two axes", inputs: [float32([0.8], [1, 1])], build: (g, [x]) => g.op(opType, [x]) },
  ];
}

function withAttributes(opType: string, attributes: Attributes): GradientCase {
  return { title: JSON.stringify(attributes), inputs: [[4, 5]], build: (g, [x]) => g.op(opType, [x], attributes) };
}

/** Both operands differentiable, every way of broadcasting. */
function binary(opType: string): GradientCase[] {
  const build: GradientCase["build"] = (g, inputs) => g.op(opType, inputs);
  return [
    { title: "of equal shapes", inputs: [positiveValues([2, 3]), positiveValues([2, 3])], build },
    { title: "with the second broadcast", inputs: [positiveValues([2, 3]), positiveValues([3])], build },
    { title: "with the first broadcast", inputs: [positiveValues([2, 1]), positiveValues([4, 2, 3])], build },
    { title: "with both broadcast", inputs: [positiveValues([3, 1, 2]), positiveValues([4, 1])], build },
    { title: "with a scalar", inputs: [positiveValues([]), positiveValues([2, 2])], build },
    { title: "of scalars of ranks 0 and 1", inputs: [scalar(1.5), float32([0.7])], build },
    { title: "of one value twice", inputs: [positiveValues([2, 3])], build: (g, [x]) => g.op(opType, [x, x]) },
  ];
}

/** Operators that pick among their operands, which must be distinct. */
function variadic(opType: string): GradientCase[] {
  const build: GradientCase["build"] = (g, inputs) => g.op(opType, inputs);
  return [
    {
      title: "of two",
      inputs: [
        [2, 3],
        [2, 3],
      ],
      build,
    },
    { title: "of three, broadcast", inputs: [[2, 3], [3], [4, 1, 1]], build },
    { title: "of one", inputs: [[3]], build },
    { title: "with a scalar", inputs: [[], [5]], build },
  ];
}

const bounded = (low: number | null, high: number | null): GradientCase["build"] => {
  return (g, [x]) => g.op("Clip", [x, low === null ? null : g.scalar(low), high === null ? null : g.scalar(high)]);
};

testGradients(elementwiseRules, {
  Add: binary("Add"),
  Sub: binary("Sub"),
  Mul: binary("Mul"),
  Div: binary("Div"),
  Pow: [
    ...binary("Pow"),
    { title: "a square of negative numbers", inputs: [[3, 3]], build: (g, [x]) => g.pow(x, g.scalar(2)) },
    { title: "a negative exponent", inputs: [positiveValues([4])], build: (g, [x]) => g.pow(x, g.scalar(-1.5)) },
  ],
  Max: variadic("Max"),
  Min: variadic("Min"),
  Sum: variadic("Sum"),
  Mean: variadic("Mean"),
  Neg: unary("Neg"),
  Abs: unary("Abs"),
  Exp: unary("Exp"),
  Log: unary("Log", [positiveValues([3, 4])]),
  Sqrt: unary("Sqrt", [positiveValues([3, 4])]),
  Reciprocal: unary("Reciprocal", [positiveValues([3, 4])]),
  Erf: unary("Erf"),
  Sin: unary("Sin"),
  Cos: unary("Cos"),
  Tanh: unary("Tanh"),
  Sigmoid: unary("Sigmoid"),
  Softplus: unary("Softplus"),
  Softsign: unary("Softsign", [positiveValues([3, 4])]),
  Identity: unary("Identity"),
  Relu: unary("Relu"),
  LeakyRelu: [...unary("LeakyRelu"), withAttributes("LeakyRelu", { alpha: 0.3 })],
  Elu: [...unary("Elu"), withAttributes("Elu", { alpha: 0.5 })],
  Selu: [...unary("Selu"), withAttributes("Selu", { alpha: 1.5, gamma: 0.8 })],
  PRelu: [
    {
      title: "one slope an element",
      inputs: [
        [2, 3],
        [2, 3],
      ],
      build: (g, inputs) => g.op("PRelu", inputs),
    },
    {
      title: "one slope a channel",
      inputs: [
        [2, 3, 4],
        [3, 1],
      ],
      build: (g, inputs) => g.op("PRelu", inputs),
    },
    { title: "one slope for all", inputs: [[2, 3], [1]], build: (g, inputs) => g.op("PRelu", inputs) },
  ],
  HardSigmoid: [...unary("HardSigmoid"), withAttributes("HardSigmoid", { alpha: 0.7, beta: 0.4 })],
  HardSwish: [
    ...unary("HardSwish"),
    {
      title: "on both sides of the ramp",
      inputs: [float32([-4, -3.1, -2.9, 0.1, 2.9, 3.1, 5])],
      build: (g, [x]) => g.op("HardSwish", [x]),
    },
  ],
  Clip: [
    { title: "between two bounds", inputs: [[4, 5]], build: bounded(-0.5, 0.7) },
    { title: "below a bound", inputs: [[4, 5]], build: bounded(null, 0.7) },
    { title: "above a bound", inputs: [[4, 5]], build: bounded(-0.5, null) },
    { title: "without bounds", inputs: [[4, 5]], build: bounded(null, null) },
    {
      title: "with bounds that are computed",
      inputs: [float32([-2, -1, 0.3, 2, 3]), scalar(-0.5), scalar(0.6)],
      build: (g, inputs) => g.op("Clip", inputs),
    },
  ],
  Cast: [
    { title: "to float64 and back", inputs: [[2, 3]], build: (g, [x]) => g.cast(g.cast(x, "float64"), "float32") },
    {
      title: "of a mask passes nothing",
      inputs: [[2, 3]],
      build: (g, [x]) => g.mul(x, g.cast(g.greater(x, g.scalar(0)), "float32")),
    },
    {
      title: "through whole numbers passes nothing",
      inputs: [[2, 3]],
      build: (g, [x]) => g.add(x, g.mul(g.cast(g.cast(g.greater(x, g.scalar(0)), "int32"), "float32"), g.scalar(2))),
    },
  ],
  Where: [
    {
      title: "of equal shapes",
      inputs: [
        [2, 3],
        [2, 3],
      ],
      build: (g, [a, b]) => g.where(g.less(g.constant(positiveValues([2, 3])), g.scalar(1.5)), a, b),
    },
    {
      title: "with everything broadcast",
      inputs: [[3], [4, 1, 1]],
      build: (g, [a, b]) => g.where(g.constant({ dtype: "bool", shape: [2, 1], data: new Uint8Array([0, 1]) }), a, b),
    },
    {
      title: "with scalars",
      inputs: [[], []],
      build: (g, [a, b]) => g.where(g.less(g.constant(float32([1, 2, 3])), g.scalar(2.5)), a, b),
    },
  ],
});

const valuesOf = (tensors: readonly Tensor[]): number[][] => tensors.map(({ data }) => Array.from(data, Number));

describe("at a kink", () => {
  const at0 = (opType: string, attributes: Attributes = {}): Promise<Tensor[]> =>
    gradientsOf({ inputs: [float32([-1, 0, 1])], build: (g, [x]) => g.op(opType, [x], attributes) });

  test("Relu has gradient 0 at 0", async () => {
    expect(valuesOf(await at0("Relu"))).toEqual([[0, 0, 1]]);
  });

  test("Abs has gradient 0 at 0", async () => {
    expect(valuesOf(await at0("Abs"))).toEqual([[-1, 0, 1]]);
  });

  test("LeakyRelu and Elu have their lower branch's gradient at 0", async () => {
    expect(valuesOf(await at0("LeakyRelu", { alpha: 0.25 }))).toEqual([[0.25, 0.25, 1]]);
    const [[, elu]] = valuesOf(await at0("Elu", { alpha: 0.5 }));
    expect(elu).toBe(0.5);
  });

  test("PRelu has the slope as gradient at 0, and gives the slope nothing there", async () => {
    const inputs = [float32([-2, 0, 2]), float32([0.25, 0.25, 0.25])];
    const grads = await gradientsOf({ inputs, build: (g, values) => g.op("PRelu", values) });
    expect(valuesOf(grads)).toEqual([
      [0.25, 0.25, 1],
      [-2, 0, 0],
    ]);
  });

  test("Clip passes the gradient at both bounds, and gives the bounds what lies outside", async () => {
    const inputs = [float32([-2, -1, 0, 1, 2, 3]), scalar(-1), scalar(1)];
    const grads = await gradientsOf({ inputs, build: (g, values) => g.op("Clip", values) });
    expect(valuesOf(grads)).toEqual([[0, 1, 1, 1, 0, 0], [1], [2]]);
  });

  test("Max and Min give a tie to the first operand", async () => {
    const inputs = [float32([1, 2, 3]), float32([1, 3, 2]), float32([1, 3, 2])];
    const max = await gradientsOf({ inputs, build: (g, values) => g.op("Max", values) });
    expect(valuesOf(max)).toEqual([
      [1, 0, 1],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    const min = await gradientsOf({ inputs, build: (g, values) => g.op("Min", values) });
    expect(valuesOf(min)).toEqual([
      [1, 1, 0],
      [0, 0, 1],
      [0, 0, 0],
    ]);
  });

  test("HardSigmoid has gradient 0 where its ramp begins and ends", async () => {
    const inputs = [float32([-2, 0, 2])];
    const build: GradientCase["build"] = (g, [x]) => g.op("HardSigmoid", [x], { alpha: 0.25, beta: 0.5 });
    expect(valuesOf(await gradientsOf({ inputs, build }))).toEqual([[0, 0.25, 0]]);
  });

  test("HardSwish has gradient 0 at -3 and 1 at 3", async () => {
    const build: GradientCase["build"] = (g, [x]) => g.op("HardSwish", [x]);
    expect(valuesOf(await gradientsOf({ inputs: [float32([-3, 3])], build }))).toEqual([[0, 1]]);
  });

  test("Pow gives an exponent nothing where the base is 0", async () => {
    const inputs = [float32([0, 1]), float32([2, 2])];
    const grads = await gradientsOf({ inputs, build: (g, values) => g.op("Pow", values) });
    expect(valuesOf(grads)).toEqual([
      [0, 2],
      [0, 0],
    ]);
  });
});

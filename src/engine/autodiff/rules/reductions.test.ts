/** @file Gradients of reductions, Softmax and the normalizations against central differences, and at ties. */

import { describe, expect, test } from "vitest";
import { type GradientCase, gradientsOf, testGradients } from "../../../../test/support/check-gradient.ts";
import { positiveValues } from "../../../../test/support/run-graph.ts";
import { type Shape, float32 } from "../../../core/index.ts";
import { reductionRules } from "./reductions.ts";

/** Operators whose axes are an attribute. */
function reduction(opType: string): GradientCase[] {
  const over = (title: string, axes: readonly number[] | undefined, keepdims: 0 | 1, shape: Shape = [2, 3, 4]) => ({
    title,
    inputs: [shape],
    build: ((g, [x]) =>
      g.op(opType, [x], axes === undefined ? { keepdims } : { axes, keepdims })) satisfies GradientCase["build"],
  });
  return [
    over("over everything", undefined, 0),
    over("over everything, axes kept", undefined, 1),
    over("over the last axis", [-1], 0),
    over("over the first axis, kept", [0], 1),
    over("over the outer axes", [0, 2], 0),
    over("over axes named out of order", [2, 1], 1),
    over("over an axis of length 1", [1], 0, [3, 1, 2]),
    over("over a vector of one", [0], 0, [1]),
  ];
}

function alongAxis(opType: string): GradientCase[] {
  const along = (axis: number, shape: Shape): GradientCase => ({
    title: `along axis ${axis} of [${shape.join(", ")}]`,
    inputs: [shape],
    build: (g, [x]) => g.op(opType, [x], { axis }),
  });
  const byDefault: GradientCase = { title: "by default", inputs: [[3, 4]], build: (g, [x]) => g.op(opType, [x]) };
  return [along(-1, [3, 4]), along(0, [3, 4]), along(1, [2, 3, 4]), along(0, [5]), along(1, [3, 1]), byDefault];
}

const reduceSum = (
  title: string,
  axes: readonly number[] | null,
  attributes: Record<string, number>,
): GradientCase => ({
  title,
  inputs: [[2, 3, 4]],
  build: (g, [x]) => g.op("ReduceSum", [x, axes === null ? null : g.ints(axes)], attributes),
});

const layerNormalization = (title: string, inputs: Shape[], attributes: Record<string, number>): GradientCase => ({
  title,
  inputs,
  build: (g, values) => g.op("LayerNormalization", values, attributes),
});

const instanceNormalization = (title: string, shape: Shape, attributes: Record<string, number>): GradientCase => ({
  title,
  inputs: [shape, [shape[1]], [shape[1]]],
  build: (g, values) => g.op("InstanceNormalization", values, attributes),
});

const batchNormalization = (title: string, shape: Shape, attributes: Record<string, number>): GradientCase => ({
  title,
  inputs: [shape, [shape[1]], [shape[1]], [shape[1]], positiveValues([shape[1]])],
  build: (g, values) => g.op("BatchNormalization", values, attributes),
});

testGradients(reductionRules, {
  ReduceSum: [
    reduceSum("over everything", null, { keepdims: 0 }),
    reduceSum("over one axis", [1], { keepdims: 0 }),
    reduceSum("over one axis, kept", [-2], { keepdims: 1 }),
    reduceSum("over two axes", [0, 2], { keepdims: 0 }),
    reduceSum("over no axes, which is all", [], { keepdims: 0 }),
    reduceSum("over no axes, which is none", [], { noop_with_empty_axes: 1 }),
  ],
  ReduceMean: reduction("ReduceMean"),
  ReduceMax: reduction("ReduceMax"),
  ReduceMin: reduction("ReduceMin"),
  ReduceL2: reduction("ReduceL2"),
  ReduceSumSquare: reduction("ReduceSumSquare"),
  ReduceLogSumExp: reduction("ReduceLogSumExp"),
  Softmax: alongAxis("Softmax"),
  LogSoftmax: alongAxis("LogSoftmax"),
  BatchNormalization: [
    batchNormalization("of images", [2, 3, 2, 2], {}),
    batchNormalization("of vectors", [4, 3], { epsilon: 0.1 }),
    batchNormalization("of one channel", [2, 1, 5], {}),
  ],
  InstanceNormalization: [
    instanceNormalization("of images", [2, 3, 2, 3], { epsilon: 1e-5 }),
    instanceNormalization("of rows, with a large epsilon", [2, 2, 4], { epsilon: 0.5 }),
  ],
  LayerNormalization: [
    layerNormalization("over the last axis", [[3, 5], [5], [5]], {}),
    layerNormalization(
      "over two axes",
      [
        [2, 3, 4],
        [3, 4],
        [3, 4],
      ],
      { axis: 1 },
    ),
    layerNormalization(
      "over everything",
      [
        [2, 6],
        [2, 6],
        [2, 6],
      ],
      { axis: 0 },
    ),
    layerNormalization("without bias", [[3, 5], [5]], { axis: -1, epsilon: 0.1 }),
    layerNormalization("with one scale for all", [[3, 5], [1], [1]], {}),
  ],
});

describe("at a tie", () => {
  const x = float32([1, 3, 3, 1, 1, 3], [2, 3]);
  const picked = async (opType: string, axes: readonly number[]): Promise<number[]> => {
    const [grad] = await gradientsOf({ inputs: [x], build: (g, [value]) => g.op(opType, [value], { axes }) });
    return Array.from(grad.data, Number);
  };

  test("ReduceMax gives everything to the first maximum in row-major order", async () => {
    expect(await picked("ReduceMax", [1])).toEqual([0, 1, 0, 0, 0, 1]);
    expect(await picked("ReduceMax", [0])).toEqual([1, 1, 1, 0, 0, 0]);
    expect(await picked("ReduceMax", [1, 0])).toEqual([0, 1, 0, 0, 0, 0]);
  });

  test("ReduceMin gives everything to the first minimum in row-major order", async () => {
    expect(await picked("ReduceMin", [1])).toEqual([1, 0, 0, 1, 0, 0]);
  });
});

test("ReduceL2 has gradient 0 at 0", async () => {
  const [grad] = await gradientsOf({
    inputs: [float32([0, 0, 3, 4], [2, 2])],
    build: (g, [x]) => g.op("ReduceL2", [x], { axes: [1] }),
  });
  expect(Array.from(grad.data, Number)).toEqual([0, 0, expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)]);
});

test("LayerNormalization has no rule for its mean and deviation", async () => {
  const build: GradientCase["build"] = (g, [x, scale]) =>
    g.node("LayerNormalization", [x, scale], {}, { outputs: 2 })[1];
  await expect(gradientsOf({ inputs: [[2, 3], [3]], build })).rejects.toThrow(
    'LayerNormalization node "LayerNormalization": expected the loss to depend on the first output alone, ' +
      "the form with a gradient rule. Its inputs are float32 [2, 3], float32 [3].",
  );
});

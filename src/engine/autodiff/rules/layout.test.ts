/** @file Gradients of operators that move elements, against central differences. */

import { describe, expect, test } from "vitest";
import { type GradientCase, gradientsOf, testGradients } from "../../../../test/support/check-gradient.ts";
import { type Shape, int64 } from "../../../core/index.ts";
import { layoutRules } from "./layout.ts";

interface SliceLists {
  starts: readonly number[];
  ends: readonly number[];
  axes?: readonly number[];
  steps?: readonly number[];
}

const END = Number.MAX_SAFE_INTEGER;

const slice = (title: string, shape: Shape, { starts, ends, axes, steps }: SliceLists): GradientCase => ({
  title,
  inputs: [shape],
  build: (g, [x]) =>
    g.op("Slice", [
      x,
      g.ints(starts),
      g.ints(ends),
      axes === undefined ? null : g.ints(axes),
      steps === undefined ? null : g.ints(steps),
    ]),
});

const gather = (
  title: string,
  shape: Shape,
  { indices, axis, of = [indices.length] }: { indices: number[]; axis?: number; of?: Shape },
): GradientCase => ({
  title,
  inputs: [shape],
  build: (g, [x]) => g.op("Gather", [x, g.constant(int64(indices, of))], axis === undefined ? {} : { axis }),
});

const reshape = (title: string, from: Shape, to: readonly number[]): GradientCase => ({
  title,
  inputs: [from],
  build: (g, [x]) => g.op("Reshape", [x, g.ints(to)]),
});

const transpose = (title: string, shape: Shape, perm?: readonly number[]): GradientCase => ({
  title,
  inputs: [shape],
  build: (g, [x]) => g.op("Transpose", [x], perm === undefined ? {} : { perm }),
});

const expand = (title: string, shape: Shape, to: readonly number[]): GradientCase => ({
  title,
  inputs: [shape],
  build: (g, [x]) => g.op("Expand", [x, g.ints(to)]),
});

testGradients(layoutRules, {
  Reshape: [
    reshape("to a vector", [2, 3], [6]),
    reshape("with a length left open", [2, 3, 2], [3, -1]),
    reshape("with a length copied", [2, 3, 2], [0, 6]),
    reshape("of a scalar", [], [1, 1]),
  ],
  Flatten: [0, 1, 2, 3, -1].map((axis) => ({
    title: `at axis ${axis}`,
    inputs: [[2, 3, 2]],
    build: (g, [x]) => g.op("Flatten", [x], { axis }),
  })),
  Squeeze: [
    { title: "every axis of length 1", inputs: [[1, 3, 1]], build: (g, [x]) => g.op("Squeeze", [x]) },
    { title: "one axis", inputs: [[1, 3, 1]], build: (g, [x]) => g.op("Squeeze", [x, g.ints([-1])]) },
  ],
  Unsqueeze: [
    { title: "axes on both sides", inputs: [[2, 3]], build: (g, [x]) => g.op("Unsqueeze", [x, g.ints([0, -1])]) },
  ],
  Transpose: [
    transpose("reverses by default", [2, 3, 4]),
    transpose("by a rotation, which is not its own inverse", [2, 3, 4], [1, 2, 0]),
    transpose("of a vector", [3], [0]),
  ],
  Expand: [
    expand("a row", [1, 3], [2, 3]),
    expand("to more axes", [3, 1], [2, 3, 4]),
    expand("a scalar", [], [2, 2]),
    expand("to a shape that is itself broadcast", [2, 3], [1, 1]),
  ],
  Concat: [
    {
      title: "of three lengths",
      inputs: [
        [2, 1],
        [2, 3],
        [2, 2],
      ],
      build: (g, values) => g.op("Concat", values, { axis: 1 }),
    },
    {
      title: "along a negative axis",
      inputs: [
        [1, 2, 2],
        [2, 2, 2],
      ],
      build: (g, values) => g.op("Concat", values, { axis: -3 }),
    },
    { title: "of one value twice", inputs: [[2, 2]], build: (g, [x]) => g.op("Concat", [x, x], { axis: 0 }) },
    { title: "of one", inputs: [[2]], build: (g, [x]) => g.op("Concat", [x], { axis: 0 }) },
  ],
  Split: [
    {
      title: "with every part used",
      inputs: [[2, 6]],
      build: (g, [x]) => g.node("Split", [x, g.ints([1, 3, 2])], { axis: 1 }, { outputs: 3 }),
    },
    {
      title: "with the first part unused",
      inputs: [[5]],
      build: (g, [x]) => g.node("Split", [x, g.ints([2, 3])], {}, { outputs: 2 })[1],
    },
    {
      title: "with the last part unused",
      inputs: [[4, 2]],
      build: (g, [x]) => g.node("Split", [x, g.ints([2, 2])], { axis: -2 }, { outputs: 2 })[0],
    },
  ],
  Slice: [
    slice("a box", [4, 5], { starts: [1, 0], ends: [3, 2] }),
    slice("of one axis", [3, 5], { starts: [1], ends: [4], axes: [1] }),
    slice("of axes out of order, from the end", [3, 5, 2], { starts: [-3, 0], ends: [END, 2], axes: [1, 0] }),
    slice("with a step that ends on the last element", [7], { starts: [0], ends: [7], steps: [3], axes: [0] }),
    slice("with a step that stops short of the end", [8], { starts: [1], ends: [7], steps: [3], axes: [0] }),
    slice("with a step that reaches past the end", [8, 2], { starts: [1], ends: [8], steps: [4], axes: [0] }),
    slice("backwards", [5], { starts: [-1], ends: [-END], steps: [-1], axes: [0] }),
    slice("backwards by steps", [2, 8], { starts: [6], ends: [0], steps: [-3], axes: [1] }),
    slice("backwards on one axis and forwards on another", [4, 5], {
      starts: [3, 1],
      ends: [0, 5],
      steps: [-2, 2],
      axes: [0, 1],
    }),
    slice("of everything", [2, 3], { starts: [0], ends: [END], axes: [0] }),
  ],
  Pad: [
    { title: "on both sides", inputs: [[2, 3]], build: (g, [x]) => g.op("Pad", [x, g.ints([1, 0, 2, 1])], {}) },
    {
      title: "with a value",
      inputs: [[2, 3], []],
      build: (g, [x, value]) => g.op("Pad", [x, g.ints([0, 1, 1, 0]), value]),
    },
    { title: "by nothing", inputs: [[3]], build: (g, [x]) => g.op("Pad", [x, g.ints([0, 0])], { mode: "constant" }) },
  ],
  Gather: [
    gather("of rows, some several times and some never", [4, 2], { indices: [2, 0, 2, 2] }),
    gather("counted from the end", [3, 2], { indices: [-1, 0], axis: 0 }),
    gather("along a middle axis", [2, 4, 3], { indices: [3, 1, 3], axis: 1 }),
    gather("along the last axis", [2, 4], { indices: [1, 1], axis: -1 }),
    gather("with a matrix of indices", [4, 2], { indices: [0, 1, 1, 3, 0, 0], of: [2, 3], axis: 0 }),
    gather("with a scalar index, which drops the axis", [2, 3, 2], { indices: [2], of: [], axis: 1 }),
    gather("with one index from the end", [2, 3, 2], { indices: [-2], axis: 1 }),
  ],
  GatherElements: [
    {
      title: "along the last axis, with repeats",
      inputs: [[2, 3]],
      build: (g, [x]) => g.op("GatherElements", [x, g.constant(int64([0, 0, 2, 1], [2, 2]))], { axis: 1 }),
    },
    {
      title: "along the first axis",
      inputs: [[3, 2]],
      build: (g, [x]) => g.op("GatherElements", [x, g.constant(int64([2, -1], [1, 2]))]),
    },
  ],
  ScatterElements: [
    {
      title: "that replace",
      inputs: [
        [3, 3],
        [1, 2],
      ],
      build: (g, [x, updates]) => g.op("ScatterElements", [x, g.constant(int64([2, 0], [1, 2])), updates], { axis: 1 }),
    },
    {
      title: "that add, with repeats",
      inputs: [[3], [4]],
      build: (g, [x, updates]) =>
        g.op("ScatterElements", [x, g.constant(int64([1, 1, 0, -1])), updates], { reduction: "add" }),
    },
  ],
});

describe("without a rule", () => {
  const failing = (inputs: GradientCase["inputs"], build: GradientCase["build"]): Promise<unknown> =>
    gradientsOf({ inputs, build });

  test("Pad says which modes have none", async () => {
    const reflected = failing([[2, 3]], (g, [x]) => g.op("Pad", [x, g.ints([0, 1, 0, 1])], { mode: "reflect" }));
    await expect(reflected).rejects.toThrow(
      'Pad node "Pad": expected mode constant, the one with a gradient rule, got reflect. ' +
        "Its inputs are float32 [2, 3], int64 [4].",
    );
    await expect(failing([[2, 3]], (g, [x]) => g.op("Pad", [x, g.ints([0, -1, 0, 1])]))).rejects.toThrow(
      'Pad node "Pad": expected pads of 0 or more, the form with a gradient rule. ' +
        "Its inputs are float32 [2, 3], int64 [4].",
    );
  });

  test("ScatterElements says which reductions have none", async () => {
    const indices = int64([0], [1]);
    const multiplied = failing([[3], [1]], (g, [x, updates]) =>
      g.op("ScatterElements", [x, g.constant(indices), updates], { reduction: "mul" }),
    );
    await expect(multiplied).rejects.toThrow(
      'ScatterElements node "ScatterElements": expected reduction none or add, those with a gradient rule, got mul. ' +
        "Its inputs are float32 [3], int64 [1], float32 [1].",
    );
  });
});

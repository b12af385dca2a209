/** @file Gradients of pooling, lowered, against central differences, and at ties. */

import { describe, expect, test } from "vitest";
import { type GradientCase, gradientsOf, testGradients } from "../../../../test/support/check-gradient.ts";
import { type Shape, float32 } from "../../../core/index.ts";
import type { RawAttribute } from "../../onnx/index.ts";
import { poolingRules } from "./pooling.ts";

type Attributes = Readonly<Record<string, RawAttribute>>;

const node =
  (opType: string) =>
  (title: string, inputs: readonly Shape[], attributes: Attributes = {}): GradientCase => ({
    title,
    inputs,
    build: (g, values) => g.op(opType, values, attributes),
  });

const maxPool = node("MaxPool");
const lpPool = node("LpPool");
const averagePool = node("AveragePool");

testGradients(poolingRules, {
  MaxPool: [
    maxPool("2x2", [[2, 2, 4, 4]], { kernel_shape: [2, 2], strides: [2, 2] }),
    maxPool("overlapping", [[1, 2, 5, 5]], { kernel_shape: [3, 3] }),
    maxPool("overlapping with stride", [[1, 2, 7, 5]], { kernel_shape: [3, 3], strides: [2, 2] }),
    maxPool("with padding", [[1, 2, 5, 6]], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
    maxPool("with asymmetric padding", [[1, 1, 4, 5]], { kernel_shape: [2, 3], pads: [0, 1, 1, 0] }),
    maxPool("rows and columns not reached", [[1, 1, 5, 5]], { kernel_shape: [2, 2], strides: [2, 2] }),
    maxPool("gaps between windows", [[1, 1, 7, 7]], { kernel_shape: [2, 2], strides: [3, 3] }),
    maxPool("ceil_mode", [[1, 2, 6, 5]], { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 }),
    maxPool("ceil_mode with padding", [[1, 1, 5, 6]], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      ceil_mode: 1,
    }),
    maxPool("dilated", [[1, 1, 6, 6]], { kernel_shape: [2, 2], dilations: [2, 3] }),
    maxPool("SAME_UPPER", [[1, 1, 5, 5]], { kernel_shape: [2, 2], strides: [2, 2], auto_pad: "SAME_UPPER" }),
    maxPool("SAME_LOWER", [[1, 1, 5, 5]], { kernel_shape: [2, 2], strides: [2, 2], auto_pad: "SAME_LOWER" }),
    maxPool("kernel as large as the input", [[2, 2, 3, 4]], { kernel_shape: [3, 4] }),
    maxPool("1x1", [[1, 1, 2, 2]], { kernel_shape: [1, 1] }),
    maxPool("over one axis", [[1, 2, 6]], { kernel_shape: [3], strides: [2] }),
  ],
  LpPool: [
    lpPool("2x2", [[2, 2, 4, 4]], { kernel_shape: [2, 2], strides: [2, 2] }),
    lpPool("overlapping, of the third power", [[1, 2, 5, 5]], { kernel_shape: [3, 3], p: 3 }),
    lpPool("of the first power", [[1, 1, 4, 4]], { kernel_shape: [2, 2], p: 1 }),
    lpPool("with padding", [[1, 1, 5, 4]], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 1, 1] }),
  ],
  AveragePool: [
    averagePool("2x2", [[2, 2, 4, 4]], { kernel_shape: [2, 2], strides: [2, 2] }),
    averagePool("overlapping", [[1, 2, 5, 5]], { kernel_shape: [3, 3] }),
    averagePool("with padding left out of the count", [[1, 2, 5, 4]], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
    }),
    averagePool("with padding counted", [[1, 2, 5, 4]], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      count_include_pad: 1,
    }),
    averagePool("with asymmetric padding", [[1, 1, 4, 5]], { kernel_shape: [2, 3], pads: [0, 1, 1, 0] }),
    averagePool("rows and columns not reached", [[1, 1, 5, 6]], { kernel_shape: [2, 4], strides: [2, 4] }),
    averagePool("gaps between windows", [[1, 1, 7, 7]], { kernel_shape: [2, 2], strides: [3, 3] }),
    averagePool("ceil_mode", [[1, 1, 6, 5]], { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 }),
    averagePool("ceil_mode with padding", [[1, 1, 5, 6]], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      ceil_mode: 1,
    }),
    averagePool("ceil_mode with padding counted", [[1, 1, 5, 6]], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      ceil_mode: 1,
      count_include_pad: 1,
    }),
    averagePool("SAME_UPPER", [[1, 1, 5, 5]], { kernel_shape: [2, 2], strides: [2, 2], auto_pad: "SAME_UPPER" }),
    averagePool("SAME_LOWER with padding counted", [[1, 1, 5, 5]], {
      kernel_shape: [2, 2],
      auto_pad: "SAME_LOWER",
      count_include_pad: 1,
    }),
    averagePool("kernel as large as the input", [[2, 2, 3, 4]], { kernel_shape: [3, 4] }),
    averagePool("over one axis", [[1, 2, 6]], { kernel_shape: [3], strides: [2] }),
  ],
  GlobalAveragePool: [
    node("GlobalAveragePool")("of images", [[2, 3, 3, 2]]),
    node("GlobalAveragePool")("over one axis", [[2, 1, 4]]),
    node("GlobalAveragePool")("of single pixels", [[2, 3, 1, 1]]),
  ],
  GlobalMaxPool: [
    node("GlobalMaxPool")("of images", [[2, 3, 3, 2]]),
    node("GlobalMaxPool")("over one axis", [[2, 1, 4]]),
    node("GlobalMaxPool")("of single pixels", [[2, 3, 1, 1]]),
  ],
});

describe("at a tie", () => {
  const gradient = async (x: ReturnType<typeof float32>, opType: string, attributes: Attributes) => {
    const [grad] = await gradientsOf({ inputs: [x], build: (g, [value]) => g.op(opType, [value], attributes) });
    return Array.from(grad.data, Number);
  };

  test("MaxPool gives everything to the first maximum of each window in row-major order", async () => {
    const flat = float32(new Float32Array(16), [1, 1, 4, 4]);
    expect(await gradient(flat, "MaxPool", { kernel_shape: [2, 2], strides: [2, 2] })).toEqual([
      1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0,
    ]);
    const column = float32([1, 2, 2, 0], [1, 1, 2, 2]);
    expect(await gradient(column, "MaxPool", { kernel_shape: [2, 2] })).toEqual([0, 1, 0, 0]);
  });

  test("MaxPool never gives to the padding", async () => {
    const flat = float32(new Float32Array(4), [1, 1, 2, 2]);
    const attributes = { kernel_shape: [2, 2], strides: [1, 1], pads: [1, 1, 1, 1] };
    expect(await gradient(flat, "MaxPool", attributes)).toEqual([4, 2, 2, 1]);
  });

  test("overlapping windows with one maximum add up", async () => {
    const peak = float32([0, 0, 0, 0, 9, 0, 0, 0, 0], [1, 1, 3, 3]);
    expect(await gradient(peak, "MaxPool", { kernel_shape: [2, 2] })).toEqual([0, 0, 0, 0, 4, 0, 0, 0, 0]);
  });

  test("GlobalMaxPool gives everything to the first maximum of each channel", async () => {
    const x = float32([0, 5, 5, 0, 7, 7, 7, 7], [1, 2, 2, 2]);
    expect(await gradient(x, "GlobalMaxPool", {})).toEqual([0, 1, 0, 0, 1, 0, 0, 0]);
  });
});

test("MaxPool's positions carry no gradient", async () => {
  const build: GradientCase["build"] = (g, [x]) => {
    const [y, positions] = g.node("MaxPool", [x], { kernel_shape: [2, 2] }, { outputs: 2 });
    return g.add(y, g.cast(positions, "float32"));
  };
  const [grad] = await gradientsOf({ inputs: [float32([1, 2, 3, 4], [1, 1, 2, 2])], build });
  expect(Array.from(grad.data, Number)).toEqual([0, 0, 0, 1]);
});

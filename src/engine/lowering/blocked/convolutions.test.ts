/** @file What convolutions and their gradients compute on blocked images equals what they compute on plain ones. */

import { describe, expect, it } from "vitest";
import { type Shape, bitIdentical } from "../../../core/index.ts";
import { BLOCKED_DOMAIN, GRAFT_DOMAIN, type Operations, type RawAttribute, type Value } from "../../onnx/index.ts";
import {
  type Case,
  blockSize,
  blockedOperators,
  largestDifference,
  runBlocked,
} from "../../../../test/support/blocked-images.ts";

const window3 = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [1, 1], dilations: [1, 1], group: 1 };
const window5 = { ...window3, kernel_shape: [5, 5], pads: [2, 2, 2, 2] };

const cases: Case[] = [
  convCase("a 3x3 convolution and its gradients", [3, 32, 8, 8], [64, 32, 3, 3]),
  convCase("a 3x3 convolution of wide images", [2, 16, 6, 32], [32, 16, 3, 3]),
  convCase("a 3x3 convolution of one image", [1, 16, 16, 16], [16, 16, 3, 3]),
  convCase("a 5x5 convolution of odd lengths", [5, 32, 7, 9], [16, 32, 5, 5], window5),
  convCase("a 5x5 convolution of whole blocks of columns", [3, 16, 9, 16], [32, 16, 5, 5], window5),
  convCase("a convolution of a picture with three channels", [2, 3, 8, 16], [32, 3, 3, 3]),
  convCase("a 7x7 convolution of a picture with one channel and stride 2", [2, 1, 16, 32], [16, 1, 7, 7], {
    kernel_shape: [7, 7],
    pads: [3, 3, 3, 3],
    strides: [2, 2],
  }),
  convCase(
    "a 7x7 convolution of a picture with three channels, stride 2 and odd lengths",
    [2, 3, 15, 31],
    [16, 3, 7, 7],
    {
      kernel_shape: [7, 7],
      pads: [3, 3, 3, 3],
      strides: [2, 2],
    },
  ),
  convCase("a convolution of a picture narrower than its stride", [16, 3, 6, 1], [16, 3, 3, 3], {
    ...window3,
    strides: [2, 3],
  }),
  convCase("channels that are no multiple of a block", [2, 20, 6, 16], [24, 20, 3, 3]),
  convCase("inputs alone that are no multiple of a block", [2, 20, 6, 16], [32, 20, 3, 3]),
  convCase("channels that fill most of a block", [4, 24, 8, 8], [40, 24, 3, 3]),
  convCase("channels that fill most of a block, with stride 2", [2, 24, 8, 8], [24, 24, 3, 3], {
    ...window3,
    strides: [2, 2],
  }),
  convCase("channels that fill most of a block, to whole blocks", [4, 24, 8, 8], [32, 24, 1, 1], {
    kernel_shape: [1, 1],
  }),
  convCase("whole blocks to channels that fill most of a block", [4, 32, 8, 8], [24, 32, 1, 1], {
    kernel_shape: [1, 1],
  }),
  convCase("a stride of 2", [2, 32, 8, 32], [32, 32, 3, 3], { ...window3, strides: [2, 2] }),
  convCase("a stride of 2 by rows alone", [2, 32, 8, 16], [32, 32, 3, 3], { ...window3, strides: [2, 1] }),
  convCase("a stride of 2 past a rest", [2, 32, 9, 8], [32, 32, 3, 3], { ...window3, strides: [2, 2] }),
  convCase("a stride of 3 with a larger kernel", [2, 32, 9, 12], [16, 32, 5, 5], { ...window5, strides: [3, 3] }),
  convCase("a stride longer than the kernel", [2, 32, 9, 12], [16, 32, 2, 1], {
    kernel_shape: [2, 1],
    strides: [3, 4],
  }),
  convCase("a stride and a dilation of 2", [2, 32, 8, 8], [32, 32, 3, 3], {
    ...window3,
    strides: [2, 2],
    dilations: [2, 2],
    pads: [2, 2, 2, 2],
  }),
  convCase("no padding", [2, 32, 8, 18], [32, 32, 3, 3], { ...window3, pads: [0, 0, 0, 0] }),
  convCase("padding on one side", [2, 32, 8, 16], [32, 32, 3, 3], { ...window3, pads: [0, 0, 2, 2] }),
  convCase("more padding than the kernel reaches", [2, 32, 8, 12], [32, 32, 3, 3], { ...window3, pads: [3, 3, 3, 3] }),
  convCase("dilation", [2, 32, 8, 16], [32, 32, 3, 3], { ...window3, pads: [2, 2, 2, 2], dilations: [2, 2] }),
  convCase("two groups", [2, 64, 6, 16], [64, 32, 3, 3], { ...window3, group: 2 }),
  convCase("a depthwise convolution", [3, 32, 6, 16], [32, 1, 3, 3], { ...window3, group: 32 }),
  convCase("a depthwise convolution of short rows with stride 2", [4, 32, 8, 8], [32, 1, 3, 3], {
    ...window3,
    strides: [2, 2],
    group: 32,
  }),
  convCase("a depthwise convolution without padding that leaves a rest", [2, 16, 8, 9], [16, 1, 3, 2], {
    kernel_shape: [3, 2],
    strides: [2, 3],
    group: 16,
  }),
  convCase("a depthwise convolution with dilation and more padding on one side", [2, 16, 7, 8], [16, 1, 3, 3], {
    kernel_shape: [3, 3],
    pads: [2, 1, 4, 3],
    dilations: [2, 3],
    group: 16,
  }),
  convCase("a depthwise convolution of channels that fill most of a block", [2, 40, 6, 16], [40, 1, 7, 7], {
    kernel_shape: [7, 7],
    pads: [3, 3, 3, 3],
    group: 40,
  }),
  convCase(
    "a depthwise convolution of channels that fill most of a block, with stride 2",
    [2, 24, 8, 8],
    [24, 1, 3, 3],
    {
      ...window3,
      strides: [2, 2],
      group: 24,
    },
  ),
  convCase("two filters for every channel", [2, 32, 8, 8], [64, 1, 3, 3], { ...window3, group: 32 }),
  convCase("rows shorter than a block, in batches that do not fill one", [3, 32, 7, 7], [32, 32, 3, 3]),
  convCase("rows shorter than a block", [8, 32, 7, 7], [32, 32, 3, 3]),
  convCase("rows a little longer than a block", [2, 32, 5, 20], [32, 32, 3, 3]),
  convCase("a 1x1 convolution of odd lengths", [2, 32, 7, 7], [64, 32, 1, 1], { kernel_shape: [1, 1] }),
  convCase("a 1x1 convolution with stride 2", [2, 32, 8, 8], [64, 32, 1, 1], { kernel_shape: [1, 1], strides: [2, 2] }),
  convCase("a kernel of one row", [2, 32, 6, 16], [32, 32, 1, 5], { kernel_shape: [1, 5], pads: [0, 2, 0, 2] }),
  convCase("a 1x1 convolution of images of few positions", [12, 32, 4, 4], [64, 32, 1, 1], { kernel_shape: [1, 1] }),
  convCase("a 1x1 convolution with padding and stride 2", [2, 32, 8, 8], [64, 32, 1, 1], {
    kernel_shape: [1, 1],
    strides: [2, 2],
    pads: [1, 1, 0, 0],
  }),
  convCase("a 1x1 convolution to fewer channels", [4, 64, 4, 4], [32, 64, 1, 1], { kernel_shape: [1, 1] }),
  convCase("a 1x1 convolution to fewer channels, of odd lengths", [3, 64, 5, 5], [24, 64, 1, 1], {
    kernel_shape: [1, 1],
  }),
  convCase("a 1x1 convolution", [2, 32, 6, 16], [64, 32, 1, 1], { kernel_shape: [1, 1] }),
];

describe.skipIf(blockSize === undefined)("convolutions of blocked images", () => {
  // sums are added up in another order
  it.each(cases)("give the results of plain images: $title", async (given) => {
    expect(await largestDifference(given)).toBeLessThan(1e-5);
  });

  it("run on the blocked kernels alone, the gradient in the weights too", () => {
    const operators = blockedOperators(cases[0]).filter((operator) => /Conv|MatMul/.test(operator));
    expect(new Set(operators)).toEqual(new Set([`${BLOCKED_DOMAIN}:Conv`]));
  });

  it("give the same bits again", async () => {
    const [first, second] = [await runBlocked(cases[0]), await runBlocked(cases[0])];
    for (const [name, tensor] of Object.entries(first)) expect(bitIdentical(second[name], tensor)).toBe(true);
  });
});

function convCase(...[title, x, w, attributes = window3]: [string, Shape, Shape, Record<string, RawAttribute>?]): Case {
  return {
    title,
    inputs: { x, w, b: [w[0]] },
    build: (g, inputs) => {
      const y = g.op("Conv", [inputs.x, inputs.w, inputs.b], attributes);
      const dy = g.scale(y, 0.5);
      return [
        g.relu(y),
        graft(g, "ConvGradInput", [dy, inputs.w], { ...attributes, input_shape: x }),
        graft(g, "ConvGradWeight", [inputs.x, dy], { ...attributes, weight_shape: w }),
        g.reduceSum(dy, [0, 2, 3]),
      ];
    },
  };
}

function graft(g: Operations, opType: string, inputs: Value[], attributes: Record<string, RawAttribute>): Value {
  return g.op(opType, inputs, attributes, { domain: GRAFT_DOMAIN });
}

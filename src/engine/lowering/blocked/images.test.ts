/** @file What else runs on blocked images computes what it computes on plain ones. */

import { describe, expect, it } from "vitest";
import type { Shape } from "../../../core/index.ts";
import { gradient } from "../../autodiff/index.ts";
import { BLOCKED_DOMAIN, GRAFT_DOMAIN, type Operations, type RawAttribute, type Value } from "../../onnx/index.ts";
import {
  type Case,
  blockSize,
  blockedOperators,
  largestDifference,
  lowered,
} from "../../../../test/support/blocked-images.ts";

const window3 = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
const pool2 = { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] };

const cases: Case[] = [
  poolCase("max pooling by 2x2 with ties", [3, 32, 8, 8]),
  poolCase("max pooling by 3x2 with ties", [2, 16, 6, 4], { kernel_shape: [3, 2], strides: [3, 2] }),
  poolCase("max pooling that leaves a rest", [2, 16, 7, 5]),
  poolCase("max pooling with overlapping windows", [2, 16, 8, 8], { ...pool2, kernel_shape: [3, 3] }),
  poolCase("max pooling as ResNets have it", [2, 16, 8, 10], { ...pool2, kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  poolCase("max pooling that keeps the size", [2, 16, 5, 6], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  poolCase("max pooling past the end", [2, 16, 7, 6], { ...pool2, kernel_shape: [3, 3], ceil_mode: 1 }),
  poolCase("max pooling with gaps", [2, 16, 7, 8], { kernel_shape: [2, 2], strides: [3, 3] }),
  poolCase("max pooling of every second pixel", [2, 16, 7, 8], { kernel_shape: [2, 3], dilations: [3, 2] }),
  {
    title: "max pooling with gaps past the end, of numbers below 0",
    inputs: { x: [2, 16, 7, 7], w: [16, 16, 1, 1] },
    build: (g, { x, w }) => {
      const image = g.neg(g.exp(g.conv(x, w, { kernel_shape: [1, 1] })));
      const attributes = { kernel_shape: [1, 3], dilations: [1, 3], strides: [2, 2], pads: [0, 1, 0, 2] };
      const y = g.op("MaxPool", [image], attributes);
      return [graft(g, "MaxPoolGrad", [image, y, g.square(y)], attributes)];
    },
  },
  {
    title: "a batch normalization composed of its parts, and its gradients",
    inputs: { x: [3, 16, 4, 8], w: [32, 16, 3, 3], scale: [1, 32, 1, 1], t: [3, 32, 4, 8] },
    build: (g, { x, w, scale, t }) => {
      const image = g.conv(x, w, window3);
      const centred = g.sub(image, g.reduceMean(image, [0, 2, 3], 1));
      const variance = g.reduceMean(g.square(centred), [0, 2, 3], 1);
      const y = g.relu(g.mul(centred, g.div(scale, g.sqrt(g.add(variance, g.scalar(0.1))))));
      return [y, ...gradient(g, g.reduceSum(g.mul(y, t), [0, 1, 2, 3]), [w, scale])];
    },
  },
  {
    title: "average pooling, one number an image and channel, and what remains of a bool",
    inputs: { x: [2, 16, 8, 8], w: [32, 16, 3, 3] },
    build: (g, { x, w }) => {
      const image = g.conv(x, w, window3);
      const gate = g.sigmoid(g.reduceMean(image, [2, 3], 1));
      const gated = g.mul(image, gate);
      const positive = g.greater(gated, g.expand(gate, gated.shape));
      return [
        g.op("AveragePool", [gated], pool2),
        g.op("GlobalAveragePool", [gated]),
        g.where(positive, gated, g.scalar(-1)),
        g.cast(positive, "float32"),
        g.expand(gate, gated.shape),
      ];
    },
  },
  {
    title: "gradients of two uses of an image",
    inputs: { x: [2, 16, 4, 8], w: [32, 16, 3, 3], v: [32, 32, 3, 3], t: [2, 32, 4, 8] },
    build: (g, { x, w, v, t }) => {
      const image = g.conv(x, w, window3);
      const y = g.mul(g.add(g.sigmoid(g.conv(image, v, window3)), g.add(g.conv(image, v, window3), image)), t);
      return gradient(g, g.reduceSum(y, [0, 1, 2, 3]), [x, w, v]);
    },
  },
  sliceCase("every second pixel, with channels of zeros around", (g, x) =>
    g.pad(g.slice(x, { starts: [0, 0], ends: [8, 6], axes: [2, 3], steps: [2, 2] }), [0, 8, 0, 0, 0, 8, 0, 0]),
  ),
  sliceCase("every third row and second column, with channels of zeros in front", (g, x) =>
    g.pad(g.slice(x, { starts: [0, 0], ends: [8, 6], axes: [2, 3], steps: [3, 2] }), [0, 16, 0, 0, 0, 0, 0, 0]),
  ),
  sliceCase("every second column from the second on", (g, x) =>
    g.slice(x, { starts: [1], ends: [6], axes: [3], steps: [2] }),
  ),
  sliceCase("every second channel, backwards", (g, x) =>
    g.slice(x, { starts: [31], ends: [-33], axes: [1], steps: [-2] }),
  ),
  sliceCase("channels in the middle", (g, x) => g.slice(x, { starts: [8], ends: [24], axes: [1] })),
  sliceCase("channels in the middle of some rows", (g, x) =>
    g.slice(x, { starts: [8, 0], ends: [24, 4], axes: [1, 2] }),
  ),
  sliceCase("rows and channels of zeros", (g, x) => g.pad(x, [0, 16, 1, 0, 0, 0, 0, 0])),
  sliceCase("channels of ones", (g, x) =>
    g.op("Pad", [x, g.ints([0, 16, 0, 0, 0, 0, 0, 0]), g.scalar(1)], { mode: "constant" }),
  ),
  {
    title: "a gradient of MaxPool that other nodes read too",
    inputs: { x: [2, 16, 4, 4], w: [16, 16, 1, 1] },
    ties: true,
    build: (g, { x, w }) => {
      const image = g.relu(g.conv(x, w, { kernel_shape: [1, 1] }));
      const y = g.op("MaxPool", [image], pool2);
      const dx = graft(g, "MaxPoolGrad", [image, y, g.square(y)], pool2);
      return [dx, graft(g, "ReluGrad", [image, dx], {})];
    },
  },
  {
    title: "a Relu whose input other nodes read too",
    inputs: { x: [2, 16, 4, 4], w: [16, 16, 3, 3] },
    build: (g, { x, w }) => {
      const y = g.conv(x, w, window3);
      return g.mul(g.relu(y), y);
    },
  },
];

/** A gate for every channel of every image, and a scale for every channel of all. */
const gated: Case = {
  title: "squeeze-and-excitation and a scale, with their gradients",
  inputs: { x: [3, 32, 8, 6], w: [32, 32, 1, 1], v: [32, 32, 1, 1], scale: [1, 32, 1, 1] },
  build: (g, { x, w, v, scale }) => {
    const image = g.conv(x, w, { kernel_shape: [1, 1] });
    const gate = g.sigmoid(g.conv(g.reduceMean(image, [2, 3], 1), v, { kernel_shape: [1, 1] }));
    const y = g.mul(g.mul(image, gate), scale);
    return [y, ...gradient(g, g.reduceSum(g.mul(y, g.tanh(y)), [0, 1, 2, 3]), [x, w, v, scale])];
  },
};

describe.skipIf(blockSize === undefined)("blocked images", () => {
  // sums are added up in another order
  it.each(cases)("give the results of plain images: $title", async (given) => {
    expect(await largestDifference(given)).toBeLessThan(1e-5);
  });

  it("give the gradients of what is multiplied channel by channel without storing products", async () => {
    expect(await largestDifference(gated)).toBeLessThan(1e-5);
    const convolutions = lowered(gated).nodes.filter(
      ({ domain, opType }) => domain === BLOCKED_DOMAIN && opType === "Conv",
    );
    const dots = convolutions.filter(({ attributes }) => String(attributes["kernel_shape"]?.value) === "8,6");
    expect(dots).toHaveLength(2);
  });

  it("are reordered once on the way in and once on the way out", () => {
    const operators = blockedOperators({
      inputs: { x: [2, 16, 8, 8], w: [16, 16, 3, 3] },
      build: (g, { x, w }) => {
        const y = g.relu(g.conv(x, w, window3));
        return g.op("MaxPool", [g.sigmoid(g.add(y, g.conv(y, w, window3)))], pool2);
      },
    });
    // and the weights of each of the two convolutions twice, which are small
    expect(operators.filter((operator) => operator.endsWith("ReorderInput"))).toHaveLength(1 + 2 * 2);
    expect(operators.filter((operator) => operator.endsWith("ReorderOutput"))).toHaveLength(1);
  });
});

function sliceCase(title: string, build: (g: Operations, x: Value) => Value): Case {
  return {
    title,
    inputs: { x: [2, 32, 8, 6], w: [32, 32, 1, 1] },
    build: (g, { x, w }) => {
      const y = g.square(build(g, g.conv(x, w, { kernel_shape: [1, 1] })));
      return [y, ...gradient(g, g.reduceSum(y, [0, 1, 2, 3]), [x, w])];
    },
  };
}

function poolCase(title: string, x: Shape, attributes: Record<string, RawAttribute> = pool2): Case {
  return {
    title,
    inputs: { x, w: [x[1], x[1], 1, 1] },
    ties: true,
    build: (g, inputs) => {
      const image = g.relu(g.conv(inputs.x, inputs.w, { kernel_shape: [1, 1] }));
      const y = g.op("MaxPool", [image], attributes);
      const dx = graft(g, "MaxPoolGrad", [image, y, g.square(y)], attributes);
      return graft(g, "ReluGrad", [image, dx], {});
    },
  };
}

function graft(g: Operations, opType: string, inputs: Value[], attributes: Record<string, RawAttribute>): Value {
  return g.op(opType, inputs, attributes, { domain: GRAFT_DOMAIN });
}

/** @file Batch normalization on blocked images computes what it computes on plain ones. */

import { describe, expect, it } from "vitest";
import { type Case, blockSize, blockedOperators, largestDifference } from "../../../../test/support/blocked-images.ts";
import type { Shape } from "../../../core/index.ts";
import { gradient } from "../../autodiff/index.ts";
import { BLOCKED_DOMAIN, GRAFT_DOMAIN, type Operations, type Value } from "../../onnx/index.ts";

const window3 = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };

/** What a case normalizes, and what becomes of it. */
type Between = (g: Operations, inputs: Readonly<Record<string, Value>>) => { x: Value; wrt: Value[] };
type After = (g: Operations, y: Value, inputs: Readonly<Record<string, Value>>) => Value;

const convolved: Between = (g, { x, w }) => ({ x: g.conv(x, w, window3), wrt: [x, w] });
const relu: After = (g, y) => g.relu(y);

const cases: Case[] = [
  batchNormCase("with a Relu after it", { between: convolved, after: relu }),
  batchNormCase("with nothing after it", { between: convolved, after: (_, y) => y }),
  batchNormCase("with a Clip after it", {
    between: convolved,
    after: (g, y) => g.op("Clip", [y, g.scalar(-0.5), g.scalar(0.5)]),
  }),
  batchNormCase("with a Clip of one bound after it", {
    between: convolved,
    after: (g, y) => g.op("Clip", [y, null, g.scalar(0.5)]),
  }),
  batchNormCase("at the end of a residual block", {
    between: convolved,
    after: (g, y, { s }) => g.relu(g.add(s, y)),
  }),
  batchNormCase("added to one number a channel", {
    between: convolved,
    after: (g, y, { center }) => g.add(y, g.reshape(center, [1, 32, 1, 1])),
  }),
  batchNormCase("added to another, and to itself", {
    between: convolved,
    after: (g, y, inputs) => g.sigmoid(g.add(g.add(y, y), batchNorm(g, g.conv(inputs.s, inputs.v, window3), inputs))),
  }),
  batchNormCase("read by two", { between: convolved, after: (g, y) => g.mul(g.relu(y), g.sigmoid(y)) }),
  batchNormCase("of a convolution with a bias", {
    between: (g, { x, w, bias }) => ({ x: g.op("Conv", [x, w, bias], window3), wrt: [x, w] }),
    after: relu,
  }),
  batchNormCase("of a convolution that others read too", {
    between: (g, { x, w, s }) => ({ x: g.add(g.conv(x, w, window3), s), wrt: [x, w] }),
    after: (g, y, { x, w }) => g.mul(g.relu(y), g.conv(x, w, window3)),
  }),
  batchNormCase("of a batch normalization", {
    between: (g, inputs) => ({
      x: batchNorm(g, g.conv(inputs.x, inputs.w, window3), inputs),
      wrt: [inputs.x, inputs.w],
    }),
    after: relu,
  }),
  batchNormCase("of a depthwise convolution", {
    between: (g, { s, d }) => ({ x: g.conv(s, d, { ...window3, group: 32 }), wrt: [s, d] }),
    after: relu,
  }),
  batchNormCase("of images of one position", { between: convolved, after: (_, y) => y, x: [5, 16, 1, 1] }),
  batchNormCase("of channels that fill most of a block", { between: convolved, after: relu, channels: 24 }),
  batchNormCase("of channels that fill most of a block, at the end of a residual block", {
    between: (g, { s, v, w, x }) => ({ x: g.add(g.conv(x, w, window3), g.conv(s, v, window3)), wrt: [x, w, s] }),
    after: (g, y, { s, v }) => g.add(g.conv(s, v, window3), g.relu(g.add(s, y))),
    channels: 24,
  }),
  batchNormCase("without a center", {
    between: convolved,
    after: (g, _, { x, w, weight, bias }) => g.relu(batchNorm(g, g.conv(x, w, window3), { weight, bias })),
  }),
];

describe.skipIf(blockSize === undefined)("batch normalization of blocked images", () => {
  // sums are added up in another order
  it.each(cases)("gives the results of plain images: $title", async (given) => {
    expect(await largestDifference(given)).toBeLessThan(1e-5);
  });

  it("takes a Relu in, and is taken in by the convolution's bias", () => {
    const operators = blockedOperators({
      inputs: { x: [2, 16, 4, 8], w: [32, 16, 3, 3], weight: [32], bias: [32], center: [32] },
      build: (g, { x, w, ...inputs }) => g.relu(batchNorm(g, g.conv(x, w, window3), inputs)),
    });
    // the convolution, the sum of squares, and the rest
    expect(operators.filter((operator) => operator === `${BLOCKED_DOMAIN}:Conv`)).toHaveLength(3);
    expect(operators.filter((operator) => /:(Relu|BatchNormalization)$/.test(operator))).toEqual([]);
  });

  it("keeps its digits where means are far from 0 and the center is not near them", async () => {
    const far: Case = {
      title: "far from 0",
      inputs: { x: [4, 16, 8, 8], weight: [16], bias: [16], v: [16, 16, 1, 1] },
      build: (g, { x, v, ...inputs }) =>
        batchNorm(g, g.add(g.relu(g.conv(x, v, { kernel_shape: [1, 1] })), g.scalar(1000)), inputs),
    };
    // values of 1000 are exact to 6e-5 themselves
    expect(await largestDifference(far)).toBeLessThan(1e-4);
  });
});

function batchNormCase(
  title: string,
  {
    between,
    after,
    x = [3, 16, 4, 8],
    channels = 32,
  }: { between: Between; after: After; x?: Shape; channels?: number },
): Case {
  const [batch, , ...spatial] = x;
  const image = [batch, channels, ...spatial];
  const vectors = { weight: [channels], bias: [channels], center: [channels] };
  const kernels = { w: [channels, 16, 3, 3], v: [channels, channels, 3, 3], d: [channels, 1, 3, 3] };
  return {
    title,
    inputs: { x, s: image, t: image, ...kernels, ...vectors },
    build: (g, inputs) => {
      const { x: normalized, wrt } = between(g, inputs);
      const y = after(g, batchNorm(g, normalized, inputs), inputs);
      const loss = g.reduceSum(g.mul(y, inputs.t), [0, 1, 2, 3]);
      return [y, ...gradient(g, loss, [...wrt, inputs.weight, inputs.bias])];
    },
  };
}

function batchNorm(
  g: Operations,
  x: Value,
  { weight, bias, center = null }: Readonly<Record<string, Value | null>>,
): Value {
  const inputs = [x, weight, bias, center];
  const [y] = g.node("BatchNormTraining", inputs, { epsilon: 0.01 }, { domain: GRAFT_DOMAIN, outputs: 3 });
  return y;
}

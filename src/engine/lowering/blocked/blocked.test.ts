/** @file What blocked images compute equals what plain ones compute. */

import { describe, expect, it } from "vitest";
import { type Shape, type Tensor, bitIdentical, float32, sizeOf, stream } from "../../../core/index.ts";
import { gradient } from "../../autodiff/index.ts";
import { GRAFT_DOMAIN, type Graph, Operations, type RawAttribute, type Value } from "../../onnx/index.ts";
import { createSession, imageBlockSize } from "../../runtime/index.ts";
import { lower } from "../lower.ts";

const blockSize = await imageBlockSize();

interface Case {
  title: string;
  inputs: Readonly<Record<string, Shape>>;
  build: (g: Operations, inputs: Readonly<Record<string, Value>>) => Value | readonly Value[];
  /** Few different values, so that windows have several maxima. */
  ties?: boolean;
}

const window3 = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [1, 1], dilations: [1, 1], group: 1 };
const window5 = { ...window3, kernel_shape: [5, 5], pads: [2, 2, 2, 2] };
const pool2 = { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] };

function graft(g: Operations, opType: string, inputs: Value[], attributes: Record<string, RawAttribute>): Value {
  return g.op(opType, inputs, attributes, { domain: GRAFT_DOMAIN });
}

function convCase(title: string, [x, w]: [Shape, Shape], attributes: Record<string, RawAttribute> = window3): Case {
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

const cases: Case[] = [
  convCase("a 3x3 convolution and its gradients", [
    [3, 32, 8, 8],
    [64, 32, 3, 3],
  ]),
  convCase("a 3x3 convolution of wide images", [
    [2, 16, 6, 32],
    [32, 16, 3, 3],
  ]),
  convCase("a 3x3 convolution of one image", [
    [1, 16, 16, 16],
    [16, 16, 3, 3],
  ]),
  convCase(
    "a 5x5 convolution of odd lengths",
    [
      [5, 32, 7, 9],
      [16, 32, 5, 5],
    ],
    window5,
  ),
  convCase(
    "a 5x5 convolution of whole blocks of columns",
    [
      [3, 16, 9, 16],
      [32, 16, 5, 5],
    ],
    window5,
  ),
  convCase("a convolution of a picture with three channels", [
    [2, 3, 8, 16],
    [32, 3, 3, 3],
  ]),
  convCase("channels that are no multiple of a block", [
    [2, 20, 6, 16],
    [24, 20, 3, 3],
  ]),
  convCase("inputs alone that are no multiple of a block", [
    [2, 20, 6, 16],
    [32, 20, 3, 3],
  ]),
  convCase(
    "a stride of 2",
    [
      [2, 32, 8, 32],
      [32, 32, 3, 3],
    ],
    { ...window3, strides: [2, 2] },
  ),
  convCase(
    "no padding",
    [
      [2, 32, 8, 18],
      [32, 32, 3, 3],
    ],
    { ...window3, pads: [0, 0, 0, 0] },
  ),
  convCase(
    "padding on one side",
    [
      [2, 32, 8, 16],
      [32, 32, 3, 3],
    ],
    { ...window3, pads: [0, 0, 2, 2] },
  ),
  convCase(
    "more padding than the kernel reaches",
    [
      [2, 32, 8, 12],
      [32, 32, 3, 3],
    ],
    { ...window3, pads: [3, 3, 3, 3] },
  ),
  convCase(
    "dilation",
    [
      [2, 32, 8, 16],
      [32, 32, 3, 3],
    ],
    { ...window3, pads: [2, 2, 2, 2], dilations: [2, 2] },
  ),
  convCase(
    "two groups",
    [
      [2, 64, 6, 16],
      [64, 32, 3, 3],
    ],
    { ...window3, group: 2 },
  ),
  convCase(
    "a depthwise convolution",
    [
      [3, 32, 6, 16],
      [32, 1, 3, 3],
    ],
    { ...window3, group: 32 },
  ),
  convCase(
    "a depthwise convolution of short rows with stride 2",
    [
      [4, 32, 8, 8],
      [32, 1, 3, 3],
    ],
    { ...window3, strides: [2, 2], group: 32 },
  ),
  convCase(
    "two filters for every channel",
    [
      [2, 32, 8, 8],
      [64, 1, 3, 3],
    ],
    { ...window3, group: 32 },
  ),
  convCase("rows shorter than a block, in batches that do not fill one", [
    [3, 32, 7, 7],
    [32, 32, 3, 3],
  ]),
  convCase("rows shorter than a block", [
    [8, 32, 7, 7],
    [32, 32, 3, 3],
  ]),
  convCase("rows a little longer than a block", [
    [2, 32, 5, 20],
    [32, 32, 3, 3],
  ]),
  convCase(
    "a 1x1 convolution of odd lengths",
    [
      [2, 32, 7, 7],
      [64, 32, 1, 1],
    ],
    { kernel_shape: [1, 1] },
  ),
  convCase(
    "a 1x1 convolution with stride 2",
    [
      [2, 32, 8, 8],
      [64, 32, 1, 1],
    ],
    { kernel_shape: [1, 1], strides: [2, 2] },
  ),
  convCase(
    "a kernel of one row",
    [
      [2, 32, 6, 16],
      [32, 32, 1, 5],
    ],
    { kernel_shape: [1, 5], pads: [0, 2, 0, 2] },
  ),
  convCase(
    "a 1x1 convolution",
    [
      [2, 32, 6, 16],
      [64, 32, 1, 1],
    ],
    { kernel_shape: [1, 1] },
  ),
  poolCase("max pooling by 2x2 with ties", [3, 32, 8, 8]),
  poolCase("max pooling by 3x2 with ties", [2, 16, 6, 4], { kernel_shape: [3, 2], strides: [3, 2] }),
  poolCase("max pooling that leaves a rest", [2, 16, 7, 5]),
  poolCase("max pooling with overlapping windows", [2, 16, 8, 8], { ...pool2, kernel_shape: [3, 3] }),
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

describe.skipIf(blockSize === undefined)("lower with a block size", () => {
  it.each(cases)("gives the results of plain images: $title", async ({ inputs, build, ties, title }) => {
    const graph = graphOf(inputs, build);
    const feeds = feedsOf(inputs, { title, ties: ties ?? false });
    const plain = await run(lower(graph), feeds);
    const blocked = await run(lower(graph, { blockSize }), feeds);
    expect(Object.keys(blocked)).toEqual(Object.keys(plain));
    for (const [name, tensor] of Object.entries(plain)) {
      expect(blocked[name].shape).toEqual(tensor.shape);
      expect(relativeDifference(blocked[name], tensor)).toBeLessThan(1e-5);
    }
  });

  it("gives the same bits again", async () => {
    const [{ inputs, build, title }] = cases;
    const graph = lower(graphOf(inputs, build), { blockSize });
    const feeds = feedsOf(inputs, { title, ties: false });
    const [first, second] = [await run(graph, feeds), await run(graph, feeds)];
    for (const [name, tensor] of Object.entries(first)) expect(bitIdentical(second[name], tensor)).toBe(true);
  });
});

function graphOf(shapes: Case["inputs"], build: Case["build"]): Graph {
  const g = new Operations();
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, g.input(name, "float32", shape)]),
  );
  [build(g, inputs)].flat().forEach((value, index) => g.output(value, `y${index}`));
  return g.build();
}

function feedsOf(shapes: Case["inputs"], { title, ties }: { title: string; ties: boolean }): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const random = stream(7, title, name);
      const draw = ties ? () => random.integer(5) - 2 : () => random.normal();
      return [name, float32(Float32Array.from({ length: sizeOf(shape) }, draw), shape)];
    }),
  );
}

async function run(graph: Graph, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await createSession(graph, { threads: 2 });
  try {
    return await session.run(feeds);
  } finally {
    await session.close();
  }
}

/** Largest difference over the largest magnitude. */
function relativeDifference(a: Tensor, b: Tensor): number {
  const [x, y] = [a.data as Float32Array, b.data as Float32Array];
  const largest = y.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return x.reduce((most, value, index) => Math.max(most, Math.abs(value - y[index])), 0) / largest;
}

/** @file What holds for every layer: parameters, shapes, both forms, and the errors of a layer that does not fit. */

import { describe, expect, test } from "vitest";
import { type Shape, ConfigError, GraphError, float32, sizeOf } from "../../../core/index.ts";
import { testSession } from "../../../../test/support/device.ts";
import { distinctValues } from "../../../../test/support/run-graph.ts";
import { gradient } from "../../autodiff/index.ts";
import { lower } from "../../lowering/index.ts";
import { Operations, type Value } from "../../onnx/index.ts";
import { createSession } from "../../runtime/index.ts";
import {
  type Layer,
  type Network,
  activation,
  activations,
  add,
  averagePool2d,
  batchNorm,
  concatenate,
  conv2d,
  countParameters,
  dense,
  dropout,
  flatten,
  forward,
  globalAveragePool,
  initializeParameters,
  maxPool2d,
  networkParameters,
} from "../index.ts";

const BATCH = 2;

interface LayerCase {
  layer: Layer;
  input: Shape;
  output: Shape;
  parameters: Record<string, Shape>;
  description: string;
}

const image = [4, 6, 7];

const cases: LayerCase[] = [
  {
    layer: conv2d("c", { filters: 5 }),
    input: image,
    output: [5, 6, 7],
    parameters: { "c.weight": [5, 4, 3, 3], "c.bias": [5] },
    description: "conv 3x3, 5",
  },
  {
    layer: conv2d("c", { filters: 8, kernel: [1, 5], stride: 2, padding: 1, bias: false, initializer: "heNormal" }),
    input: image,
    output: [8, 4, 3],
    parameters: { "c.weight": [8, 4, 1, 5] },
    description: "conv 1x5, 8, stride 2",
  },
  {
    layer: conv2d("depthwise", { filters: 8, groups: 4, dilation: 2 }),
    input: image,
    output: [8, 6, 7],
    parameters: { "depthwise.weight": [8, 1, 3, 3], "depthwise.bias": [8] },
    description: "conv 3x3, 8, 4 groups",
  },
  { layer: maxPool2d("p"), input: image, output: [4, 3, 3], parameters: {}, description: "max pool 2x2" },
  {
    layer: maxPool2d("p", { size: 3, stride: 2, padding: 1 }),
    input: image,
    output: [4, 3, 4],
    parameters: {},
    description: "max pool 3x3, stride 2",
  },
  {
    layer: averagePool2d("p", { size: 3 }),
    input: image,
    output: [4, 2, 2],
    parameters: {},
    description: "average pool 3x3",
  },
  {
    layer: globalAveragePool("p"),
    input: image,
    output: [4],
    parameters: {},
    description: "global average pool",
  },
  { layer: flatten("f"), input: image, output: [168], parameters: {}, description: "flatten" },
  {
    layer: dense("d", { units: 3 }),
    input: [5],
    output: [3],
    parameters: { "d.weight": [3, 5], "d.bias": [3] },
    description: "dense 3",
  },
  {
    layer: dense("d", { units: 3, bias: false }),
    input: [5],
    output: [3],
    parameters: { "d.weight": [3, 5] },
    description: "dense 3",
  },
  { layer: dropout("drop", 0.4), input: [5], output: [5], parameters: {}, description: "dropout 0.4" },
  {
    layer: batchNorm("bn"),
    input: image,
    output: image,
    parameters: { "bn.weight": [4], "bn.bias": [4], "bn.running_mean": [4], "bn.running_var": [4] },
    description: "batch norm",
  },
  {
    layer: batchNorm("bn"),
    input: [5],
    output: [5],
    parameters: { "bn.weight": [5], "bn.bias": [5], "bn.running_mean": [5], "bn.running_var": [5] },
    description: "batch norm",
  },
  {
    layer: add("block", [[conv2d("a", { filters: 4 }), batchNorm("b")], []]),
    input: image,
    output: image,
    parameters: {
      "block.a.weight": [4, 4, 3, 3],
      "block.a.bias": [4],
      "block.b.weight": [4],
      "block.b.bias": [4],
      "block.b.running_mean": [4],
      "block.b.running_var": [4],
    },
    description: "add of conv 3x3, 4 → batch norm | input",
  },
  {
    layer: concatenate("block", [
      [conv2d("a", { filters: 2, kernel: 1, bias: false })],
      [add("inner", [[conv2d("b", { filters: 4 })], []])],
    ]),
    input: image,
    output: [6, 6, 7],
    parameters: {
      "block.a.weight": [2, 4, 1, 1],
      "block.inner.b.weight": [4, 4, 3, 3],
      "block.inner.b.bias": [4],
    },
    description: "concatenate of conv 1x1, 2 | add of conv 3x3, 4 | input",
  },
  ...(Object.keys(activations) as (keyof typeof activations)[]).map((kind) => ({
    layer: activation("a", kind),
    input: [5],
    output: [5],
    parameters: {},
    description: kind,
  })),
];

/** The layer's output, the gradient of its sum of squares in the input, and what it asked for. */
async function run(layer: Layer, input: Shape, training: boolean) {
  const network: Network = { name: "test", inputShape: input, layers: [layer] };
  const start = initializeParameters(network, 1);
  const [x] = distinctValues([[BATCH, ...input]]);
  const g = new Operations();
  const asked = { masks: [] as string[], updates: [] as string[] };
  const masks: Record<string, ReturnType<typeof float32>> = {};
  const fed = g.input("x", "float32", x.shape);
  const output = forward(g, {
    network,
    x: fed,
    options: {
      trains: () => training,
      parameter: (name) => g.initializer(name, start[name]),
      mask: (name, shape) => {
        asked.masks.push(name);
        masks[`mask/${name}`] = float32(new Float32Array(sizeOf(shape)).fill(2), shape);
        return g.input(`mask/${name}`, "float32", shape);
      },
      update: (name, value: Value) => {
        asked.updates.push(name);
        g.output(value, `next/${name}`);
      },
    },
  });
  const loss = g.reduceSum(g.square(output), [...output.shape.keys()]);
  g.output(gradient(g, loss, [fed])[0], "gradient");
  g.output(output, "output");
  const session = await createSession(lower(g.build()), testSession);
  const results = await session.run({ x, ...masks });
  await session.close();
  return { builtShape: output.shape, results, asked };
}

describe.each(cases)("$description on $input", ({ layer, input, output, parameters, description }) => {
  const network: Network = { name: "test", inputShape: input, layers: [layer] };

  test("has its description, parameters and output shape", () => {
    expect(layer.description).toBe(description);
    const specs = networkParameters(network);
    expect(Object.fromEntries(specs.map(({ name, shape }) => [name, shape]))).toEqual(parameters);
    expect(specs.every((spec) => spec.layer === layer.name)).toBe(true);
    expect(layer.outputShape(input)).toEqual(output);
    const trained = Object.entries(parameters).filter(([name]) => !name.includes("running"));
    expect(countParameters(network)).toBe(trained.reduce((sum, [, shape]) => sum + sizeOf(shape), 0));
  });

  test.each([
    ["in inference", false],
    ["in training", true],
  ])("is built and run with that shape %s, and has a gradient", async (_, training) => {
    const { builtShape, results, asked } = await run(layer, input, training);
    expect(builtShape).toEqual([BATCH, ...output]);
    expect(results.output.shape).toEqual([BATCH, ...output]);
    expect(results.gradient.shape).toEqual([BATCH, ...input]);
    expect(Array.from(results.gradient.data, Number).every(Number.isFinite)).toBe(true);
    const statistics = Object.keys(parameters).filter((name) => name.includes("running"));
    expect(asked.updates.sort()).toEqual(training ? statistics.sort() : []);
    expect(asked.masks).toEqual(training && layer.randomInTraining === true ? [layer.name] : []);
  });
});

test("depthwise weights start from the fans of one group", () => {
  const layer = conv2d("depthwise", { filters: 64, groups: 64, kernel: 7, initializer: "heUniform", bias: false });
  const { "depthwise.weight": weight } = initializeParameters(
    { name: "test", inputShape: [64, 8, 8], layers: [layer] },
    1,
  );
  const largest = Math.max(...weight.data.map(Math.abs));
  expect(largest).toBeGreaterThan(0.99 * Math.sqrt(6 / 49));
  expect(largest).toBeLessThanOrEqual(Math.sqrt(6 / 49) * (1 + 1e-7));
});

describe("a layer that does not fit", () => {
  test.each<[string, () => unknown, Error]>([
    [
      "an even kernel with padding same",
      () => conv2d("c", { filters: 1, kernel: 2 }),
      new GraphError('c: expected an odd kernel with padding "same", got 2 x 2.'),
    ],
    [
      "a convolution of a flat input",
      () => conv2d("c", { filters: 1 }).outputShape([7]),
      new GraphError("c: expected an input [C, H, W], got [7]."),
    ],
    [
      "groups that do not divide the channels",
      () => conv2d("c", { filters: 4, groups: 4 }).parameters([6, 8, 8]),
      new GraphError("c: expected input channels divisible by 4 groups, got 6."),
    ],
    [
      "groups that do not divide the filters",
      () => conv2d("c", { filters: 6, groups: 4 }).parameters([8, 8, 8]),
      new GraphError("c: expected filters divisible by 4 groups, got 6."),
    ],
    [
      "a kernel larger than the padded input",
      () => conv2d("c", { filters: 1, kernel: 5, padding: 0 }).outputShape([3, 8, 4]),
      new GraphError("c: expected an input that a 5 x 5 kernel fits into, got [3, 8, 4]."),
    ],
    [
      "a pool larger than the input",
      () => maxPool2d("p", { size: 4 }).outputShape([3, 8, 3]),
      new GraphError("p: expected an input of at least 4 x 4, got [3, 8, 3]."),
    ],
    [
      "a dense layer of an image",
      () => dense("d", { units: 3 }).outputShape([3, 4, 4]),
      new GraphError("d: expected a flat input [F], got [3, 4, 4]. Put a flatten layer before it."),
    ],
    [
      "a sum of different shapes",
      () => add("block", [[conv2d("c", { filters: 3 })], []]).outputShape([4, 5, 5]),
      new GraphError("block: expected branches of one shape, got [3, 5, 5] and [4, 5, 5]."),
    ],
    [
      "branches that differ beside their channels",
      () => concatenate("block", [[conv2d("c", { filters: 3, stride: 2 })], []]).outputShape([4, 5, 5]),
      new GraphError("block: expected branches that differ in channels alone, got [3, 3, 3] and [4, 5, 5]."),
    ],
    [
      "a dropout rate of 1",
      () => dropout("drop", 1),
      new ConfigError("drop: expected a dropout rate in [0, 1), got 1."),
    ],
    [
      "an activation that is none",
      () => activation("a", "rellu" as "relu"),
      new ConfigError(
        `activation: expected one of ${Object.keys(activations).join(", ")}, got "rellu". Did you mean "relu"?`,
      ),
    ],
  ])("%s is refused", (_, build, error) => {
    expect(build).toThrow(error);
  });
});

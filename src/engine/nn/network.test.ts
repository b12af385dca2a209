/** @file Networks: names, initial values, and cutting them in two. */

import { describe, expect, test } from "vitest";
import { type Tensor, GraphError, bitIdentical, float32, stream } from "../../core/index.ts";
import { Operations } from "../onnx/index.ts";
import { createSession } from "../runtime/index.ts";
import {
  type Network,
  type Parameters,
  activation,
  add,
  batchNorm,
  checkNetwork,
  conv2d,
  dense,
  dropout,
  flatten,
  forward,
  inferenceOptions,
  initializeParameters,
  maxPool2d,
  shapeAfter,
  sliceNetwork,
} from "./index.ts";

const network: Network = {
  name: "small",
  inputShape: [3, 8, 8],
  layers: [
    conv2d("conv1", { filters: 4 }),
    batchNorm("bn"),
    activation("relu", "relu"),
    add("block", [[conv2d("conv", { filters: 4, bias: false })], []]),
    maxPool2d("pool"),
    flatten("flatten"),
    dropout("dropout", 0.5),
    dense("dense", { units: 5 }),
  ],
};

const plainNetwork: Network = {
  name: "plain",
  inputShape: [3, 8, 8],
  layers: [
    conv2d("conv1", { filters: 16 }),
    activation("relu1", "relu"),
    conv2d("conv2", { filters: 8 }),
    activation("relu2", "relu"),
    maxPool2d("pool"),
    flatten("flatten"),
    dense("dense1", { units: 7 }),
    activation("relu3", "relu"),
    dropout("dropout", 0.5),
    dense("dense2", { units: 5 }),
  ],
};

async function infer(part: Network, parameters: Parameters, x: Tensor): Promise<Tensor> {
  const g = new Operations();
  const options = inferenceOptions((name) => g.initializer(name, parameters[name]));
  g.output(forward(g, { network: part, x: g.input("x", "float32", x.shape), options }), "y");
  const session = await createSession(g.build(), { threads: 1 });
  const { y } = await session.run({ x });
  await session.close();
  return y;
}

describe("a prefix and then its suffix, wherever the cut is,", () => {
  async function compose(whole: Network): Promise<{ direct: Tensor; composed: Tensor[] }> {
    const random = stream(5, "images");
    const x = float32(
      Float32Array.from({ length: 2 * 3 * 8 * 8 }, () => random.normal()),
      [2, 3, 8, 8],
    );
    const parameters = initializeParameters(whole, 1);
    const composed: Tensor[] = [];
    for (let cut = 1; cut < whole.layers.length; cut++) {
      const [prefix, suffix] = [sliceNetwork(whole, 0, cut), sliceNetwork(whole, cut)];
      expect(suffix.inputShape).toEqual(shapeAfter(whole, cut));
      composed.push(await infer(suffix, parameters, await infer(prefix, parameters, x)));
    }
    return { direct: await infer(whole, parameters, x), composed };
  }

  test("give the bits of the whole", async () => {
    const { direct, composed } = await compose(plainNetwork);
    expect(direct.shape).toEqual([2, 5]);
    expect(composed.map((output) => bitIdentical(output, direct))).toEqual(composed.map(() => true));
  });

  test("differ by rounding where onnxruntime folds a batch normalization into the convolution before it", async () => {
    const { direct, composed } = await compose(network);
    const expected = Array.from(direct.data, Number);
    const differences = composed.map((output) =>
      Math.max(...Array.from(output.data, Number).map((value, index) => Math.abs(value - expected[index]))),
    );
    // outputs of up to 3 in float32
    expect(Math.max(...differences)).toBeLessThan(2e-6);
  });
});

describe("initial values", () => {
  test("are those of the same seed, and others of another", () => {
    const [one, again, other] = [1, 1, 2].map((seed) => initializeParameters(network, seed));
    for (const name of Object.keys(one)) expect(bitIdentical(one[name], again[name])).toBe(true);
    expect(bitIdentical(one["conv1.weight"], other["conv1.weight"])).toBe(false);
  });

  test("of a parameter depend on its name and shape alone, not on the network around it", () => {
    const alone = initializeParameters({ name: "other", inputShape: [64], layers: [dense("dense", { units: 5 })] }, 1);
    expect(bitIdentical(alone["dense.weight"], initializeParameters(network, 1)["dense.weight"])).toBe(true);
    const renamed = initializeParameters({ name: "other", inputShape: [64], layers: [dense("head", { units: 5 })] }, 1);
    expect(bitIdentical(alone["dense.weight"], renamed["head.weight"])).toBe(false);
  });

  test("of batch normalization change nothing but the epsilon", () => {
    const parameters = initializeParameters(network, 1);
    expect(["weight", "bias", "running_mean", "running_var"].map((name) => [...parameters[`bn.${name}`].data])).toEqual(
      [
        [1, 1, 1, 1],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [1, 1, 1, 1],
      ],
    );
  });
});

describe("checkNetwork", () => {
  test("refuses two layers of one name", () => {
    const twice = { ...network, layers: [conv2d("conv", { filters: 2 }), conv2d("conv", { filters: 2 })] };
    expect(() => checkNetwork(twice)).toThrow(
      new GraphError('small: expected layer names to differ, got "conv" twice.'),
    );
  });

  test("refuses two branches whose parameters would be one", () => {
    const branch = [conv2d("conv", { filters: 3 })];
    expect(() => checkNetwork({ ...network, layers: [add("block", [branch, branch])] })).toThrow(
      new GraphError('small: expected parameter names to differ, got "block.conv.weight" twice.'),
    );
  });

  test("refuses a layer that does not fit the one before it", () => {
    expect(() => checkNetwork({ ...network, layers: [maxPool2d("pool"), dense("dense", { units: 2 })] })).toThrow(
      new GraphError("dense: expected a flat input [F], got [3, 4, 4]. Put a flatten layer before it."),
    );
  });
});

test("in inference a layer may ask for neither a mask nor an update", () => {
  const options = inferenceOptions((name) => new Operations().input(name, "float32", [1]));
  expect(options.trains("dropout")).toBe(false);
  const internal = new Error("internal: a layer asked for a mask or an update outside training");
  expect(() => options.mask("dropout", [1], 0.5)).toThrow(internal);
  expect(() => options.update("bn.running_mean", new Operations().scalar(1))).toThrow(internal);
});

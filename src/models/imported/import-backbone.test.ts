/** @file What makes a file an image classifier that can be imported, and the sentence for each that is none. */

import { describe, expect, onTestFinished, test } from "vitest";
import { testSession } from "../../../test/support/device.ts";
import {
  type ModelParts,
  body,
  declared,
  head,
  int64s,
  model,
  node,
  weight,
  weights,
  written,
} from "../../../test/support/onnx-file.ts";
import { DataError, GraphError, float32, int64 } from "../../core/index.ts";
import { sgd, shapeAfter } from "../../engine/nn/index.ts";
import { createInferenceSession, createTrainer } from "../../engine/training/index.ts";
import { withHead } from "./graph/head.ts";
import { importLayers } from "./import-backbone.ts";
import type { ImportOptions, ImportedBackbone } from "./imported-backbone.ts";

const imported = (parts: ModelParts = {}, options: Partial<ImportOptions> = {}): ImportedBackbone =>
  importLayers(written(model(parts)), { path: "a.onnx", ...options });

const names = ({ network }: ImportedBackbone): string[] => network.layers.map((layer) => layer.name);

async function logitsOf({ network, parameters }: ImportedBackbone, count: number): Promise<number[]> {
  const session = await createInferenceSession({ network, parameters, input: { kind: "features" } }, testSession);
  onTestFinished(() => session.close());
  const shape = [count, ...network.inputShape];
  const size = shape.reduce((product, length) => product * length, 1);
  const input = float32(
    Float32Array.from({ length: size }, (_, index) => Math.cos(index)),
    shape,
  );
  return Array.from((await session.run({ input })).output.data, Number);
}

test("a classifier is read with its head last", () => {
  const backbone = imported();
  expect(names(backbone)).toEqual(["conv", "mean", "flat", "fc"]);
  expect(backbone.network.inputShape).toEqual([3, 4, 4]);
  expect(Object.keys(backbone.parameters)).toEqual(["conv.weight", "fc.weight", "fc.bias"]);
  expect(backbone.untrainable).toBeNull();
});

describe("refused in one sentence", () => {
  const cases: { what: string; parts: ModelParts; text: string }[] = [
    {
      what: "probabilities of nothing that was learned",
      parts: {
        nodes: [
          node("GlobalAveragePool", [["images"], ["mean"]]),
          node("Flatten", [["mean"], ["flat"]]),
          node("Softmax", [["flat"], ["soft"]]),
        ],
        output: "soft",
      },
      text:
        "a.onnx: expected a classifier, whose last operator with weights is a product of features with a " +
        'matrix, got GlobalAveragePool "mean". Export the network with its classifier.',
    },
    {
      what: "two inputs",
      parts: { inputs: [declared("images", ["N", 3, 4, 4]), declared("mask", ["N", 1])] },
      text: 'a.onnx: expected one input, an image, got "images", "mask".',
    },
    {
      what: "constants that tf2onnx lost",
      parts: {
        inputs: [declared("images", ["N", 3, 4, 4]), declared("net/normalization/Sub/y:0", [1, 1, 1, 3])],
        producer: "tf2onnx",
      },
      text:
        'a.onnx: expected one input, an image, got "images", "net/normalization/Sub/y:0". Where the others are numbers that ' +
        "tf2onnx lost, convert a SavedModel: model.export(FOLDER), then python -m tf2onnx.convert --saved-model FOLDER " +
        "--output model.onnx.",
    },
    {
      what: "an image of two channels",
      parts: { inputs: [declared("images", ["N", 2, 4, 4])] },
      text: 'a.onnx: expected an image of 1 or 3 channels, got [?, 2, 4, 4] for "images".',
    },
    {
      what: "an input that is no image",
      parts: { inputs: [declared("images", ["N", 12])] },
      text: 'a.onnx: expected an image of four axes as input, got float32 [?, 12] for "images".',
    },
    {
      what: "images of a size left open",
      parts: { inputs: [declared("images", ["N", 3, "H", "W"])] },
      text:
        "a.onnx: expected to be told the size of its images, since the file leaves it open, got none. " +
        "Set imageSize.",
    },
    {
      what: "an operator that nobody knows",
      parts: { nodes: [node("Swirl", [["images"], ["swirled"]]), ...body, head] },
      text: 'a.onnx: Swirl node "swirled": expected an operator that Graft knows, got "Swirl".',
    },
    {
      what: "a cycle",
      parts: { nodes: [node("Add", [["images", "relu"], ["sum"]]), ...body, head] },
      text: 'a.onnx: Add node "sum": expected inputs that are there before it, got "relu", which is not.',
    },
    {
      what: "operators that mix images",
      parts: {
        nodes: [...body, node("Softmax", [["flat"], ["soft"]], { axis: 0 }), gemmOf("soft")],
      },
      text:
        'a.onnx: Softmax node "soft": expected an operator that treats images one by one, got one that ' +
        "mentions the batch.",
    },
    {
      what: "a constant for each image",
      parts: {
        inputs: [declared("images", [2, 3, 4, 4])],
        nodes: [...body, node("Add", [["flat", "two"], ["sum"]]), gemmOf("sum")],
        weights: [...weights, weight("two", [2, 2])],
      },
      text:
        'a.onnx: Add node "sum": expected an operator that treats images one by one, got one that mentions ' +
        "the batch.",
    },
  ];

  test.each(cases)("$what", ({ parts, text }) => {
    expect(() => imported(parts)).toThrow(new GraphError(text));
  });

  test("bytes that are no model", () => {
    const path = "a.onnx";
    const text = "a.onnx: expected an ONNX model, got bytes that cannot be parsed as one.";
    expect(() => importLayers(Buffer.from("<html>"), { path })).toThrow(new DataError(text, { location: { path } }));
    const whole = written(model());
    expect(() => importLayers(whole.subarray(0, whole.length - 40), { path })).toThrow(
      new DataError(text, { location: { path } }),
    );
  });
});

function gemmOf(input: string): ReturnType<typeof node> {
  return node("Gemm", [[input, "fc.weight", "fc.bias"], ["logits"]], { transB: 1 });
}

describe("images of a size left open", () => {
  test("are as large as the user says", () => {
    const inputs = [declared("images", ["N", 3, "H", "W"])];
    expect(imported({ inputs }, { imageSize: [6, 8] }).network.inputShape).toEqual([3, 6, 8]);
  });

  test("have three channels where those are open too", () => {
    const inputs = [declared("images", ["N", "C", "H", "W"])];
    expect(imported({ inputs }, { imageSize: [6, 6] }).network.inputShape).toEqual([3, 6, 6]);
  });
});

test("a file that knows its batch size is imported for any", async () => {
  const fixed = imported({
    inputs: [declared("images", [8, 3, 4, 4])],
    nodes: [...body.slice(0, 3), node("Reshape", [["mean", "shape"], ["flat"]]), head],
    weights: [...weights, int64s("shape", [8, 2])],
  });
  expect(await logitsOf(fixed, 3)).toEqual(await logitsOf(imported(), 3));
});

test("a file that ends in features has a place for a head", () => {
  const backbone = imported({ nodes: body, output: "flat" });
  expect(backbone.hasHead).toBe(false);
  expect(names(backbone)).toEqual(["conv", "mean", "flat", "head"]);
  expect(Object.keys(backbone.parameters)).toEqual(["conv.weight"]);
  const network = withHead(backbone.network, 4);
  expect(network.layers.at(-1)).toMatchObject({ name: "head", description: "dense 4" });
  expect(shapeAfter(network)).toEqual([4]);
});

test("a value joined to the features of each image is learned", async () => {
  const parts: ModelParts = {
    nodes: [...body, node("Concat", [["flat", "one"], ["sum"]], { axis: 1 }), gemmOf("sum")],
    weights: [weight("conv.weight", [2, 3, 1, 1]), weight("fc.weight", [3, 4]), weight("fc.bias", [3]), weight("one", [1, 2])], // prettier-ignore
  };
  const backbone = imported(parts);
  expect(Object.keys(backbone.parameters)).toEqual(["conv.weight", "sum.bias", "fc.weight", "fc.bias"]);
  const together = await logitsOf(backbone, 3);
  expect(together.slice(0, 3)).toEqual((await logitsOf(backbone, 1)).slice(0, 3));
});

test("channels in the order blue, green, red are turned round", async () => {
  const [plain, turned] = [await logitsOf(imported(), 1), await logitsOf(imported({}, { channelOrder: "BGR" }), 1)];
  expect(turned).not.toEqual(plain);
  const kernel = (data: Float32Array): Float32Array => Float32Array.from(data, (_, at) => data[3 * Math.trunc(at / 3) + 2 - (at % 3)]); // prettier-ignore
  const { network, parameters } = imported();
  const swapped = float32(kernel(parameters["conv.weight"].data as Float32Array), parameters["conv.weight"].shape);
  const same = await logitsOf({ ...imported(), network, parameters: { ...parameters, "conv.weight": swapped } }, 1);
  same.forEach((logit, index) => expect(turned[index]).toBeCloseTo(logit, 6));
});

test("statistics move by the share that the file says", async () => {
  const statistics = ["bn.scale", "bn.shift", "bn.mean", "bn.variance"];
  const moved = async (momentum: number): Promise<number[]> => {
    const norm = node("BatchNormalization", [["conv", ...statistics], ["norm"]], {
      momentum: Float32Array.of(momentum),
    });
    const nodes = [body[0], norm, node("Relu", [["norm"], ["relu"]]), ...body.slice(2), head];
    const own = statistics.map((name) => weight(name, [2]));
    const { network, parameters } = imported({ nodes, weights: [...weights, ...own] });
    const options = { network, parameters, trains: () => true, optimizer: sgd(), seed: 0, session: testSession };
    const trainer = createTrainer({ ...options, input: { kind: "features" } });
    onTestFinished(() => trainer.close());
    const images = float32(Float32Array.from({ length: 2 * 3 * 16 }, (_, index) => Math.sin(index)), [2, 3, 4, 4]); // prettier-ignore
    await trainer.step({ input: images, labels: int64([0, 1]) }, { step: 0, learningRate: 0 });
    const name = "conv.bn.running_mean";
    const after = (await trainer.parameters())[name].data;
    return Array.from(after, (value, channel) => value - parameters[name].data[channel]);
  };
  const [slow, fast] = [await moved(0.9), await moved(0.7)];
  // of the old statistics 0.9 and 0.7 stay
  slow.forEach((step, channel) => expect(fast[channel] / step).toBeCloseTo(3, 3));
});

describe("a batch normalization in training form", () => {
  const normalization = (x: string): ReturnType<typeof node> =>
    node("BatchNormalization", [[x, "gain", "zeros", "zeros", "ones"], ["norm"]], {
      training_mode: 1,
      epsilon: Float32Array.of(0.25),
    });
  const own = [weight("gain", [2]), weight("zeros", [2], 0), weight("ones", [2], 1)];

  test("of constants standardizes weights, which are learned, as is their gain", async () => {
    const nodes = [
      normalization("conv.rows"),
      node("Reshape", [["norm", "kernel"], ["standardized"]]),
      node("Conv", [["images", "standardized"], ["conv"]]),
      ...body.slice(1),
      head,
    ];
    const stored = [weight("conv.rows", [1, 2, 3]), int64s("kernel", [2, 3, 1, 1]), ...own, ...weights.slice(1)];
    const backbone = imported({ nodes, weights: stored });
    expect(backbone.untrainable).toBeNull();
    const entries = Object.entries(backbone.parameters);
    const rows = entries.find(([, { shape }]) => shape.join() === "1,2,3")?.[1].data as Float32Array;
    const [gain, ...others] = entries.filter(([name, { shape }]) => shape.join() === "2" && name !== "fc.bias");
    expect(others).toEqual([]);
    const kernel = [...rows].map((value, at, all) => {
      const channel = all.slice(3 * Math.trunc(at / 3), 3 * Math.trunc(at / 3) + 3);
      const mean = channel.reduce((sum, one) => sum + one, 0) / 3;
      const variance = channel.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 3;
      return (gain[1].data[Math.trunc(at / 3)] as number) * ((value - mean) / Math.sqrt(variance + 0.25));
    });
    const plain = imported();
    const same = { ...plain.parameters, "conv.weight": float32(Float32Array.from(kernel), [2, 3, 1, 1]) };
    const expected = await logitsOf({ ...plain, parameters: same }, 2);
    (await logitsOf(backbone, 2)).forEach((logit, at) => expect(logit).toBeCloseTo(expected[at], 5));
  });

  test("of images cannot be followed", () => {
    const nodes = [body[0], normalization("conv"), node("Relu", [["norm"], ["relu"]]), ...body.slice(2), head];
    expect(() => imported({ nodes, weights: [...weights, ...own] })).toThrow("expected training_mode 0");
  });
});

describe("an operator without a gradient", () => {
  const sign = (x: string, y: string): ReturnType<typeof node> => node("Sign", [[x], [y]]);

  test("behind a weight makes a network that stays as it is, and says so", () => {
    const nodes = [
      ...body.slice(0, 1),
      sign("conv", "sign"),
      node("Relu", [["sign"], ["relu"]]),
      ...body.slice(2),
      head,
    ];
    expect(imported({ nodes }).untrainable).toBe(
      'a.onnx: its operator Sign ("sign") has no gradient, so its layers stay as they are.',
    );
  });

  test("before the first weight is in nobody's way", () => {
    const nodes = [sign("images", "sign"), node("Conv", [["sign", "conv.weight"], ["conv"]]), ...body.slice(1), head];
    expect(imported({ nodes }).untrainable).toBeNull();
  });

  test("is also one whose form has none", () => {
    const trace = node("Einsum", [["flat", "square"], ["scaled"]], { equation: "ab,cc->ab" });
    const nodes = [...body, trace, gemmOf("scaled")];
    expect(imported({ nodes, weights: [...weights, weight("square", [2, 2])] }).untrainable).toBe(
      "a.onnx: its layers stay as they are, for they have no gradient: " +
        'Einsum node "scaled/Einsum": expected operands without diagonals, the form with a gradient rule. ' +
        "Its inputs are float32 [7, 2], float32 [2, 2].",
    );
  });
});

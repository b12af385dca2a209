/** @file The forms in which programs export classifiers: layers, names, outputs as onnxruntime's own, one step of training. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Tensor, float32, int64 } from "../../src/core/index.ts";
import { networkParameters, sgd, shapeAfter } from "../../src/engine/nn/index.ts";
import { decodeModel } from "../../src/engine/onnx/index.ts";
import { buildTrainingStep, createTrainer } from "../../src/engine/training/index.ts";
import { besideModel, importBackbone, importLayers, withHead } from "../../src/models/node/index.ts";
import { testSession } from "../support/device.ts";
import {
  activated,
  fileOutputs,
  goldenModel,
  largestDifference,
  outputsOf,
  readFile,
  someImages,
} from "../support/onnx-files.ts";

interface Form {
  file: string;
  what: string;
  layers: string;
  activation?: string;
  /** One image as the file wants it; as planes of float32 when left out. */
  feed?: (image: Tensor<"float32">) => Tensor;
}

/** [1, C, H, W] → [1, H, W, C] */
const channelsLast = ({ shape: [, channels, height, width], data }: Tensor<"float32">): Tensor => {
  const turned = data.map((_, index) => data[(index % channels) * height * width + Math.floor(index / channels)]);
  return float32(turned, [1, height, width, channels]);
};
/** [1, 1, H, W] → [1, H, W] */
const withoutChannel = ({ shape: [, , height, width], data }: Tensor<"float32">): Tensor =>
  float32(data, [1, height, width]);
const asBytes = ({ shape, data }: Tensor<"float32">): Tensor => ({
  dtype: "uint8",
  shape,
  data: Uint8Array.from(data),
});

const forms: Form[] = [
  {
    file: "torch-resnet",
    what: "PyTorch's residual network, normalization kept",
    layers: "conv1 max_pool layer1.0 layer1.1 layer2.0 reduce_mean fc",
  },
  {
    file: "torch-mobilenet",
    what: "PyTorch's inverted residuals, normalization folded and weights without names",
    layers: "features.0 features.1 features.2 features.3 features.4 global_average_pool flatten classifier.1",
  },
  {
    file: "torch-opset9",
    what: "a file of operator set 9 that is flattened by arithmetic on its shape",
    layers: "features.0 features.2 features.3 features.5 reshape classifier.0 classifier.3",
    activation: "logSoftmax",
  },
  {
    file: "torch-opset9-one-image",
    what: "the same for one image alone",
    layers: "features.0 features.2 features.3 features.5 reshape classifier.0 classifier.3",
    activation: "logSoftmax",
  },
  {
    file: "torch-vit",
    what: "a vision transformer",
    layers: "patch_embed reshape transpose cls_token blocks.0 blocks.1 norm gather head",
  },
  {
    file: "keras-nhwc",
    what: "TensorFlow's channels last, with padding at one end and biases that are added",
    layers: "net.conv net.deep mean mean_flat net.predictions",
    activation: "softmax",
    feed: channelsLast,
  },
  {
    file: "keras-grey",
    what: "grey images that have no axis for their channel",
    layers: "image flatten dense scores",
    feed: withoutChannel,
  },
  {
    file: "bytes",
    what: "a file that takes bytes, whose weights are of int8 and whose head is a convolution before its Softmax",
    layers: "shares centred normal stem most flatten logits",
    activation: "softmax",
    feed: asBytes,
  },
  {
    file: "squeezenet",
    what: "a network whose classes are channels of its last convolution",
    layers: "features.0 p0 features.3.squeeze features.3.expand1x1 dropped classifier.1",
  },
  {
    file: "opset7",
    what: "a file of operator set 7 for one image, with attributes for today's inputs",
    layers: "padded conv1 slice1 drop1 pool1 sum1 unsqueeze1 split1 squeeze1 flat1 fc",
    activation: "softmax",
  },
  {
    file: "local-response",
    what: "responses that those of neighbouring channels hold down, and Upsample",
    layers: "conv1 lrn1.0 up1 clip1 mean flat fc",
    activation: "logSoftmax",
  },
  {
    file: "shared",
    what: "a kernel that two convolutions share, and a zero bias that all do",
    layers: "stem twice block stem2 mean flat fc",
  },
];

describe.each(forms)("$what", ({ file, layers, activation = null, feed }) => {
  const path = goldenModel(file);
  const backbone = importLayers(readFileSync(path), { path });

  test("becomes layers with readable names, all of which can be trained", () => {
    expect(backbone.network.layers.map(({ name }) => name).join(" ")).toBe(layers);
    expect(networkParameters(backbone.network).map(({ name }) => name)).toEqual(Object.keys(backbone.parameters));
    expect(backbone).toMatchObject({ untrainable: null, hasHead: true, activation });
  });

  test("gives onnxruntime's outputs within 1e-5, for several images as for one", async () => {
    const images = someImages([3, ...backbone.network.inputShape], { bytes: file === "bytes" });
    const theirs = (await fileOutputs(readFileSync(path), images, feed)).flatMap((data) => Array.from(data, Number));
    const own = await outputsOf(backbone, images);
    expect(largestDifference(activated(own, { activation: backbone.activation, rows: 3 }), theirs)).toBeLessThan(1e-5);
  });

  test("trains every weight, with a new head in the place of its own", async () => {
    const network = withHead(backbone.network, 3);
    expect(shapeAfter(network)).toEqual([3]);
    const specs = networkParameters(network);
    const parameters = Object.fromEntries(
      specs.map((spec) => {
        const own = backbone.parameters[spec.name];
        const isHead = spec.layer === network.layers.at(-1)?.name;
        return [spec.name, isHead ? someImages(spec.shape) : own];
      }),
    );
    const trainer = createTrainer({
      network,
      input: { kind: "features" },
      optimizer: sgd({ momentum: 0.9 }),
      trains: () => true,
      parameters,
      seed: 1,
      session: testSession,
    });
    try {
      const input = someImages([6, ...network.inputShape], { bytes: file === "bytes" });
      const { loss } = await trainer.step(
        { input, labels: int64([0, 1, 2, 0, 1, 2]) },
        { step: 0, learningRate: 0.01 },
      );
      expect(loss).toBeGreaterThan(0);
      const after = await trainer.parameters();
      const still = specs.filter(({ name }) => largestDifference(after[name].data, parameters[name].data) === 0);
      expect(still.map(({ name }) => name)).toEqual([]);
    } finally {
      await trainer.close();
    }
  });
});

test("a graph of doubles becomes float32, a Gemm's factors with its weights", async () => {
  const { bytes, backbone } = await readFile(goldenModel("double"));
  expect(backbone.network.layers.map(({ name }) => name)).toEqual(["stem", "mean", "fc"]);
  const { initializers } = decodeModel(bytes, { batchSize: 1 }).graph;
  const [kernel, weight, bias] = ["stem.weight", "fc.weight", "fc.bias"].map(
    (name) => initializers.get(name)?.data as Float64Array,
  );
  const images = someImages([1, ...backbone.network.inputShape]);
  const means = Array.from({ length: 6 }, (_, filter) => meanResponse(images, kernel.subarray(filter * 27)));
  const scores = Array.from(bias, (shift, score) =>
    means.reduce((sum, mean, filter) => sum + 0.5 * mean * weight[filter * 5 + score], 2 * shift),
  );
  expect(largestDifference(await outputsOf(backbone, images), scores)).toBeLessThan(1e-5);
});

/** The mean over all places of what is above 0 of a 3x3 kernel's response to an image [1, 3, 16, 16]. */
function meanResponse({ data }: Tensor<"float32">, kernel: Float64Array): number {
  const places = Array.from({ length: 14 * 14 }, (_, place) => [Math.floor(place / 14), place % 14]);
  const taps = Array.from({ length: 27 }, (_, tap) => [Math.floor(tap / 9), Math.floor(tap / 3) % 3, tap % 3]);
  const responses = places.map(([y, x]) =>
    taps.reduce((sum, [channel, dy, dx], tap) => sum + kernel[tap] * data[channel * 256 + (y + dy) * 16 + x + dx], 0),
  );
  return responses.reduce((sum, response) => sum + Math.max(0, response), 0) / places.length;
}

test("a file that ends in features gets a head, and says that it has none", async () => {
  const { bytes, backbone } = await readFile(goldenModel("no-head"));
  expect(backbone).toMatchObject({ hasHead: false, activation: null, untrainable: null });
  expect(backbone.network.layers.map(({ name }) => name)).toEqual(["body.0", "body.2", "features", "head"]);
  const images = someImages([2, ...backbone.network.inputShape]);
  const theirs = (await fileOutputs(bytes, images)).flatMap((data) => Array.from(data, Number));
  expect(largestDifference(await outputsOf(backbone, images), theirs)).toBeLessThan(1e-6);
  const network = withHead(backbone.network, 3);
  expect(network.layers.map(({ name }) => name)).toEqual(["body.0", "body.2", "features", "pool", "head"]);
  expect(shapeAfter(network)).toEqual([3]);
});

describe("operators that Graft does not know", () => {
  test.each([
    { file: "einsum", what: "Einsum, a normalization, an If and one of Microsoft's", activation: "softmax" },
    { file: "opset9-opaque", what: "one of operator set 9, and Upsample", activation: "logSoftmax" },
    { file: "fixed-batch", what: "one that is fed one image alone", activation: null },
  ])("$what run as they are below the head", async ({ file, activation }) => {
    const { bytes, backbone } = await readFile(goldenModel(file));
    expect(backbone.network.layers.map(({ name }) => name).slice(0, 1)).toEqual(["backbone"]);
    expect(backbone).toMatchObject({ hasHead: true, activation });
    expect(backbone.untrainable).toContain("cannot be trained");
    const images = someImages([3, ...backbone.network.inputShape]);
    const theirs = (await fileOutputs(bytes, images)).flatMap((data) => Array.from(data, Number));
    const own = activated(await outputsOf(backbone, images), { activation: backbone.activation, rows: 3 });
    expect(largestDifference(own, theirs)).toBeLessThan(1e-5);
  });
});

test("features below operators that Graft does not know get a head, too", async () => {
  const { bytes, backbone } = await readFile(goldenModel("opaque-features"));
  expect(backbone).toMatchObject({ hasHead: false, activation: null, parameters: {} });
  expect(backbone.network.layers.map(({ name }) => name)).toEqual(["backbone", "head"]);
  const images = someImages([2, ...backbone.network.inputShape]);
  const theirs = (await fileOutputs(bytes, images)).flatMap((data) => Array.from(data, Number));
  expect(largestDifference(await outputsOf(backbone, images), theirs)).toBeLessThan(1e-5);
  expect(shapeAfter(withHead(backbone.network, 3))).toEqual([3]);
});

test("Dropout inside a block draws a mask when it trains", () => {
  const path = goldenModel("shared");
  const { network, parameters } = importLayers(readFileSync(path), { path });
  const step = (trains: (layer: string) => boolean) =>
    buildTrainingStep({ network, input: { kind: "features" }, optimizer: sgd(), trains, frozen: parameters }, 2);
  expect(step(() => true).masks).toEqual([[{ name: "block.inner_dropped", shape: [2, 6, 16, 16], keep: 0.5 }]]);
  expect(step((layer) => layer === "fc").masks).toEqual([[]]);
});

test("what a file says of its images is told", async () => {
  const { preprocessing } = (await readFile(goldenModel("no-head"))).backbone;
  expect(preprocessing.normalization).toEqual({ mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
  const bytes = (await readFile(goldenModel("bytes"))).backbone.preprocessing;
  expect(bytes.normalization).toEqual({ mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] });
  expect(bytes.classNames).toEqual(["a", "b", "c", "d", "e"]);
});

test("weights in a file beside the model are read", async () => {
  const path = goldenModel("external");
  const { parameters, network } = await importBackbone(readFileSync(path), { path, external: besideModel(path) });
  expect(parameters["conv1.weight"].data.length).toBe(6 * 3 * 9);
  const scores = await outputsOf({ network, parameters }, someImages([1, 3, 16, 16]));
  expect(scores.every(Number.isFinite)).toBe(true);
});

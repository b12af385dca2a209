import { describe, expect, test } from "vitest";
import { GraphError, float32 } from "../../core/index.ts";
import {
  type Layer,
  type Parameters,
  activation,
  conv2d,
  dense,
  flatten,
  globalAveragePool,
  initializeParameters,
  maxPool2d,
} from "../../engine/nn/index.ts";
import { Operations } from "../../engine/onnx/index.ts";
import { exportModel } from "../../engine/training/index.ts";
import { findSight } from "./find-sight.ts";
import { type HeatMap, openHeatMaps } from "./open-heat-maps.ts";

const SIDE = 4;

/** Grey images of 4x4 pixels. */
function modelOf(layers: readonly Layer[], parameters: Parameters = {}): Uint8Array {
  const network = { name: "small", inputShape: [1, SIDE, SIDE], layers };
  return exportModel({
    network,
    parameters: { ...initializeParameters(network, 3), ...parameters },
    input: { kind: "images", normalization: { mean: [0], std: [1] } },
  });
}

async function mapOf(model: Uint8Array, image: readonly number[], label: number): Promise<HeatMap> {
  const maps = await openHeatMaps(model, { threads: 1 });
  try {
    return await maps.mapOf(Uint8Array.from(image), label);
  } finally {
    await maps.close();
  }
}

/** One filter that copies the image, and a head for which all that is bright speaks for class 1 and against class 0. */
const copies = {
  "conv.weight": float32(Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0), [1, 1, 3, 3]),
  "conv.bias": float32(Float32Array.of(0)),
  "head.weight": float32(Float32Array.of(-1, 1), [2, 1]),
  "head.bias": float32(Float32Array.of(0, 0)),
};
const conv = conv2d("conv", { filters: 1 });
const relu = activation("relu", "relu");
const image = Array.from({ length: SIDE * SIDE }, (_, place) => (place === 6 ? 255 : place === 9 ? 51 : 0));

describe("a model of one filter", () => {
  const model = modelOf([conv, relu, globalAveragePool("pool"), dense("head", { units: 2 })], copies);

  test("looked where the image is bright, as far as it is", async () => {
    const { height, width, values } = await mapOf(model, image, 1);
    expect([height, width]).toEqual([SIDE, SIDE]);
    // the mean of 16 places: each has 1/16 of the gradient
    expect(Array.from(values)).toEqual(image.map((pixel) => expect.closeTo(pixel / 255 / 16, 6)));
  });

  test("has nothing to show for the class that what is bright speaks against", async () => {
    expect(Array.from((await mapOf(model, image, 0)).values)).toEqual(image.map(() => 0));
  });
});

test("the grid is that of the last features before they are pooled", async () => {
  const convolutions = [conv2d("conv1", { filters: 3 }), relu, maxPool2d("pool1"), conv2d("conv2", { filters: 5 })];
  const model = modelOf([
    ...convolutions,
    activation("relu2", "relu"),
    maxPool2d("pool2"),
    flatten("flatten"),
    dense("head", { units: 2 }),
  ]);
  const { height, width } = await mapOf(model, image, 1);
  expect([height, width]).toEqual([2, 2]);
});

test("a network of dense layers alone has none", async () => {
  const model = modelOf([flatten("flatten"), dense("head", { units: 2 })]);
  await expect(openHeatMaps(model)).rejects.toThrow(
    new GraphError(
      "expected a network whose last features lie as the image does, from convolutions or attention among " +
        "patches, got one that has neither.",
    ),
  );
});

test("attention in windows has none", () => {
  const g = new Operations();
  const images = g.input("images", "float32", [1, 3, 8, 8]);
  const kernel = g.constant(float32(new Float32Array(4 * 3 * 2 * 2), [4, 3, 2, 2]));
  // four windows of four patches each
  const windows = g.reshape(g.conv(images, kernel, { strides: [2, 2] }), [4, 4, 4]);
  const attended = g.matMul(g.softmax(g.matMul(windows, g.transpose(windows, [0, 2, 1]))), windows);
  const logits = g.reduceMean(g.reshape(attended, [1, 16, 4]), [1]);
  expect(() => findSight(g.nodes, { images, logits })).toThrow(
    "expected every block to attend to all patches (4 x 4 of them), got blocks that attend to 4 tokens, as " +
      "those with windows do.",
  );
});

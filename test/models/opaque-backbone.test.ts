/** @file Files with operators that Graft does not know serve as frozen backbones. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { GraphError, type Tensor, float32, stream } from "../../src/core/index.ts";
import { gradient } from "../../src/engine/autodiff/index.ts";
import { forward, forwardFlops, inferenceOptions, sliceNetwork } from "../../src/engine/nn/index.ts";
import { lower } from "../../src/engine/lowering/index.ts";
import { Operations } from "../../src/engine/onnx/index.ts";
import { createModelSession, createSession } from "../../src/engine/runtime/index.ts";
import { createInferenceSession, exportModel } from "../../src/engine/training/index.ts";
import { type ImportedBackbone, importBackbone } from "../../src/models/index.ts";

const folder = fileURLToPath(new URL("../golden/opaque/", import.meta.url));
const threads = { threads: 1 };

function read(name: string): { bytes: Uint8Array; path: string } {
  const path = `${folder}${name}.onnx`;
  return { bytes: readFileSync(path), path };
}

async function open(name: string): Promise<ImportedBackbone> {
  const { bytes, path } = read(name);
  return importBackbone(bytes, { path });
}

/** Bytes, and the same numbers as a network of Graft is fed them. */
function images(count: number, [channels, height, width]: readonly number[]): { bytes: Uint8Array; planes: Tensor } {
  const random = stream(7, "images");
  const bytes = Uint8Array.from({ length: count * channels * height * width }, () =>
    Math.floor(256 * random.uniform()),
  );
  return { bytes, planes: float32(Float32Array.from(bytes, Number), [count, channels, height, width]) };
}

/** What onnxruntime makes of the file, image by image. */
async function filesOwn(name: string, count: number, make: (index: number) => Tensor): Promise<number[]> {
  const session = await createModelSession(read(name).bytes, threads);
  const rows: number[] = [];
  for (let index = 0; index < count; index++) {
    const results = await session.run({ image: make(index) });
    rows.push(...Array.from(results[session.outputNames[0]].data, Number));
  }
  await session.close();
  return rows;
}

async function ofNetwork(
  { network, parameters }: Pick<ImportedBackbone, "network" | "parameters">,
  input: Tensor,
): Promise<number[]> {
  const session = await createInferenceSession({ network, parameters, input: { kind: "features" } }, threads);
  const { output } = await session.run({ input });
  await session.close();
  return Array.from(output.data, Number);
}

function softmax(rows: number[], length: number): number[] {
  return rows.map((value, index) => {
    const start = index - (index % length);
    const sum = rows.slice(start, start + length).reduce((total, one) => total + Math.exp(one), 0);
    return Math.exp(value) / sum;
  });
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);
}

/** By file: what its network looks like. */
const files = {
  vit: { shape: [3, 8, 8], head: "head", features: 8, operator: 'Shrink node "shrink_shrunk"', layout: "CHW" },
  microsoft: { shape: [3, 8, 8], head: "fc", features: 6, operator: 'Gelu node "gelu_activated"', layout: "CHW" },
  branches: { shape: [1, 8, 8], head: "classifier", features: 36, operator: 'If node "if_chosen"', layout: "CHW" },
  "own-function": {
    shape: [3, 8, 8],
    head: "conv_pixel",
    features: 7,
    operator: 'Swish node "swish_activated"',
    layout: "HWC",
  },
} as const;
const names = Object.keys(files) as (keyof typeof files)[];

describe("a file with operators that Graft does not know", () => {
  test.each(names)("%s is one layer without parameters, and the file's head", async (name) => {
    const { shape, head, features, operator, layout } = files[name];
    const backbone = await open(name);
    expect(backbone.network.inputShape).toEqual(shape);
    expect(backbone.network.layers.map((layer) => layer.name)).toEqual(["backbone", head]);
    expect(backbone.network.layers[0].parameters(shape)).toEqual([]);
    expect(backbone.network.layers[0].outputShape(shape)).toEqual([features]);
    expect(Object.entries(backbone.parameters).map(([key, tensor]) => [key, tensor.shape])).toEqual([
      [`${head}.weight`, [5, features]],
      [`${head}.bias`, [5]],
    ]);
    expect(backbone.preprocessing.layout).toBe(layout);
    expect(backbone.untrainable).toContain(operator);
  });

  test.each(names.flatMap((name) => [1, 3].map((count) => [name, count] as const)))(
    "%s gives what onnxruntime gives for the file, for %i images",
    async (name, count) => {
      const { shape } = files[name];
      const [channels, height, width] = shape;
      const { bytes, planes } = images(count, shape);
      const size = channels * height * width;
      const scale = name === "own-function" ? 1 : 1 / 100;
      const input = float32(
        (planes.data as Float32Array).map((value) => value * scale),
        planes.shape,
      );
      const expected = await filesOwn(name, count, (index) => {
        const start = index * size;
        if (name !== "own-function") return float32(input.data.slice(start, start + size), [1, ...shape]);
        const one = bytes.slice(start, start + size);
        const rows = Uint8Array.from(
          one,
          (_, place) => one[(place % channels) * height * width + Math.floor(place / channels)],
        );
        return { dtype: "uint8", shape: [1, height, width, channels], data: rows };
      });
      const logits = await ofNetwork(await open(name), input);
      expect(largestDifference(name === "microsoft" ? softmax(logits, 5) : logits, expected)).toBeLessThan(1e-5);
      // images differ, or nothing would be shown
      expect(new Set(expected.map((value) => value.toFixed(6))).size).toBeGreaterThan(count);
    },
  );

  test.each(names)("%s is exported with a free batch", async (name) => {
    const { network, parameters } = await open(name);
    const normalization = {
      mean: [0.5, 0.5, 0.5].slice(0, network.inputShape[0]),
      std: [1, 1, 1].slice(0, network.inputShape[0]),
    };
    const bytes = exportModel({ network, parameters, input: { kind: "images", normalization } });
    const session = await createModelSession(bytes, threads);
    const { bytes: data } = images(3, network.inputShape);
    const { probabilities } = await session.run({
      images: { dtype: "uint8", shape: [3, ...network.inputShape], data },
    });
    await session.close();
    expect(probabilities.shape).toEqual([3, 5]);
    const sums = [0, 1, 2].map((row) =>
      Array.from(probabilities.data.slice(5 * row, 5 * row + 5), Number).reduce((a, b) => a + b),
    );
    expect(sums.every((sum) => Math.abs(sum - 1) < 1e-5)).toBe(true);
  });

  test("has no gradient", async () => {
    const { network } = await open("vit");
    const g = new Operations();
    const x = g.input("x", "float32", [2, 3, 8, 8]);
    const features = forward(g, { network: sliceNetwork(network, 0, 1), x, options: inferenceOptions(() => x) });
    expect(() => gradient(g, g.reduceSum(features, [0, 1]), [x])).toThrow(
      new GraphError(
        'node "backbone/foreign": expected operators with gradient rules, got those of a file, which run as they are: ' +
          "Add, Concat, Einsum, Gather, Conv, Erf, Expand, LayerNormalization, MatMul, ReduceMean, Reshape, Shape, " +
          "Shrink, Softmax, Split, Sub, Transpose, Where. Freeze the layers up to this node, or leave it out of what is trained.",
      ),
    );
  });

  test("runs beside operators that other operator sets have in other forms", async () => {
    for (const name of ["vit", "microsoft"]) {
      const { network } = await open(name);
      const g = new Operations();
      const x = g.input("x", "float32", [2, 3, 8, 8]);
      const features = forward(g, { network: sliceNetwork(network, 0, 1), x, options: inferenceOptions(() => x) });
      const [, length] = features.shape;
      g.output(g.reduceMean(g.reshape(features, [length, 2]), [1]), "mean");
      g.output(features, "features");
      const session = await createSession(g.build(), threads);
      const results = await session.run({ x: images(2, [3, 8, 8]).planes });
      await session.close();
      const values = Array.from(results.features.data, Number);
      const expected = Array.from({ length }, (_, index) => (values[2 * index] + values[2 * index + 1]) / 2);
      expect(largestDifference(Array.from(results.mean.data, Number), expected)).toBeLessThan(1e-5);
    }
  });

  test("counts convolutions and matrix products", async () => {
    const { network } = await open("vit");
    // patches, qkv, head
    expect(forwardFlops(network)).toBe(2 * (4 * 8 * 48 + 5 * 8 * 24 + 8 * 5));
  });

  test.each(["vit", "branches"])("%s runs in a lowered graph of a fixed batch", async (name) => {
    const { network, parameters } = await open(name);
    const { inputShape } = network;
    const g = new Operations();
    const x = g.input("input", "float32", [3, ...inputShape]);
    const body = sliceNetwork(network, 0, 1);
    g.output(forward(g, { network: body, x, options: inferenceOptions(() => x) }), "output");
    const session = await createSession(lower(g.build(), { blockSize: 16 }), threads);
    const { planes } = images(3, inputShape);
    const { output } = await session.run({ input: planes });
    await session.close();
    const expected = await ofNetwork({ network: body, parameters }, planes);
    expect(largestDifference(Array.from(output.data, Number), expected)).toBe(0);
  });

  test("of an operator set that neither Graft nor onnxruntime knows are refused", async () => {
    const { bytes, path } = read("vit");
    const newer = Uint8Array.from(bytes);
    const place = bytes.lastIndexOf(20);
    expect(bytes[place - 1]).toBe(0x10);
    newer[place] = 99;
    await expect(importBackbone(newer, { path })).rejects.toThrow(
      `${path}: expected operator set 7 to 26, got 99. Convert it with onnx.version_converter. Nor can it run as it is. `,
    );
  });

  test("is refused in one sentence where onnxruntime does not know them either", async () => {
    const { bytes, path } = read("vit");
    await expect(importBackbone(renamed(bytes, "Shrink", "Shrunk"), { path })).rejects.toThrow(
      `${path}: Shrunk node "shrink_shrunk": expected an operator that Graft knows, got "Shrunk". ` +
        "Nor can it run as it is, since onnxruntime has no Shrunk either: whoever exported it left an operator of " +
        "another framework. Export the model as it predicts, without layers that augment images.",
    );
  });

  test("is refused in one sentence where it has no head", async () => {
    const { bytes, path } = read("microsoft");
    await expect(importBackbone(renamed(bytes, "Softmax", "Hardmax"), { path })).rejects.toThrow(
      new GraphError(
        `${path}: expected a classifier, whose last operator with weights is a product of features with a matrix, ` +
          'got Hardmax "softmax_probabilities". Export the network with its classifier.',
      ),
    );
  });
});

/** The same bytes with one word in the place of another of its length. */
function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll(from, to), "latin1");
}

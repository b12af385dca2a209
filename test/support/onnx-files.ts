/** @file The small model files of test/golden/onnx, and what onnxruntime itself makes of a file. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Shape, type Tensor, float32, sizeOf, stream } from "../../src/core/index.ts";
import type { Network, Parameters } from "../../src/engine/nn/index.ts";
import { readModelHeader } from "../../src/engine/onnx/index.ts";
import { createModelSession } from "../../src/engine/runtime/index.ts";
import { createInferenceSession } from "../../src/engine/training/index.ts";
import { type ImportOptions, type ImportedBackbone, importBackbone } from "../../src/models/index.ts";

/** The path of one of the files that make_onnx_models.py writes. */
export function goldenModel(name: string): string {
  return fileURLToPath(new URL(`../golden/onnx/${name}.onnx`, import.meta.url));
}

/** A model file, read. */
export interface ReadFile {
  bytes: Uint8Array;
  backbone: ImportedBackbone;
}

/** Reads a model file as a source network. */
export async function readFile(path: string, options: Partial<ImportOptions> = {}): Promise<ReadFile> {
  const bytes = readFileSync(path);
  return { bytes, backbone: await importBackbone(bytes, { path, ...options }) };
}

/** Numbers as normalized pixels are; whole ones from 0 to 255 for files that take bytes. */
export function someImages(shape: Shape, { bytes = false }: { bytes?: boolean } = {}): Tensor<"float32"> {
  const random = stream(7, "images");
  const draw = (): number => (bytes ? Math.floor(random.uniform() * 256) : random.normal());
  return float32(Float32Array.from({ length: sizeOf(shape) }, draw), shape);
}

/** What a network makes of images, [N, …]. */
export async function outputsOf(
  { network, parameters }: { network: Network; parameters: Parameters },
  images: Tensor,
): Promise<Float32Array> {
  const session = await createInferenceSession({ network, parameters, input: { kind: "features" } }, { threads: 1 });
  try {
    return (await session.run({ input: images })).output.data as Float32Array;
  } finally {
    await session.close();
  }
}

/** What onnxruntime makes of images with the file as it is, one by one. `feed` turns one into what the file wants. */
export async function fileOutputs(
  bytes: Uint8Array,
  images: Tensor<"float32">,
  feed: (image: Tensor<"float32">) => Tensor = (image) => image,
): Promise<Tensor["data"][]> {
  const { inputs } = readModelHeader(bytes);
  const session = await createModelSession(bytes, { threads: 1 });
  const [count, ...shape] = images.shape;
  const length = sizeOf(shape);
  try {
    const results: Tensor["data"][] = [];
    for (let index = 0; index < count; index++) {
      const image = float32(images.data.slice(index * length, (index + 1) * length), [1, ...shape]);
      const outputs = await session.run({ [inputs[0].name]: feed(image) });
      results.push(outputs[session.outputNames[0]].data);
    }
    return results;
  } finally {
    await session.close();
  }
}

/** The file's own last step, over rows of scores. */
export function activated(
  scores: Float32Array,
  { activation, rows }: { activation: ImportedBackbone["activation"]; rows: number },
): number[] {
  const width = scores.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    const own = Array.from(scores.subarray(row * width, (row + 1) * width));
    if (activation === null) return own;
    if (activation === "sigmoid") return own.map((score) => 1 / (1 + Math.exp(-score)));
    const top = Math.max(...own);
    const sum = own.reduce((total, score) => total + Math.exp(score - top), 0);
    return own.map((score) => (activation === "softmax" ? Math.exp(score - top) / sum : score - top - Math.log(sum)));
  }).flat();
}

/** The largest difference of two lists of one length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`expected ${a.length} numbers, got ${b.length}`);
  return Math.max(...Array.from(a, (value, index) => Math.abs(value - b[index])));
}

/** @file Reads imported.json and imported/, which make_imported.py wrote with PyTorch and onnx. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Tensor, float32, int64, sizeOf } from "../../src/core/index.ts";
import type { LabelledBatch } from "../../src/engine/training/index.ts";
import { hash32, hashSymmetric } from "./hash-data.ts";
import type { GoldenTensor, Sampling } from "./trajectories.ts";

/** What PyTorch's training of one network recorded. */
export interface ImportedTraining {
  /** Mean cross-entropy of each step before its update. */
  losses: number[];
  /** The largest relative difference between these losses and those in float64. */
  conditioning: number;
  firstGradients: GoldenTensor[];
  finalParameters: GoldenTensor[];
  finalStatistics: GoldenTensor[];
  /** Euclidean norms of the first gradients, computed in float64, by PyTorch's name. */
  gradientNorms: Record<string, number>;
}

export type ImportedName = "residual" | "depthwise" | "keras" | "half" | "opset9" | "conv-head" | "bytes";

interface GoldenImported {
  data: { seed: number; labelSeed: number; count: number; imageShape: number[]; numClasses: number };
  training: { steps: number; batchSize: number; learningRate: number; momentum: number };
  sampling: Sampling;
  /** `logits`: little-endian float32 in base64, [images, classes]. */
  networks: Record<ImportedName, { logits: string; training?: ImportedTraining }>;
}

/** The golden file. */
export function readImported(): GoldenImported {
  return JSON.parse(readFileSync(new URL("imported.json", import.meta.url), "utf8")) as GoldenImported;
}

/** Where the file of a network lies. */
export function importedPath(name: ImportedName): string {
  return fileURLToPath(new URL(`imported/${name}.onnx`, import.meta.url));
}

/** The images in [-1, 1) that all networks but one are given. */
export function importedImages({ data: { seed, count, imageShape } }: GoldenImported): Tensor<"float32"> {
  const shape = [count, ...imageShape];
  return float32(hashSymmetric(seed, sizeOf(shape), 1), shape);
}

/** The images as bytes, for the network that takes them. */
export function importedPixels({ data: { seed, count, imageShape } }: GoldenImported): Tensor {
  const shape = [count, ...imageShape];
  return { dtype: "uint8", shape, data: Uint8Array.from({ length: sizeOf(shape) }, (_, at) => hash32(seed, at) % 256) };
}

/** The batch that a step is trained on. */
export function importedBatch(golden: GoldenImported, step: number): LabelledBatch {
  const { data, training } = golden;
  const { batchSize } = training;
  const first = (step % (data.count / batchSize)) * batchSize;
  const shape = [batchSize, ...data.imageShape];
  const size = sizeOf(data.imageShape);
  const images = importedImages(golden).data.slice(first * size, (first + batchSize) * size);
  const labels = Array.from({ length: batchSize }, (_, at) => hash32(data.labelSeed, first + at) % data.numClasses);
  return { input: float32(images, shape), labels: int64(labels) };
}

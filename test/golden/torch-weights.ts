/** @file Reads torch_weights.json, the logits that make_torch_weights.py computed with PyTorch. */

import { readFileSync } from "node:fs";
import { type Shape, type Tensor, float32, int64, sizeOf } from "../../src/core/index.ts";
import { hashSymmetric } from "./hash-data.ts";
import { decodeFloat32 } from "./trajectories.ts";

/** How one entry of a `state_dict` is made: centre + hashSymmetric(seed, elements, bound), or a count. */
type GoldenEntry = { name: string; shape: number[] } & (
  { seed: number; centre: number; bound: number } | { count: number }
);

/** A network with PyTorch's names, and what it made of the images. */
export interface GoldenTorchNetwork {
  inputShape: number[];
  stateDict: GoldenEntry[];
  /** Little-endian float32 in base64, [images, classes]. */
  logits: string;
}

interface GoldenTorchWeights {
  inputSeed: number;
  images: number;
  networks: Record<"padded" | "projected" | "mobilenet" | "classic" | "perceptron", GoldenTorchNetwork>;
}

/** The golden file. */
export function readTorchWeights(): GoldenTorchWeights {
  return JSON.parse(readFileSync(new URL("torch_weights.json", import.meta.url), "utf8"));
}

/** The tensors of a `state_dict` by PyTorch's names. */
export function stateDict({ stateDict: entries }: GoldenTorchNetwork): Record<string, Tensor> {
  return Object.fromEntries(entries.map((entry) => [entry.name, tensorOf(entry)]));
}

/** The images that go in. */
export function goldenImages({ inputSeed, images }: GoldenTorchWeights, inputShape: Shape): Tensor<"float32"> {
  const shape = [images, ...inputShape];
  return float32(hashSymmetric(inputSeed, sizeOf(shape), 1), shape);
}

/** The logits, row after row. */
export function goldenLogits({ logits }: GoldenTorchNetwork): Float32Array {
  return decodeFloat32(logits);
}

function tensorOf(entry: GoldenEntry): Tensor {
  if ("count" in entry) return int64([entry.count], entry.shape);
  const { seed, bound, centre, shape } = entry;
  return float32(
    hashSymmetric(seed, sizeOf(shape), bound).map((value) => value + centre),
    shape,
  );
}

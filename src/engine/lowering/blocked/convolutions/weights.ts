/** @file Weights of convolutions in the orders that blocked convolutions read. */

import { int64 } from "../../../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type Value } from "../../../onnx/index.ts";
import { transpose, reshape } from "../../reshape.ts";

/** Weights with filters and channels of zeros at the end, that many in all. */
export function filledWeights(g: Operations, weight: Value, [outputs, inputs]: readonly [number, number]): Value {
  return g.pad(weight, [0, 0, 0, 0, outputs - weight.shape[0], inputs - weight.shape[1], 0, 0]);
}

/** A vector with zeros at the end, that many elements in all. */
export function filledVector(g: Operations, vector: Value, length: number): Value {
  return g.pad(vector, [0, length - vector.shape[0]]);
}

/** A vector or weights without what was filled in: the first elements along the first axes, that many. */
export function unfilled(g: Operations, value: Value, lengths: readonly number[]): Value {
  if (lengths.every((length, axis) => value.shape[axis] === length)) return value;
  return g.slice(value, { starts: lengths.map(() => 0), ends: lengths, axes: [...lengths.keys()] });
}

/** True for weights of one filter a channel. */
export function isDepthwise({ shape: [outputs, inputsPerGroup] }: Pick<Value, "shape">, group: number): boolean {
  return group > 1 && outputs === group && inputsPerGroup === 1;
}

/** [O, I, kernel…] in the order [O / block, I / block, kernel…, block of I, block of O]. */
export function forwardWeights(g: Operations, weight: Value, block: number): Value {
  const [outputs, inputs, height, width] = weight.shape;
  const inner = inputs < block ? weight : channelsLast(g, weight, block);
  const rows = reshape(g, inner, [outputs / block, block, 1, inputs * height * width]);
  return reshape(g, g.op("ReorderInput", [rows], {}, { domain: BLOCKED_DOMAIN }), weight.shape);
}

/** Positions in a kernel, counted row by row, as a kernel of their own. */
export interface KernelPart {
  readonly taps: readonly number[];
  readonly kernel: readonly number[];
}

/** The same for the weights of the input gradient, [I, O, kernel…], of a part of the kernel. */
export function backwardWeights(
  g: Operations,
  weight: Value,
  { blockSize: block, part }: { blockSize: number; part: KernelPart },
): Value {
  const [outputs, inputs, height, width] = weight.shape;
  if (inputs === 1) return partOf(g, forwardWeights(g, weight, block), { tile: block, part });
  const inner = channelsLast(g, weight, block);
  const split = reshape(g, inner, [outputs / block, block, inputs / block, height * width, block]);
  const swapped = reshape(g, transpose(g, split, [2, 0, 3, 1, 4]), [inputs, outputs, height, width]);
  return partOf(g, swapped, { tile: block ** 2, part });
}

/** The whole kernel from its last position to its first. */
export function flippedKernel({ shape: [, , height, width] }: Pick<Value, "shape">): KernelPart {
  return {
    taps: Array.from({ length: height * width }, (_, tap) => height * width - 1 - tap),
    kernel: [height, width],
  };
}

/** [O, I, kernel…] in the order [O, I / block, kernel…, block of I]. */
function channelsLast(g: Operations, weight: Value, block: number): Value {
  const [outputs, inputs, height, width] = weight.shape;
  if (height * width === 1) return weight;
  const rows = reshape(g, weight, [(outputs * inputs) / block, block, 1, height * width]);
  return g.op("ReorderInput", [rows], {}, { domain: BLOCKED_DOMAIN });
}

/** A part of a kernel, each of whose positions is a tile of elements. */
function partOf(g: Operations, weight: Value, { tile, part }: { tile: number; part: KernelPart }): Value {
  const [first, second, height, width] = weight.shape;
  if (height * width === 1) return weight;
  const tiles = reshape(g, weight, [(first * second) / tile, height * width, tile]);
  return reshape(g, g.gather(tiles, g.constant(int64(part.taps)), 1), [first, second, ...part.kernel]);
}

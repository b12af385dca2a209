/** @file Weights of convolutions in the orders that blocked convolutions read. */

import { int64, sizeOf } from "../../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type Value } from "../../onnx/index.ts";
import { view } from "../view.ts";

/** True for weights of one filter a channel. */
export function isDepthwise({ shape: [outputs, inputsPerGroup] }: Pick<Value, "shape">, group: number): boolean {
  return group > 1 && outputs === group && inputsPerGroup === 1;
}

/** [O, I, kernel…] in the order [O / block, I / block, kernel…, block of I, block of O]. */
export function forwardWeights(g: Operations, weight: Value, block: number): Value {
  const [outputs, inputs, height, width] = weight.shape;
  const inner = inputs < block ? weight : channelsLast(g, weight, block);
  const rows = view(g, inner, [outputs / block, block, 1, inputs * height * width]);
  return view(g, g.op("ReorderInput", [rows], {}, { domain: BLOCKED_DOMAIN }), weight.shape);
}

/** The same for the weights of the input gradient, [I, O, flipped kernel…]. */
export function backwardWeights(g: Operations, weight: Value, block: number): Value {
  const [outputs, inputs, height, width] = weight.shape;
  if (inputs === 1) return flipped(g, forwardWeights(g, weight, block), { tile: block });
  const inner = channelsLast(g, weight, block);
  const split = view(g, inner, [outputs / block, block, inputs / block, height * width, block]);
  const swapped = view(g, g.transpose(split, [2, 0, 3, 1, 4]), [inputs, outputs, height, width]);
  return flipped(g, swapped, { tile: block ** 2 });
}

/** [O, I, kernel…] in the order [O, I / block, kernel…, block of I]. */
function channelsLast(g: Operations, weight: Value, block: number): Value {
  const [outputs, inputs, height, width] = weight.shape;
  if (height * width === 1) return weight;
  const rows = view(g, weight, [(outputs * inputs) / block, block, 1, height * width]);
  return g.op("ReorderInput", [rows], {}, { domain: BLOCKED_DOMAIN });
}

/** Weights whose positions in the kernel, each a tile of elements, come in reverse. */
function flipped(g: Operations, weight: Value, { tile }: { tile: number }): Value {
  const positions = weight.shape[2] * weight.shape[3];
  if (positions === 1) return weight;
  const tiles = view(g, weight, [sizeOf(weight.shape) / (positions * tile), positions, tile]);
  const reversed = g.constant(int64(Array.from({ length: positions }, (_, index) => positions - 1 - index)));
  return view(g, g.gather(tiles, reversed, 1), weight.shape);
}

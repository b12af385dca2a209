/** @file The two thin matrices beside a frozen one: what they are, and how a product adds theirs. */

import { GraphError } from "../../../core/index.ts";
import type { Operations, Value } from "../../onnx/index.ts";
import { initializers } from "../initializers.ts";
import type { LayerContext, ParameterSpec } from "../layer.ts";

/** What is beside one weight. */
export interface AdapterShape {
  readonly rank: number;
  /** Times the product of the two. */
  readonly scale: number;
}

/** By the full name of the weight. */
export type Adapters = ReadonlyMap<string, AdapterShape>;

/** `conv1.lora_A` of `conv1.weight`: as peft calls it. */
export function downName(weight: string): string {
  return `${ownerOf(weight)}lora_A`;
}

export function upName(weight: string): string {
  return `${ownerOf(weight)}lora_B`;
}

function ownerOf(weight: string): string {
  return weight.slice(0, weight.lastIndexOf(".") + 1);
}

/**
 * `lora_A` [rank, in] and `lora_B` [out, rank] of a weight; of a kernel, with two axes more. The first starts uniform in
 * ±1 / sqrt(in) and the second at 0, so that the network starts as it was.
 *
 * @throws GraphError if more is done with the weight than to multiply by it.
 * Source: Hu et al. 2021, arXiv:2106.09685; the start as in github.com/huggingface/peft.
 */
export function adapterSpecs(
  { name, shape, product }: ParameterSpec,
  { rank }: AdapterShape,
): [ParameterSpec, ParameterSpec] {
  if (product === undefined) {
    throw new GraphError(`${name}: expected the weight of a product for an adapter, got another.`);
  }
  const [outputs, inputs] = product === "[out, in]" ? shape : [shape[1], shape[0]];
  const window = shape.slice(2);
  const thin = { role: "weight", adapts: true } as const;
  return [
    { ...thin, name: downName(name), shape: [rank, inputs, ...window], initialize: initializers.torchUniform },
    { ...thin, name: upName(name), shape: [outputs, rank, ...window], initialize: initializers.zeros },
  ];
}

interface DenseProduct {
  /** Name of the weight in its layer. */
  readonly weight: string;
  /** [..., in]. */
  readonly x: Value;
  /** What the frozen product makes of it: [..., out]. */
  readonly y: Value;
  /** Of y, with -1 for the batch; its own where it is a matrix. */
  readonly shape?: readonly number[];
}

/** y + scale * (x A^T) B^T, where the weight has an adapter; one pass over y, in which the thin product is summed up. */
export function adaptedRows({ g, adapter }: LayerContext, { weight, x, y, shape = [] }: DenseProduct): Value {
  const own = adapter(weight);
  if (own === null) return y;
  const thin = g.gemm(rowsOf(g, x), own.down, null, { transB: 1 });
  const sum = g.gemm(thin, own.up, rowsOf(g, y), { transB: 1, alpha: own.scale });
  return y.shape.length === 2 ? sum : g.op("Reshape", [sum, g.ints(shape)], { allowzero: 0 });
}

/** [..., n] as [rows, n], for any number of rows. */
function rowsOf(g: Operations, value: Value): Value {
  const width = value.shape[value.shape.length - 1];
  return value.shape.length === 2 ? value : g.op("Reshape", [value, g.ints([-1, width])], { allowzero: 0 });
}

type Attributes = Parameters<Operations["conv"]>[2];

/** The same for y, what a 1x1 convolution with these attributes makes of x. */
export function adaptedConv(
  { g, adapter }: LayerContext,
  { weight, x, y, attributes }: Omit<DenseProduct, "shape"> & { readonly attributes: Attributes },
): Value {
  const own = adapter(weight);
  if (own === null) return y;
  const thin = g.conv(x, own.down, attributes);
  // scaling the kernel is a pass over few numbers
  const up = g.conv(thin, g.scale(own.up, own.scale), { kernel_shape: [1, 1] });
  return g.add(y, up);
}

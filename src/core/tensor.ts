/** @file A tensor in memory: element type, shape and a flat typed array in row-major order. */

import { type Shape, formatShape, sizeOf } from "./shape.ts";

/** The array type that holds each element type. */
export interface DTypeArrays {
  float32: Float32Array;
  float64: Float64Array;
  /** Raw IEEE 754 half-precision bits. */
  float16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int8: Int8Array;
  uint8: Uint8Array;
  /** One byte an element, 0 or 1. */
  bool: Uint8Array;
}

export type DType = keyof DTypeArrays;

export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: DTypeArrays[D];
}

/** The array constructor of each element type. */
export const arrayOf = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/**
 * A float32 tensor over `data`, which is not copied.
 *
 * @throws Error if the length of `data` is not the product of `shape`.
 */
export function float32(data: Float32Array | readonly number[], shape: Shape = [data.length]): Tensor<"float32"> {
  return checked({ dtype: "float32", shape, data: data instanceof Float32Array ? data : Float32Array.from(data) });
}

/** An int64 tensor of whole numbers. */
export function int64(data: readonly number[], shape: Shape = [data.length]): Tensor<"int64"> {
  return checked({ dtype: "int64", shape, data: BigInt64Array.from(data, BigInt) });
}

/** A float32 tensor of rank 0. */
export function scalar(value: number): Tensor<"float32"> {
  return float32([value], []);
}

/** A float32 tensor filled with 0. */
export function zeros(shape: Shape): Tensor<"float32"> {
  return float32(new Float32Array(sizeOf(shape)), shape);
}

/** The bytes of a tensor, sharing its memory. */
export function bytesOf(tensor: Tensor): Uint8Array {
  return new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
}

/** True if both hold the same element type, shape and bits; NaN equals itself. */
export function bitIdentical(a: Tensor, b: Tensor): boolean {
  if (a.dtype !== b.dtype || formatShape(a.shape) !== formatShape(b.shape)) return false;
  const [bytes, others] = [bytesOf(a), bytesOf(b)];
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== others[at]) return false;
  return true;
}

function checked<T extends Tensor>(tensor: T): T {
  if (tensor.data.length !== sizeOf(tensor.shape)) {
    throw new Error(`internal: tensor ${formatShape(tensor.shape)} over ${tensor.data.length} elements`);
  }
  return tensor;
}

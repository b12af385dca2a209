/** @file Constants as plain numbers, however wide their elements are. */

import { type Shape, type Tensor, arrayOf, broadcastShapes, sizeOf } from "../../../core/index.ts";
import { positions, stridesOf } from "../element-order.ts";
import type { FileNode } from "../read/forms/form.ts";

/** More elements than a mask or a grid has: what grows beyond it from less is no constant worth computing. */
export const LARGEST = 2 ** 22;

/** A tensor whose elements are plain numbers. */
export interface Numbers {
  readonly dtype: Tensor["dtype"];
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** Null stands for an input that is left out. */
export type Inputs = readonly (Numbers | null)[];

/** What an operator makes of constants; null where it is none that is computed. */
export type Fold = (inputs: Inputs, node: FileNode) => Numbers | null;

/** True for a result that is large, and larger than what it is made from: a few bytes may ask for any length. */
export function grows(size: number, ...from: readonly Numbers[]): boolean {
  return !Number.isSafeInteger(size) || size > Math.max(LARGEST, ...from.map(({ data }) => data.length));
}

export function numbersOf(tensor: Tensor | null): Numbers | null {
  if (tensor === null) return null;
  return tensor.dtype === "int64"
    ? { ...tensor, data: Array.from(tensor.data as BigInt64Array, Number) }
    : (tensor as Numbers);
}

/** Null where a length is none, as a file may say that is damaged. */
export function tensorOf({ dtype, shape, data }: Numbers): Tensor | null {
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) return null;
  if (dtype === "int64")
    return { dtype, shape, data: BigInt64Array.from({ length: data.length }, (_, at) => bigIntOf(data[at])) };
  return { dtype, shape, data: arrayOf[dtype].from(data) } as Tensor;
}

/** Numbers beyond 64 bits stay at their ends: files write the largest of them for "to the end". */
function bigIntOf(value: number): bigint {
  if (value >= 2 ** 63) return 2n ** 63n - 1n;
  return value < -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(value));
}

export function isInteger({ dtype }: { dtype: Tensor["dtype"] }): boolean {
  return dtype !== "float32" && dtype !== "float64" && dtype !== "float16";
}

/** Operands element by element, broadcast to one shape. */
export function pairwise(
  a: Numbers | null,
  b: Numbers | null,
  compute: (a: number, b: number) => number,
): Numbers | null {
  if (a === null || b === null) return null;
  const shape = broadcastShapes(a.shape, b.shape);
  if (grows(sizeOf(shape), a, b)) return null;
  const [left, right] = [broadcast(a, shape).data, broadcast(b, shape).data];
  return { dtype: a.dtype, shape, data: Array.from(left, (value, index) => compute(value, right[index])) };
}

export function broadcast(x: Numbers, shape: Shape): Numbers {
  const extra = shape.length - x.shape.length;
  const own = stridesOf(x.shape);
  const strides = shape.map((_, axis) => (axis < extra || x.shape[axis - extra] === 1 ? 0 : own[axis - extra]));
  return strided(x, { shape, strides, offset: 0 });
}

/** Elements of x from a place on, as far apart as the strides say. */
export function strided(
  x: Numbers,
  { shape, strides, offset }: { shape: Shape; strides: readonly number[]; offset: number },
): Numbers {
  const data = new Float64Array(Math.max(0, sizeOf(shape)));
  positions(shape, strides, offset, (to, from) => {
    data[to] = x.data[from];
  });
  return { dtype: x.dtype, shape, data };
}

/** The whole numbers of an attribute, or of the input that newer operator sets have in its place. */
export function listOf(input: Numbers | null | undefined, attribute: unknown): readonly number[] | undefined {
  if (input !== null && input !== undefined) return Array.from(input.data);
  return Array.isArray(attribute) ? (attribute as number[]) : undefined;
}

/** @file The elements of tensors in other orders. */

import { type Shape, type Tensor, arrayOf, sizeOf } from "../../core/index.ts";

/** The constant with its axes in the order of `perm`, or reversed where there is none. */
export function transpose<T extends Tensor>(x: T, given?: unknown): T {
  const perm = Array.isArray(given) ? (given as number[]) : [...x.shape.keys()].reverse();
  const shape = perm.map((axis) => x.shape[axis]);
  const strides = stridesOf(x.shape);
  const moved = perm.map((axis) => strides[axis]);
  const data = new arrayOf[x.dtype](x.data.length);
  positions(shape, moved, 0, (to, from) => {
    data[to] = x.data[from];
  });
  return { ...x, shape, data };
}

/** Visits every position of `shape` in order with its place at the given strides. */
export function positions(
  shape: Shape,
  strides: readonly number[],
  offset: number,
  visit: (to: number, from: number) => void,
): void {
  const total = sizeOf(shape);
  const index = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < total; to++) {
    visit(to, from);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] += 1;
      from += strides[axis];
      if (index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

/** How far apart the elements of an axis lie, for each axis. */
export function stridesOf(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** Part of an axis: from `start` to before `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Elements of a range. */
export function rangeLength({ start, end, step }: Range): number {
  return Math.max(0, Math.ceil((end - start) / step));
}

/** What a Slice keeps of every axis, clamped as ONNX prescribes. `axes` are counted from the front; no step is 0. */
export function rangesOf(
  shape: Shape,
  { starts, ends, axes, steps }: Record<"starts" | "ends" | "axes" | "steps", readonly number[]>,
): Range[] {
  const ranges = shape.map((length): Range => ({ start: 0, end: length, step: 1 }));
  for (const [index, axis] of axes.entries()) {
    const [length, step] = [shape[axis], steps[index]];
    // backwards a range ends before the first element
    const [first, last] = step > 0 ? [0, length] : [-1, length - 1];
    const clamp = (position: number, low: number): number =>
      Math.min(Math.max(position < 0 ? position + length : position, low), last);
    ranges[axis] = { start: clamp(starts[index], 0), end: clamp(ends[index], first), step };
  }
  return ranges;
}

/** @file Positions inside a sliding window, and what each of them saw. */

import type { Operations, Value, Window } from "../../onnx/index.ts";

export interface WindowPosition {
  /** Position inside the kernel, one entry a spatial axis. */
  offset: readonly number[];
  window: Window;
  /** Output lengths. */
  lengths: readonly number[];
}

/** Every position inside the kernel, row-major. */
export function kernelOffsets(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (offsets, length) => offsets.flatMap((outer) => Array.from({ length }, (_, k) => [...outer, k])),
    [[]],
  );
}

/** What one kernel position saw of an already padded input: [N, C, lengths…]. */
export function seenAt(g: Operations, padded: Value, { offset, window, lengths }: WindowPosition): Value {
  const starts = offset.map((k, axis) => k * window.dilations[axis]);
  return g.slice(padded, {
    starts,
    ends: starts.map((start, axis) => start + (lengths[axis] - 1) * window.strides[axis] + 1),
    axes: starts.map((_, axis) => axis + 2),
    steps: window.strides,
  });
}

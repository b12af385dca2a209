/** @file The gradient of Slice. */

import type { NodeView, Operations, Value } from "../../onnx/index.ts";

/** Zeros with the gradient put back where the slice was taken; steps become gaps of zeros. */
export function sliceGrad(g: Operations, node: NodeView): Value {
  const dy = node.input(0);
  const inputShape = node.ints("input_shape") ?? [];
  const starts = node.ints("starts") ?? [];
  const steps = node.ints("steps") ?? [];
  const backwards = [...steps.keys()].filter((axis) => steps[axis] < 0);
  let spaced = reverse(g, dy, backwards);
  steps.forEach((step, axis) => {
    spaced = g.spaceOut(spaced, { axis, step: Math.abs(step) });
  });
  const begins = starts.map((start, axis) => (steps[axis] > 0 ? start : start + (dy.shape[axis] - 1) * steps[axis]));
  const ends = begins.map((begin, axis) => inputShape[axis] - begin - spaced.shape[axis]);
  // the gap after the last element may reach past the end: cut it off
  const kept = ends.map((end, axis) => spaced.shape[axis] + Math.min(0, end));
  const cut = ends.some((end) => end < 0)
    ? g.slice(spaced, { starts: kept.map(() => 0), ends: kept, axes: [...kept.keys()] })
    : spaced;
  return g.pad(cut, [...begins, ...ends.map((end) => Math.max(0, end))]);
}

function reverse(g: Operations, value: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return value;
  const steps = axes.map(() => -1);
  return g.slice(value, { starts: steps, ends: axes.map(() => Number.MIN_SAFE_INTEGER), axes, steps });
}

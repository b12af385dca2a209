/** @file Another shape, or another order of the axes, for the same elements. */

import { type Shape, sameShape } from "../../core/index.ts";
import type { Operations, Value } from "../onnx/index.ts";

/** The elements of a value in another shape; a shape that was only passed through is left out. */
export function reshape(g: Operations, value: Value, shape: Shape): Value {
  let source = value;
  for (let node = g.producerOf(source); node?.opType === "Reshape"; node = g.producerOf(source)) {
    const [input] = node.inputs;
    if (input === null) break;
    source = input;
    if (sameShape(source.shape, shape)) return source;
  }
  return g.reshape(source, shape);
}

/** A value with its axes in another order; nothing is moved where only axes of length 1 change places. */
export function transpose(g: Operations, value: Value, perm: readonly number[]): Value {
  const long = perm.filter((axis) => value.shape[axis] !== 1);
  const isInOrder = long.every((axis, index) => index === 0 || axis > long[index - 1]);
  if (!isInOrder) return g.transpose(value, perm);
  return reshape(
    g,
    value,
    perm.map((axis) => value.shape[axis]),
  );
}

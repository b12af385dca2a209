/** @file Another shape for the same elements. */

import { type Shape, sameShape } from "../../core/index.ts";
import type { Operations, Value } from "../onnx/index.ts";

/** The elements of a value in another shape; a shape that was only passed through is left out. */
export function view(g: Operations, value: Value, shape: Shape): Value {
  let source = value;
  for (let node = g.producerOf(source); node?.opType === "Reshape"; node = g.producerOf(source)) {
    const [input] = node.inputs;
    if (input === null) break;
    source = input;
    if (sameShape(source.shape, shape)) return source;
  }
  return g.reshape(source, shape);
}

/** @file The gradient of Relu. */

import type { NodeView, Operations, Value } from "../../onnx/index.ts";

/** dy where y > 0, else 0. */
export function reluGrad(g: Operations, node: NodeView): Value {
  return g.where(g.greater(node.input(0), g.scalar(0)), node.input(1), g.scalar(0));
}

/** @file The gradient of Relu on blocked images. */

import type { Operations, Value } from "../../onnx/index.ts";
import type { BlockedLowering } from "../context.ts";

export const reluGrad: BlockedLowering = ({ g, node, layouts }) => {
  const [y, dy] = [node.input(0), node.input(1)];
  if (!layouts.canFill(dy) || !(layouts.isBlocked(y) || layouts.isBlocked(dy))) return undefined;
  return { blocked: keepPositive(g, layouts.blocked(y), layouts.blocked(dy)) };
};

/** dy where y > 0, else 0; as a product, which runs faster than Where. */
export function keepPositive(g: Operations, y: Value, dy: Value): Value {
  return g.mul(dy, g.cast(g.greater(y, g.scalar(0)), "float32"));
}

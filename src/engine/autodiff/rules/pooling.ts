/** @file Gradient rules for pooling. */

import { sizeOf } from "../../../core/index.ts";
import { GRAFT_DOMAIN, rawAttributes } from "../../onnx/index.ts";
import type { GradientRule } from "../rule.ts";
import { toFirstAlong } from "./first-extreme.ts";

export const poolingRules = {
  MaxPool: ({ g, node, dy, inputs: [x], outputs: [y] }) => [
    g.op("MaxPoolGrad", [x, y, dy], rawAttributes(node.attributes), { domain: GRAFT_DOMAIN }),
  ],
  AveragePool: ({ g, node, dy, inputs: [x] }) => [
    g.op(
      "AveragePoolGrad",
      [dy],
      { ...rawAttributes(node.attributes), input_shape: x.shape },
      { domain: GRAFT_DOMAIN },
    ),
  ],
  // dx = dy / (number of positions), everywhere
  GlobalAveragePool: ({ g, dy, inputs: [x] }) => [g.expand(g.scale(dy, 1 / sizeOf(x.shape.slice(2))), x.shape)],
  // a tie goes to the first in row-major order
  GlobalMaxPool: (context) => {
    const spatial = [...context.dy.shape.keys()].slice(2);
    return [toFirstAlong(context, { axes: spatial, position: "ArgMax" })];
  },
} satisfies Record<string, GradientRule>;

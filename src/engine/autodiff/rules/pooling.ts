/** @file Gradient rules for pooling. */

import { sizeOf } from "../../../core/index.ts";
import { GRAFT_DOMAIN, type Value, rawAttributes, windowOf } from "../../onnx/index.ts";
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
  // y = (sum |x|^p)^(1/p)  =>  dx = x |x|^(p-2) * sum over windows of dy / y^(p-1), which is 0 where y is 0
  LpPool: ({ g, node, dy, inputs: [x], outputs: [y] }) => {
    const { p = 2, ...window } = rawAttributes(node.attributes);
    const safe = g.where(g.equal(y, g.scalar(0)), g.scalar(1), y);
    const power = (base: Value, exponent: number): Value => g.pow(base, g.scalar(exponent));
    const share = p === 2 ? g.div(dy, safe) : g.div(dy, power(safe, Number(p) - 1));
    const { kernel } = windowOf(node, x.shape.slice(2));
    const attributes = { ...window, count_include_pad: 1, input_shape: x.shape };
    const mean = g.op("AveragePoolGrad", [share], attributes, { domain: GRAFT_DOMAIN });
    const slope = p === 2 ? x : g.mul(g.sign(x), power(g.op("Abs", [x]), Number(p) - 1));
    return [g.mul(slope, g.scale(mean, sizeOf(kernel)))];
  },
  // dx = dy / (number of positions), everywhere
  GlobalAveragePool: ({ g, dy, inputs: [x] }) => [g.expand(g.scale(dy, 1 / sizeOf(x.shape.slice(2))), x.shape)],
  // a tie goes to the first in row-major order
  GlobalMaxPool: (context) => {
    const spatial = [...context.dy.shape.keys()].slice(2);
    return [toFirstAlong(context, { axes: spatial, position: "ArgMax" })];
  },
} satisfies Record<string, GradientRule>;

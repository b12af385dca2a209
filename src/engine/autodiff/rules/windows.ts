/** @file Gradient rules for convolutions and pooling. */

import { sizeOf } from "../../../core/index.ts";
import { type Attribute, GRAFT_DOMAIN, type RawAttribute, type Value } from "../../onnx/index.ts";
import type { GradientRule, RuleContext } from "../rule.ts";
import { toFirstAlong } from "./first-extreme.ts";

export const windowRules = {
  Conv: (context) => {
    const { g, node, dy, inputs } = context;
    const [x, weight, bias] = inputs;
    const attributes = rawAttributes(node.attributes);
    const options = { domain: GRAFT_DOMAIN };
    const dx = g.op("ConvGradInput", [dy, weight], { ...attributes, input_shape: x.shape }, options);
    const dweight = g.op("ConvGradWeight", [x, dy], { ...attributes, weight_shape: weight.shape }, options);
    return bias === undefined ? [dx, dweight] : [dx, dweight, sumOverAllButChannels(context)];
  },
  // x and dy change places: the input gradient of a transposed convolution is a convolution
  ConvTranspose: (context) => {
    const { g, node, dy, inputs } = context;
    const [x, weight, bias] = inputs;
    const { output_padding: _padding, output_shape: _shape, ...attributes } = rawAttributes(node.attributes);
    const dx = g.conv(dy, weight, attributes);
    const dweight = g.op(
      "ConvGradWeight",
      [dy, x],
      { ...attributes, weight_shape: weight.shape },
      { domain: GRAFT_DOMAIN },
    );
    return bias === undefined ? [dx, dweight] : [dx, dweight, sumOverAllButChannels(context)];
  },
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

function sumOverAllButChannels({ g, dy }: RuleContext): Value {
  return g.reduceSum(
    dy,
    [...dy.shape.keys()].filter((axis) => axis !== 1),
  );
}

function rawAttributes(attributes: Readonly<Record<string, Attribute>>): Record<string, RawAttribute> {
  return Object.fromEntries(Object.entries(attributes).map(([name, { value }]) => [name, value]));
}

/** @file Gradient rules for convolutions. */

import { GRAFT_DOMAIN, type Value, rawAttributes } from "../../onnx/index.ts";
import type { GradientRule, RuleContext } from "../rule.ts";

export const convolutionRules = {
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
} satisfies Record<string, GradientRule>;

function sumOverAllButChannels({ g, dy }: RuleContext): Value {
  return g.reduceSum(
    dy,
    [...dy.shape.keys()].filter((axis) => axis !== 1),
  );
}

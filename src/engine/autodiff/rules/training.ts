/** @file Gradient rules for training's own operators. */

import { GRAFT_DOMAIN } from "../../onnx/index.ts";
import type { GradientRule } from "../rule.ts";

export const trainingRules = {
  BatchNormTraining: ({ g, node, dy, dys, inputs: [x, weight], outputs: [, mean, variance] }) => {
    if (dys.slice(1).some((other) => other !== null)) {
      throw node.error("expected the loss to depend on the first output alone, the form with a gradient rule");
    }
    const attributes = { epsilon: node.float("epsilon", 1e-5) };
    const options = { domain: GRAFT_DOMAIN, outputs: 3 };
    return g.node("BatchNormGrad", [dy, x, weight, mean, variance], attributes, options);
  },
} satisfies Record<string, GradientRule>;

/** @file Gradient rules for operators that resample. */

import { sizeOf } from "../../../core/index.ts";
import { resizedAxes } from "../../onnx/index.ts";
import type { GradientRule } from "../rule.ts";

export const resamplingRules = {
  // y = A x along each axis  =>  dx = A^T dy along each axis
  Resize: ({ g, node, dy, inputs: [x] }) => {
    const lengths = [...dy.shape];
    let grad = dy;
    for (const { axis, from, to, weights } of resizedAxes(node).toReversed()) {
      const [outer, inner] = [sizeOf(lengths.slice(0, axis)), sizeOf(lengths.slice(axis + 1))];
      const constant = g.constant(weights);
      grad =
        inner === 1
          ? g.matMul(g.reshape(grad, [outer, to]), constant)
          : g.matMul(g.transpose(constant, [1, 0]), g.reshape(grad, [outer, to, inner]));
      lengths[axis] = from;
    }
    return [g.reshape(grad, x.shape)];
  },
} satisfies Record<string, GradientRule>;

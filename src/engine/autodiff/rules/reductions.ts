/** @file Gradient rules for reductions, Softmax and the normalizations. */

import { type Shape, normalizeAxis, sizeOf } from "../../../core/index.ts";
import type { Value } from "../../onnx/index.ts";
import type { GradientRule, RuleContext } from "../rule.ts";

export const reductionRules = {
  ReduceSum: (context) => [spread(context, context.dy)],
  ReduceMean: (context) => {
    const [x] = context.inputs;
    const count = sizeOf(x.shape) / sizeOf(context.outputs[0].shape);
    return [context.g.scale(spread(context, context.dy), 1 / count)];
  },
  // y = sum x^2  =>  dx = 2 x dy
  ReduceSumSquare: (context) => [context.g.mul(context.g.scale(context.inputs[0], 2), spread(context, context.dy))],
  // y = log sum e^x  =>  dx = dy * e^(x - y)
  ReduceLogSumExp: (context) => {
    const { g, inputs, outputs, dy } = context;
    return [g.mul(spread(context, dy), g.exp(g.sub(inputs[0], spread(context, outputs[0]))))];
  },
  // dx = (dy - sum(dy * y)) * y
  Softmax: ({ g, node, dy, outputs: [y] }) => {
    const axis = normalizeAxis(node.int("axis", -1), y.shape.length);
    return [g.mul(g.sub(dy, g.reduceSum(g.mul(dy, y), [axis], 1)), y)];
  },
  // dx = dy - softmax(x) * sum(dy)
  LogSoftmax: ({ g, node, dy, outputs: [y] }) => {
    const axis = normalizeAxis(node.int("axis", -1), y.shape.length);
    return [g.sub(dy, g.mul(g.exp(y), g.reduceSum(dy, [axis], 1)))];
  },
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
} satisfies Record<string, GradientRule>;

/** A reduced value broadcast back over the shape of the reduction's input. */
function spread({ g, node, inputs: [x] }: RuleContext, reduced: Value): Value {
  const axes = node.ints("axes") ?? (node.optionalInput(1) === null ? [...x.shape.keys()] : node.constantInts(1));
  const reducedAxes = new Set(axes.map((axis) => normalizeAxis(axis, x.shape.length)));
  const kept = x.shape.map((length, axis) => (reducedAxes.has(axis) ? 1 : length));
  return g.expand(g.reshape(reduced, kept), x.shape);
}

/**
 * Inference form alone: mean and variance are constants of the step (a frozen layer's running statistics).
 * The training form is composed of simpler operators where the layer is built, and never reaches this rule.
 */
function batchNormalization({ g, node, dy, inputs }: RuleContext): (Value | null)[] {
  if (node.int("training_mode", 0) === 1) {
    throw node.error("expected training_mode 0; build batch normalization in training form from simpler operators");
  }
  const [x, scale, , mean, variance] = inputs;
  const perChannel: Shape = x.shape.map((length, axis) => (axis === 1 ? length : 1));
  const otherAxes = [...x.shape.keys()].filter((axis) => axis !== 1);
  const inverseDeviation = g.reciprocal(g.sqrt(g.add(variance, g.scalar(node.float("epsilon", 1e-5)))));
  const normalized = g.mul(g.sub(x, g.reshape(mean, perChannel)), g.reshape(inverseDeviation, perChannel));
  const dx = g.mul(dy, g.reshape(g.mul(scale, inverseDeviation), perChannel));
  return [dx, g.reduceSum(g.mul(dy, normalized), otherAxes), g.reduceSum(dy, otherAxes), null, null];
}

/** dx = (dz - mean(dz) - z * mean(dz * z)) / deviation, with z the normalized input and dz = dy * scale. */
function layerNormalization({ g, node, dy, inputs }: RuleContext): (Value | null)[] {
  const [x, scale] = inputs;
  const first = normalizeAxis(node.int("axis", -1), x.shape.length);
  const axes = [...x.shape.keys()].filter((axis) => axis >= first);
  const centred = g.sub(x, g.reduceMean(x, axes, 1));
  const variance = g.reduceMean(g.square(centred), axes, 1);
  const inverseDeviation = g.reciprocal(g.sqrt(g.add(variance, g.scalar(node.float("epsilon", 1e-5)))));
  const z = g.mul(centred, inverseDeviation);
  const dz = g.mul(dy, scale);
  const correction = g.add(g.reduceMean(dz, axes, 1), g.mul(z, g.reduceMean(g.mul(dz, z), axes, 1)));
  const dx = g.mul(g.sub(dz, correction), inverseDeviation);
  return [dx, g.mul(dy, z), dy];
}

/** @file Gradient rules for reductions, Softmax and the normalizations. */

import { type Shape, sizeOf } from "../../../core/index.ts";
import { type Value, reducedAxes } from "../../onnx/index.ts";
import type { GradientRule, RuleContext } from "../rule.ts";
import { toFirstAlong } from "./first-extreme.ts";

export const reductionRules = {
  ReduceSum: (context) => [expandReduced(context, context.dy)],
  ReduceMean: (context) => {
    const [x] = context.inputs;
    const count = sizeOf(x.shape) / sizeOf(context.outputs[0].shape);
    return [context.g.scale(expandReduced(context, context.dy), 1 / count)];
  },
  // y = sum x^2  =>  dx = 2 x dy
  ReduceSumSquare: (context) => [
    context.g.mul(context.g.scale(context.inputs[0], 2), expandReduced(context, context.dy)),
  ],
  // y = log sum e^x  =>  dx = dy * e^(x - y)
  ReduceLogSumExp: (context) => {
    const { g, inputs, outputs, dy } = context;
    return [g.mul(expandReduced(context, dy), g.exp(g.sub(inputs[0], expandReduced(context, outputs[0]))))];
  },
  // y = |x|  =>  dx = dy * x / y, which is 0 where y is 0
  ReduceL2: (context) => {
    const { g, inputs, outputs, dy } = context;
    const [y] = outputs;
    const safe = g.where(g.equal(y, g.scalar(0)), g.scalar(1), y);
    return [g.mul(inputs[0], expandReduced(context, g.div(dy, safe)))];
  },
  // a tie goes to the first in row-major order
  ReduceMax: (context) => [toFirstAlong(context, { axes: reducedAxes(context.node), position: "ArgMax" })],
  ReduceMin: (context) => [toFirstAlong(context, { axes: reducedAxes(context.node), position: "ArgMin" })],
  // dx = (dy - sum(dy * y)) * y
  Softmax: ({ g, node, dy, outputs: [y] }) => {
    const axis = node.axis(y.shape.length, -1);
    return [g.mul(g.sub(dy, g.reduceSum(g.mul(dy, y), [axis], 1)), y)];
  },
  // dx = dy - softmax(x) * sum(dy)
  LogSoftmax: ({ g, node, dy, outputs: [y] }) => {
    const axis = node.axis(y.shape.length, -1);
    return [g.sub(dy, g.mul(g.exp(y), g.reduceSum(dy, [axis], 1)))];
  },
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
} satisfies Record<string, GradientRule>;

/** A reduced value broadcast back over the shape of the reduction's input. */
function expandReduced({ g, node, inputs: [x] }: RuleContext, reduced: Value): Value {
  const axes = reducedAxes(node);
  const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return g.expand(g.reshape(reduced, kept), x.shape);
}

/**
 * Inference form: y = scale * z + bias with z = (x - mean) / deviation, all per channel.
 *
 * The training form is an operator of its own.
 */
function batchNormalization({ g, node, dy, inputs }: RuleContext): Value[] {
  const [x, scale, , mean, variance] = inputs;
  const perChannel: Shape = x.shape.map((length, axis) => (axis === 1 ? length : 1));
  const otherAxes = [...x.shape.keys()].filter((axis) => axis !== 1);
  const inverseDeviation = g.reciprocal(g.sqrt(g.add(variance, g.scalar(node.float("epsilon", 1e-5)))));
  const slope = g.mul(scale, inverseDeviation);
  const z = g.mul(g.sub(x, g.reshape(mean, perChannel)), g.reshape(inverseDeviation, perChannel));
  const dbias = g.reduceSum(dy, otherAxes);
  const dscale = g.reduceSum(g.mul(dy, z), otherAxes);
  const dmean = g.neg(g.mul(slope, dbias));
  const dvariance = g.scale(g.mul(g.mul(slope, inverseDeviation), dscale), -0.5);
  return [g.mul(dy, g.reshape(slope, perChannel)), dscale, dbias, dmean, dvariance];
}

/** Every channel of every image on its own, with one scale and shift a channel. */
function instanceNormalization({ g, node, dy, inputs: [x, scale] }: RuleContext): Value[] {
  const axes = [...x.shape.keys()].slice(2);
  const perChannel = x.shape.map((length, axis) => (axis === 1 ? length : 1));
  const dz = g.mul(dy, g.reshape(scale, perChannel));
  const { z, dx } = normalization(g, { x, dz, axes, epsilon: node.float("epsilon", 1e-5) });
  const otherAxes = [...x.shape.keys()].filter((axis) => axis !== 1);
  return [dx, g.reduceSum(g.mul(dy, z), otherAxes), g.reduceSum(dy, otherAxes)];
}

function layerNormalization({ g, node, dy, dys, inputs }: RuleContext): Value[] {
  if (dys.slice(1).some((other) => other !== null)) {
    throw node.error("expected the loss to depend on the first output alone, the form with a gradient rule");
  }
  const [x, scale] = inputs;
  const first = node.axis(x.shape.length, -1);
  const axes = [...x.shape.keys()].filter((axis) => axis >= first);
  const { z, dx } = normalization(g, { x, dz: g.mul(dy, scale), axes, epsilon: node.float("epsilon", 1e-5) });
  return [dx, g.mul(dy, z), dy];
}

/** dx = (dz - mean(dz) - z * mean(dz * z)) / deviation, with z the normalized input and dz = dy * scale. */
function normalization(
  g: RuleContext["g"],
  { x, dz, axes, epsilon }: { x: Value; dz: Value; axes: readonly number[]; epsilon: number },
): { z: Value; dx: Value } {
  const centred = g.sub(x, g.reduceMean(x, axes, 1));
  const variance = g.reduceMean(g.square(centred), axes, 1);
  const inverseDeviation = g.reciprocal(g.sqrt(g.add(variance, g.scalar(epsilon))));
  const z = g.mul(centred, inverseDeviation);
  const correction = g.add(g.reduceMean(dz, axes, 1), g.mul(z, g.reduceMean(g.mul(dz, z), axes, 1)));
  return { z, dx: g.mul(g.sub(dz, correction), inverseDeviation) };
}

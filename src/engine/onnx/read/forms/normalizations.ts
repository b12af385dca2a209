/** @file Normalizations and pooling in terms of others. */

import { float32 } from "../../../../core/index.ts";
import type { FileNode, Form } from "./form.ts";
import { stepsOf } from "./steps.ts";

export const normalizationForms = {
  /** Groups are channels of an instance normalization; scale and shift come after, channel by channel. */
  GroupNormalization: (node, { valueOf, addConstant }) => {
    const [x, scale, bias] = node.inputs;
    const { num_groups: groups, epsilon = 1e-5 } = node.attributes;
    const [shape, scales] = [valueOf(x)?.shape, valueOf(scale)?.shape];
    if (shape === undefined || scales === undefined || typeof groups !== "number") return node;
    const step = stepsOf(node, addConstant);
    const grouped = step.node("Reshape", [x, step.ints("groups", [0, groups, -1])]);
    const back = step.ints("shape", [0, ...shape.slice(1)]);
    // before operator set 21 there was one scale a group
    if (scales[0] === groups && groups !== shape[1]) {
      return step.done("Reshape", [step.node("InstanceNormalization", [grouped, scale, bias], { epsilon }), back]);
    }
    const ones = step.constant("ones", float32(new Float32Array(groups).fill(1)));
    const zeros = step.constant("zeros", float32(new Float32Array(groups)));
    const normal = step.node("InstanceNormalization", [grouped, ones, zeros], { epsilon });
    const perChannel = step.ints("channels", [shape[1], ...shape.slice(2).map(() => 1)]);
    const scaled = step.node("Mul", [step.node("Reshape", [normal, back]), step.node("Reshape", [scale, perChannel])]);
    return step.done("Add", [scaled, step.node("Reshape", [bias, perChannel])]);
  },
  /** In training form over constants [1, channels, …]: how networks without normalization standardize their weights. */
  BatchNormalization: (node, { constantOf }) => {
    const { training_mode: training = 0, epsilon = 1e-5 } = node.attributes;
    const [x, scale, bias] = node.inputs;
    const shape = constantOf(x)?.shape ?? [];
    if (training !== 1 || shape[0] !== 1 || shape.length < 3) return node;
    return {
      ...node,
      opType: "InstanceNormalization",
      inputs: [x, scale, bias],
      outputs: node.outputs.slice(0, 1),
      attributes: { epsilon },
    };
  },
  /** x / sqrt(mean(x^2) + epsilon) * scale */
  RMSNormalization: (node, { valueOf, addConstant }) => {
    const [x, scale] = node.inputs;
    const { axis = -1, epsilon = 1e-5 } = node.attributes;
    const rank = valueOf(x)?.shape.length;
    if (rank === undefined || typeof axis !== "number") return node;
    const step = stepsOf(node, addConstant);
    const first = axis < 0 ? axis + rank : axis;
    const axes = Array.from({ length: rank - first }, (_, index) => first + index);
    const mean = step.node("ReduceMean", [step.node("Mul", [x, x])], { axes, keepdims: 1 });
    const deviation = step.node("Sqrt", [step.node("Add", [mean, step.number("epsilon", Number(epsilon))])]);
    return step.done("Mul", [step.node("Div", [x, deviation]), scale]);
  },
  /** x / (bias + alpha mean of x^2 over neighbouring channels)^beta, as in the networks of 2012 to 2014. */
  LRN: (node, { valueOf, addConstant }) => {
    const [x] = node.inputs;
    const { size, alpha = 1e-4, beta = 0.75, bias = 1 } = node.attributes;
    const shape = valueOf(x)?.shape;
    if (shape === undefined || shape.length < 3 || typeof size !== "number") return node;
    const step = stepsOf(node, addConstant);
    const rows = step.ints("channels in rows", [0, 1, shape[1], -1]);
    const squares = step.node("Reshape", [step.node("Mul", [x, x]), rows]);
    const pads = [Math.floor((size - 1) / 2), 0, Math.ceil((size - 1) / 2), 0];
    const window = { kernel_shape: [size, 1], pads, count_include_pad: 1 };
    const mean = step.node("Reshape", [
      step.node("AveragePool", [squares], window),
      step.ints("shape", [0, ...shape.slice(1)]),
    ]);
    const scaled = step.node("Mul", [mean, step.number("alpha", Number(alpha))]);
    const sum = step.node("Add", [scaled, step.number("bias", Number(bias))]);
    return step.done("Div", [x, step.node("Pow", [sum, step.number("beta", Number(beta))])]);
  },
  /** A window that is larger than the image sees all of it: the last pooling of Hugging Face's EfficientNets. */
  AveragePool: (node, { valueOf }) => {
    const { kernel_shape: kernel, pads, auto_pad: automatic = "NOTSET" } = node.attributes;
    const sides = valueOf(node.inputs[0])?.shape.slice(2) ?? [];
    const isPadded = automatic !== "NOTSET" || (Array.isArray(pads) && pads.some((pad) => pad !== 0));
    const lengths = Array.isArray(kernel) ? kernel.map(Number) : [];
    const seesAll = lengths.length === sides.length && sides.every((side, axis) => side <= lengths[axis]);
    const isLarger = lengths.some((length, axis) => length > sides[axis]);
    return !isPadded && seesAll && isLarger
      ? { ...node, opType: "GlobalAveragePool", attributes: {} }
      : undilated(node);
  },
  LpPool: (node) => {
    const { ceil_mode: ceil = 0, ...attributes } = undilated(node).attributes;
    return ceil === 0 ? { ...node, attributes } : node;
  },
  GlobalLpPool: (node, { valueOf }) => {
    const { p = 2 } = node.attributes;
    const rank = valueOf(node.inputs[0])?.shape.length;
    if (p !== 2 || rank === undefined) return node;
    const axes = Array.from({ length: rank - 2 }, (_, index) => index + 2);
    return { ...node, opType: "ReduceL2", attributes: { axes, keepdims: 1 } };
  },
  /** sum |x| */
  ReduceL1: (node, { addConstant }) => {
    const { axes, ...attributes } = node.attributes;
    const [x, ...given] = node.inputs;
    const step = stepsOf(node, addConstant);
    const named = Array.isArray(axes) ? [step.ints("axes", axes as number[])] : given;
    return step.done("ReduceSum", [step.node("Abs", [x]), ...named], attributes);
  },
} satisfies Record<string, Form>;

/** Pooling got dilations late; where all are 1 nothing is said. */
function undilated(node: FileNode): FileNode {
  const { dilations, ...attributes } = node.attributes;
  const isDense = Array.isArray(dilations) && dilations.every((length) => length === 1);
  return isDense ? { ...node, attributes } : node;
}

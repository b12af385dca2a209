/** @file Activations that are sums and products of others. */

import type { Form } from "./form.ts";
import { stepsOf } from "./steps.ts";

export const activationForms = {
  /** x Phi(x), with Phi the normal distribution function, or its approximation by tanh. */
  Gelu: (node, { addConstant }) => {
    const { approximate = "none" } = node.attributes;
    const [x] = node.inputs;
    const step = stepsOf(node, addConstant);
    const half = step.number("half", 0.5);
    const one = step.number("one", 1);
    if (approximate === "none") {
      const scaled = step.node("Mul", [x, step.number("scale", Math.SQRT1_2)]);
      const phi = step.node("Add", [step.node("Erf", [scaled]), one]);
      return step.done("Mul", [step.node("Mul", [x, half]), phi]);
    }
    if (approximate !== "tanh") return node;
    // x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
    const square = step.node("Mul", [x, x]);
    const cube = step.node("Mul", [step.node("Mul", [square, x]), step.number("cubic", 0.044715)]);
    const inner = step.node("Mul", [step.node("Add", [x, cube]), step.number("scale", Math.sqrt(2 / Math.PI))]);
    return step.done("Mul", [step.node("Mul", [x, half]), step.node("Add", [step.node("Tanh", [inner]), one])]);
  },
  /** 1 - erf(x): TensorFlow's, which tf2onnx leaves in its GELU though ONNX has none. */
  Erfc: (node, { addConstant }) => {
    const step = stepsOf(node, addConstant);
    return step.done("Sub", [step.number("one", 1), step.node("Erf", node.inputs)]);
  },
  /** x tanh(log(1 + e^x)). */
  Mish: (node, { addConstant }) => {
    const step = stepsOf(node, addConstant);
    const [x] = node.inputs;
    return step.done("Mul", [x, step.node("Tanh", [step.node("Softplus", [x])])]);
  },
  /** x sigmoid(alpha x). */
  Swish: (node, { addConstant }) => {
    const { alpha = 1 } = node.attributes;
    const step = stepsOf(node, addConstant);
    const [x] = node.inputs;
    const scaled = alpha === 1 ? x : step.node("Mul", [x, step.number("alpha", Number(alpha))]);
    return step.done("Mul", [x, step.node("Sigmoid", [scaled])]);
  },
  /** alpha elu(x / alpha). */
  Celu: (node, { addConstant }) => {
    const { alpha = 1 } = node.attributes;
    const step = stepsOf(node, addConstant);
    const inner = step.node("Mul", [node.inputs[0], step.number("inverse", 1 / Number(alpha))]);
    return step.done("Mul", [step.node("Elu", [inner], { alpha: 1 }), step.number("alpha", Number(alpha))]);
  },
} satisfies Record<string, Form>;

/** @file Activations, one function each. */

import { lookUp } from "../../../core/index.ts";
import type { Operations, Value } from "../../onnx/index.ts";
import type { Layer } from "../layer.ts";

/** Activations by name. */
export const activations = {
  relu: (g, x) => g.relu(x),
  relu6: (g, x) => g.op("Clip", [x, g.scalar(0), g.scalar(6)]),
  leakyRelu: (g, x) => g.op("LeakyRelu", [x], { alpha: 0.01 }),
  elu: (g, x) => g.op("Elu", [x], { alpha: 1 }),
  selu: (g, x) => g.op("Selu", [x]),
  sigmoid: (g, x) => g.sigmoid(x),
  tanh: (g, x) => g.tanh(x),
  softplus: (g, x) => g.op("Softplus", [x]),
  silu: (g, x) => g.mul(x, g.sigmoid(x)),
  // x * Phi(x), with Phi the normal distribution function
  gelu: (g, x) => g.mul(g.scale(x, 0.5), g.add(g.erf(g.scale(x, Math.SQRT1_2)), g.scalar(1))),
  hardSwish: (g, x) => g.op("HardSwish", [x]),
  hardSigmoid: (g, x) => g.op("HardSigmoid", [x], { alpha: 1 / 6, beta: 0.5 }),
  softmax: (g, x) => g.softmax(x),
} as const satisfies Record<string, (g: Operations, x: Value) => Value>;

export type ActivationName = keyof typeof activations;

/**
 * Applies a function to every element (softmax: along the last axis).
 *
 * @throws ConfigError if there is no activation of that name.
 */
export function activation(name: string, kind: ActivationName): Layer {
  const apply = lookUp<(g: Operations, x: Value) => Value>(activations, kind, "activation");
  return {
    name,
    description: kind,
    outputShape: (input) => input,
    parameters: () => [],
    build: ({ g }, x) => apply(g, x),
  };
}

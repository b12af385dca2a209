/** @file Layers that networks of tokens are measured with and studies do not have. */

import { type Layer, type ParameterSpec, adaptedRows, initializers } from "../../src/engine/nn/index.ts";
import type { Value } from "../../src/engine/onnx/index.ts";

const EPSILON = 1e-6;
/** The length of an axis that is reshaped to what it was: graphs for inference take any number of images. */
const KEPT = 0;

/** A layer that keeps its input's shape and has no parameters, unless `more` says otherwise. */
function layer(
  name: string,
  build: Layer["build"],
  more: Partial<Pick<Layer, "outputShape" | "parameters">> = {},
): Layer {
  return { name, description: name, outputShape: (input) => input, parameters: () => [], build, ...more };
}

function weight(name: string, shape: readonly number[]): ParameterSpec {
  return { name, shape, initialize: initializers.glorotUniform, role: "weight" };
}

function ones(name: string, shape: readonly number[]): ParameterSpec {
  return { name, shape, initialize: initializers.ones, role: "weight" };
}

function zeros(name: string, shape: readonly number[]): ParameterSpec {
  return { name, shape, initialize: initializers.zeros, role: "bias" };
}

/** x: [N, …, F], normalized over F. */
export function layerNorm(name: string): Layer {
  return layer(
    name,
    ({ g, parameter }, x) =>
      g.op("LayerNormalization", [x, parameter("weight"), parameter("bias")], { axis: -1, epsilon: EPSILON }),
    {
      parameters: (input) => [
        { ...ones("weight", input.slice(-1)), normalizes: true },
        { ...zeros("bias", input.slice(-1)), normalizes: true },
      ],
    },
  );
}

/** x: [N, C, H, W], normalized over C. */
export function channelNorm(name: string): Layer {
  const inner = layerNorm(name);
  return layer(
    name,
    (context, x) => context.g.transpose(inner.build(context, context.g.transpose(x, [0, 2, 3, 1])), [0, 3, 1, 2]),
    { parameters: ([channels]) => inner.parameters([channels]) },
  );
}

/** x: [N, C, H, W] times one number a channel. Source: Touvron et al. 2021, arXiv:2103.17239. */
export function layerScale(name: string): Layer {
  return layer(name, ({ g, parameter }, x) => g.mul(x, parameter("weight")), {
    parameters: ([channels]) => [ones("weight", [channels, 1, 1])],
  });
}

/** x: [N, C, H, W] → [N, H * W, C]. */
export function tokens(name: string): Layer {
  return layer(
    name,
    ({ g }, x) => {
      const [, channels, height, width] = x.shape;
      return g.transpose(g.reshape(x, [KEPT, channels, height * width]), [0, 2, 1]);
    },
    { outputShape: ([channels, height, width]) => [height * width, channels] },
  );
}

/** x: [N, T, F] plus one vector for each place. */
export function positions(name: string): Layer {
  return layer(name, ({ g, parameter }, x) => g.add(x, parameter("weight")), {
    parameters: (input) => [weight("weight", input)],
  });
}

/** x: [N, T, F] → [N, T, units]. */
export function linear(name: string, units: number): Layer {
  const build: Layer["build"] = (context, x) => {
    const { g, parameter } = context;
    const y = g.matMul(x, parameter("weight"));
    const shape = [-1, ...y.shape.slice(1)];
    return g.add(adaptedRows(context, { weight: "weight", x, y, shape }), parameter("bias"));
  };
  return layer(name, build, {
    outputShape: ([length]) => [length, units],
    parameters: ([, features]) => [
      { ...weight("weight", [features, units]), product: "[in, out]" },
      zeros("bias", [units]),
    ],
  });
}

/** x: [N, T, 3 F], queries, keys and values → [N, T, F]. Source: Vaswani et al. 2017, arXiv:1706.03762. */
export function attention(name: string, heads: number): Layer {
  return layer(
    name,
    ({ g }, x) => {
      const [, length, all] = x.shape;
      const width = all / 3;
      const size = width / heads;
      const part = (index: number): Value => {
        const own = g.slice(x, { starts: [index * width], ends: [(index + 1) * width], axes: [2] });
        return g.reshape(own, [KEPT, length, heads, size]);
      };
      // [N, heads, T, size], keys [N, heads, size, T]
      const [queries, values] = [part(0), part(2)].map((own) => g.transpose(own, [0, 2, 1, 3]));
      const scores = g.scale(g.matMul(queries, g.transpose(part(1), [0, 2, 3, 1])), 1 / Math.sqrt(size));
      const mixed = g.matMul(g.softmax(scores), values);
      return g.reshape(g.transpose(mixed, [0, 2, 1, 3]), [KEPT, length, width]);
    },
    { outputShape: ([length, all]) => [length, all / 3] },
  );
}

/** x: [N, T, F] → [N, F]. */
export function meanToken(name: string): Layer {
  return layer(name, ({ g }, x) => g.reduceMean(x, [1]), { outputShape: ([, features]) => [features] });
}

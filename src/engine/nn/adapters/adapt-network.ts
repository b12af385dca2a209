/** @file Puts adapters beside the products of a network, and merges them into its weights again. */

import { type Tensor, float32 } from "../../../core/index.ts";
import { type NamedParameter, type Network, type Parameters, networkParameters } from "../network.ts";
import { type AdapterShape, downName, upName } from "./adapter.ts";

export interface AdapterOptions {
  /** Full names of the weights that get one. */
  weights: readonly string[];
  /** Of the thin matrices; no larger than the weight's own sides. */
  rank: number;
  /** The product of the two counts alpha / rank times. */
  alpha: number;
}

/** The network with an adapter beside each of these weights. */
export function withAdapters(network: Network, { weights, rank, alpha }: AdapterOptions): Network {
  const wanted = new Set(weights);
  const adapters = networkParameters(network)
    .filter(({ name }) => wanted.has(name))
    .map(({ name, shape }): [string, AdapterShape] => [
      name,
      { rank: Math.min(rank, shape[0], shape[1]), scale: alpha / rank },
    ]);
  return { ...network, adapters: new Map(adapters) };
}

/**
 * Values for the network without its adapters: each weight that has one is replaced by weight + scale * B A, summed in
 * double precision; the others are the given tensors themselves.
 */
export function mergeAdapters(network: Network, parameters: Parameters): Parameters {
  if (network.adapters === undefined) return parameters;
  const specs = networkParameters(network);
  const own = specs.filter(({ adapts }) => adapts !== true);
  return Object.fromEntries(own.map((spec) => [spec.name, mergedWeight(network, { spec, parameters })]));
}

function mergedWeight(
  { adapters }: Network,
  { spec: { name, product }, parameters }: { spec: NamedParameter; parameters: Parameters },
): Tensor<"float32"> {
  const adapter = adapters?.get(name);
  if (adapter === undefined) return parameters[name];
  const { scale } = adapter;
  return addProduct(parameters[name], { ...adapterOf(parameters, name), scale, isTurned: product === "[in, out]" });
}

/** Values of the adapter beside a weight, [rank, in] and [out, rank]. */
export function adapterOf(parameters: Parameters, weight: string): Pick<Thin, "down" | "up"> {
  return { down: parameters[downName(weight)], up: parameters[upName(weight)] };
}

interface Thin {
  /** [rank, in]. */
  down: Tensor<"float32">;
  /** [out, rank]. */
  up: Tensor<"float32">;
  scale: number;
  /** True where the weight is [in, out]. */
  isTurned: boolean;
}

// weight[o, i] + scale * sum over k of up[o, k] down[k, i]
function addProduct(weight: Tensor<"float32">, { down, up, scale, isTurned }: Thin): Tensor<"float32"> {
  const [rank, inputs] = down.shape;
  const [outputs] = up.shape;
  const data = new Float32Array(weight.data.length);
  const row = new Float64Array(inputs);
  for (let output = 0; output < outputs; output++) {
    row.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = up.data[output * rank + k];
      for (let input = 0; input < inputs; input++) row[input] += factor * down.data[k * inputs + input];
    }
    for (let input = 0; input < inputs; input++) {
      const place = isTurned ? input * outputs + output : output * inputs + input;
      data[place] = weight.data[place] + scale * row[input];
    }
  }
  return float32(data, weight.shape);
}

/** @file Which products of a network can have adapters, and which of them attention reads. */

import type { Node } from "../../onnx/index.ts";
import { nodesOf } from "../flops.ts";
import { type Network, networkParameters } from "../network.ts";

/** Full names of the weights that the network does nothing with but multiply by them, those of its last layer left out. */
export function productWeights(network: Network): string[] {
  const head = network.layers.at(-1)?.name;
  return networkParameters(network)
    .filter(({ product, layer }) => product !== undefined && layer !== head)
    .map(({ name }) => name);
}

const weighted: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "Gemm", "MatMul"]);
/** What multiplies what images are by what images are. */
const pairing: ReadonlySet<string> = new Set(["MatMul", "Einsum", "Attention"]);

/**
 * Those of them whose results attention multiplies with each other: queries, keys and values. None for networks without.
 *
 * What an operator pairs with something else that the image decides is followed back to the products that it was made by.
 */
export function attentionWeights(network: Network): string[] {
  const products = new Set(productWeights(network));
  const nodes = nodesOf(network);
  const dependent = dependentValues(nodes);
  const found = new Set<string>();
  // the products behind each value, as long as it has been through no other
  const behind = new Map<string, readonly string[]>();
  for (const node of nodes) {
    const read = node.inputs.flatMap((input) => (input !== null && dependent.has(input.name) ? [input.name] : []));
    const own = node.inputs[1]?.name;
    const made = [...new Set(read.flatMap((name) => behind.get(name) ?? []))];
    const isPairing = pairing.has(node.opType) && read.length > 1;
    if (isPairing) for (const name of made) found.add(name);
    const isWeighted = weighted.has(node.opType) && read.length === 1;
    const after = isWeighted ? (own !== undefined && products.has(own) ? [own] : []) : isPairing ? [] : made;
    for (const { name } of node.outputs) behind.set(name, after);
  }
  return [...products].filter((name) => found.has(name));
}

/** Names of the values that the image decides. */
function dependentValues(nodes: readonly Node[]): Set<string> {
  const names = new Set(["input"]);
  for (const { inputs, outputs } of nodes) {
    if (inputs.some((input) => input !== null && names.has(input.name)))
      for (const { name } of outputs) names.add(name);
  }
  return names;
}

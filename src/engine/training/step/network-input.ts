/** @file What a network is fed: image bytes that the graph normalizes, or features as they are. */

import { type Network, type Normalization, normalizeImages } from "../../nn/index.ts";
import type { Operations, Value } from "../../onnx/index.ts";

export type NetworkInput =
  | { readonly kind: "images"; readonly normalization: Normalization }
  /** float32 in the shape of the network's input. */
  | { readonly kind: "features" };

/** Declares the graph's input, [N, …inputShape], and returns what the first layer sees. */
export function feedInput(
  g: Operations,
  {
    network,
    input,
    batchSize,
    name = "input",
  }: { network: Network; input: NetworkInput; batchSize: number; name?: string },
): Value {
  const shape = [batchSize, ...network.inputShape];
  if (input.kind === "features") return g.input(name, "float32", shape);
  return g.scoped("normalize", () => normalizeImages(g, g.input(name, "uint8", shape), input.normalization));
}

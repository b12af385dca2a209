/** @file Sums that a matrix product takes in: momentum and L2, added to a weight's gradient, cost no pass of their own. */

import type { Graph, Node, Value } from "../onnx/index.ts";
import { Uses } from "./context.ts";

/** factor * addend + product, computed by the node that computes the product. */
interface FusedSum {
  readonly product: Node;
  readonly scaling: Node;
  readonly addend: Value;
  readonly factor: number;
}

/**
 * The same graph with `Add(Mul(addend, factor), Gemm(a, b))` as one `Gemm(a, b, addend)` with beta = factor.
 *
 * Such sums run over every weight of a dense layer, where memory is what limits speed.
 */
export function fuseSums(graph: Graph): Graph {
  const uses = new Uses(graph);
  const sums = new Map<Node, FusedSum>();
  for (const node of graph.nodes) {
    const sum = fusedSumOf(node, { graph, uses });
    if (sum !== undefined) sums.set(node, sum);
  }
  const taken = new Set([...sums.values()].flatMap(({ product, scaling }) => [product, scaling]));
  const nodes = graph.nodes.filter((node) => !taken.has(node)).map((node) => fuse(node, sums.get(node)));
  return { ...graph, nodes };
}

function fusedSumOf(node: Node, { graph, uses }: { graph: Graph; uses: Uses }): FusedSum | undefined {
  if (node.domain !== "" || node.opType !== "Add") return undefined;
  const terms = node.inputs.map((input) => uses.producerOf(input));
  const product = terms.find((term) => term?.opType === "Gemm" && term.domain === "" && term.inputs[2] === undefined);
  const scaling = terms.find((term) => term?.opType === "Mul" && term.domain === "");
  if (product === undefined || scaling === undefined) return undefined;
  if ([product, scaling].some((term) => uses.onlyReader(term.outputs[0]) !== node)) return undefined;
  const [addend, scale] = scaling.inputs;
  const factor = scale === null ? undefined : graph.initializers.get(scale.name);
  if (addend === null || factor?.data.length !== 1) return undefined;
  return { product, scaling, addend, factor: Number(factor.data[0]) };
}

function fuse(node: Node, sum: FusedSum | undefined): Node {
  if (sum === undefined) return node;
  const { product, addend, factor } = sum;
  return {
    ...product,
    inputs: [...product.inputs.slice(0, 2), addend],
    outputs: node.outputs,
    attributes: { ...product.attributes, beta: { type: "FLOAT", value: factor } },
  };
}

/** @file Rewrites Graft's own gradient operators into operators that onnxruntime has. */

import { GraphError } from "../../core/index.ts";
import {
  GRAFT_DOMAIN,
  type Graph,
  NodeView,
  Operations,
  type RawAttribute,
  type Value,
  describeNode,
} from "../onnx/index.ts";
import { averagePoolGrad } from "./average-pool-grad.ts";
import { convGradInput } from "./conv-grad-input.ts";
import { convGradWeight } from "./conv-grad-weight.ts";
import { maxPoolGrad } from "./max-pool-grad.ts";
import { reluGrad } from "./relu-grad.ts";

/** Emits the replacement of one node and returns its result. */
export type Lowering = (g: Operations, node: NodeView) => Value;

const lowerings: Readonly<Record<string, Lowering>> = {
  AveragePoolGrad: averagePoolGrad,
  ConvGradInput: convGradInput,
  ConvGradWeight: convGradWeight,
  MaxPoolGrad: maxPoolGrad,
  ReluGrad: reluGrad,
};

/** The same computation without operators of the `graft` domain; names of inputs, constants and outputs stay. */
export function lower(graph: Graph): Graph {
  const g = new Operations();
  const values = new Map<string, Value>();
  for (const input of graph.inputs) values.set(input.name, g.input(input.name, input.dtype, input.shape));
  for (const [name, tensor] of graph.initializers) values.set(name, g.initializer(name, tensor));
  const outputNames = new Set(graph.outputs.map((output) => output.name));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => (input === null ? null : (values.get(input.name) ?? null)));
    const attributes = Object.fromEntries(
      Object.entries(node.attributes).map(([key, { value }]) => [key, value as RawAttribute]),
    );
    const results =
      node.domain === GRAFT_DOMAIN
        ? [lowered(g, { ...node, inputs })]
        : g.node(node.opType, inputs, attributes, {
            domain: node.domain,
            name: node.name,
            outputs: node.outputs.length,
          });
    node.outputs.forEach((output, index) => values.set(output.name, results[index]));
  }
  for (const name of outputNames) {
    const value = values.get(name);
    if (value !== undefined) g.output(value, name);
  }
  return g.build(graph.name);
}

function lowered(g: Operations, node: Pick<NodeView, "opType" | "name" | "inputs" | "attributes">): Value {
  const lowering = lowerings[node.opType];
  if (lowering === undefined)
    throw new GraphError(`${describeNode(node)}: expected an operator with a lowering, got none.`);
  const view = new NodeView(node, (value) => g.constantOf(value));
  return g.scoped(node.name, () => lowering(g, view));
}

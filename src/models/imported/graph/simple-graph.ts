/** @file A file's graph as one image's way to the class scores: no copies, no detours, every product with weights one form. */

import { type Tensor, sameShape, sizeOf } from "../../../core/index.ts";
import { type Node, type Value, NodeView, windowOf } from "../../../engine/onnx/index.ts";

/** Nodes in order, for one image. */
export interface SimpleGraph {
  readonly input: Value;
  readonly output: Value;
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
  /** Ratio by the name of the value that a Dropout makes; such a node is an Identity here. */
  readonly dropouts: ReadonlyMap<string, number>;
}

/** Values by name that stand for others. */
type Aliases = Map<string, Value>;

/**
 * The graph between two of its values, in simple terms:
 * Identity and reshapes to the same shape are gone, as is a Transpose that another one undoes, and what keeps shares of
 * attention from a NaN that they cannot be;
 * a matrix product of [1, F] with constant weights is a Gemm, with its sum where one follows;
 * windows have explicit pads.
 */
export function simplify(graph: SimpleGraph): SimpleGraph {
  const aliases: Aliases = new Map();
  const producers = new Map<string, Node>();
  const known = { producers, dropouts: graph.dropouts, constants: graph.constants };
  const nodes: Node[] = [];
  for (const given of graph.nodes) {
    const node = { ...given, inputs: given.inputs.map((input) => input && (aliases.get(input.name) ?? input)) };
    const source = copied(node, known) ?? guarded(node, known);
    if (source !== null) {
      aliases.set(node.outputs[0].name, source);
      continue;
    }
    const simple = explicitWindow(node, graph.constants);
    nodes.push(simple);
    for (const output of simple.outputs) producers.set(output.name, simple);
  }
  const output = aliases.get(graph.output.name) ?? graph.output;
  const constants = new Map(graph.constants);
  const simple = reachable({ ...graph, nodes, output, constants });
  return matrixProducts(simple);
}

/** The same graph with the nodes alone that the output depends on. */
export function reachable(graph: SimpleGraph): SimpleGraph {
  const wanted = new Set([graph.output.name]);
  const nodes = [...graph.nodes].reverse().filter((node) => {
    if (!node.outputs.some(({ name }) => wanted.has(name))) return false;
    for (const input of node.inputs) if (input !== null) wanted.add(input.name);
    return true;
  });
  return { ...graph, nodes: nodes.reverse() };
}

/** The node that makes each value, in the order of the nodes. */
export function makersOf(nodes: readonly Node[]): Map<string, Node> {
  return new Map(nodes.flatMap((node) => node.outputs.map(({ name }): [string, Node] => [name, node])));
}

/** How often each value is read; the graph's output once more. */
export function readerCounts({ nodes, output }: SimpleGraph): Map<string, number> {
  const counts = new Map([[output.name, 1]]);
  for (const { inputs } of nodes) {
    for (const input of inputs) if (input !== null) counts.set(input.name, (counts.get(input.name) ?? 0) + 1);
  }
  return counts;
}

/** The value that a node only repeats; null if it does more. */
function copied(
  node: Node,
  { producers, dropouts }: { producers: ReadonlyMap<string, Node>; dropouts: ReadonlyMap<string, number> },
): Value | null {
  const [x] = node.inputs;
  const [y] = node.outputs;
  if (node.domain !== "" || x === null || x === undefined) return null;
  switch (node.opType) {
    case "Identity":
      return dropouts.has(y.name) ? null : x;
    case "Cast":
      return x.dtype === y.dtype ? x : null;
    case "Reshape":
    case "Flatten":
    case "Expand":
      return sameShape(x.shape, y.shape) ? x : null;
    case "Transpose": {
      const perm = permOf(node);
      if (perm.every((axis, index) => axis === index)) return x;
      const before = producers.get(x.name);
      if (before?.opType !== "Transpose" || before.domain !== "") return null;
      const inner = permOf(before);
      return perm.every((axis, index) => inner[axis] === index) ? before.inputs[0] : null;
    }
    default:
      return null;
  }
}

/**
 * The shares of a Softmax behind what PyTorch's exporter puts there for tokens that may read none: 0 in the place of NaN.
 *
 * Null unless all may read some: where nothing or a finite constant is added to the scores.
 */
function guarded(
  { opType, domain, inputs: [condition = null, , shares = null] }: Node,
  { producers, constants }: { producers: ReadonlyMap<string, Node>; constants: ReadonlyMap<string, Tensor> },
): Value | null {
  if (opType !== "Where" || domain !== "" || condition === null || shares === null) return null;
  const asked = producers.get(condition.name);
  const softmax = producers.get(shares.name);
  if (asked?.opType !== "IsNaN" || asked.inputs[0]?.name !== shares.name || softmax?.opType !== "Softmax") return null;
  const [scores] = softmax.inputs;
  const made = scores === null ? undefined : producers.get(scores.name);
  const masks = made?.opType === "Add" ? made.inputs.flatMap((input) => constants.get(input?.name ?? "") ?? []) : [];
  const isFinite = masks.length === 1 && masks[0].data.every((value) => Number.isFinite(Number(value)));
  return made?.opType === "MatMul" || isFinite ? shares : null;
}

function permOf({ attributes, inputs: [x] }: Node): readonly number[] {
  const { perm } = attributes;
  return perm?.type === "INTS" ? perm.value : [...(x?.shape.keys() ?? [])].reverse();
}

const windowed: ReadonlySet<string> = new Set(["Conv", "MaxPool", "AveragePool"]);

/** Automatic padding and lengths left out, as numbers. */
function explicitWindow(node: Node, constants: ReadonlyMap<string, Tensor>): Node {
  if (node.domain !== "" || !windowed.has(node.opType)) return node;
  const view = new NodeView(node, (value) => constants.get(value.name));
  const [x, weight] = node.inputs;
  if (x === null || x === undefined) return node;
  const { kernel, strides, dilations, pads } = windowOf(view, x.shape.slice(2), weight?.shape.slice(2));
  const { auto_pad: _, ...attributes } = node.attributes;
  const ints = (value: readonly number[]): Node["attributes"][string] => ({ type: "INTS", value });
  const window = { kernel_shape: ints(kernel), strides: ints(strides), pads: ints(pads) };
  const dilated = node.opType === "AveragePool" ? {} : { dilations: ints(dilations) };
  return { ...node, attributes: { ...attributes, ...window, ...dilated } };
}

/** MatMul of [1, F] with constant weights, and the sum with a bias after it, as one Gemm. */
function matrixProducts(graph: SimpleGraph): SimpleGraph {
  const counts = readerCounts(graph);
  const products = new Map<string, Node>();
  const dropped = new Set<Node>();
  const nodes = graph.nodes.map((node) => {
    const [a, b] = node.inputs;
    if (node.domain !== "" || a === null || b === null) return node;
    if (node.opType === "MatMul" && a.shape.length === 2 && graph.constants.get(b.name)?.shape.length === 2) {
      const product = { ...node, opType: "Gemm" };
      products.set(node.outputs[0].name, product);
      return product;
    }
    if (node.opType !== "Add") return node;
    const [sum, bias] = products.has(a.name) ? [a, b] : [b, a];
    const product = products.get(sum.name);
    const tensor = graph.constants.get(bias.name);
    if (product === undefined || tensor === undefined || counts.get(sum.name) !== 1) return node;
    if (sizeOf(tensor.shape) !== sum.shape[1] || tensor.shape.at(-1) !== sum.shape[1]) return node;
    dropped.add(product);
    return { ...product, inputs: [...product.inputs.slice(0, 2), bias], outputs: node.outputs };
  });
  return { ...graph, nodes: nodes.filter((node) => !dropped.has(node)) };
}

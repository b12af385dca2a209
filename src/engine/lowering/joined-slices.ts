/** @file Gradients of slices that together are a whole image, matrix or row of tokens: put side by side, not added up. */

import { GRAFT_DOMAIN, type Graph, type Node, NodeView, type Value } from "../onnx/index.ts";
import { Uses } from "./context.ts";

/** The gradient of a slice along one axis. */
interface Part {
  readonly node: Node;
  readonly dy: Value;
  readonly axis: number;
  readonly start: number;
}

/**
 * The same graph with the sum of several `SliceGrad` that cover their input once as one `Concat`.
 *
 * Queries, keys and values of a transformer are slices of one product; each gradient alone is the whole of it, two
 * thirds of them zeros.
 */
export function joinSlices(graph: Graph): Graph {
  const uses = new Uses(graph);
  const joined = new Map<Node, Node>();
  const taken = new Set<Node>();
  for (const node of graph.nodes.toReversed()) {
    if (!isSum(node) || taken.has(node)) continue;
    const sums: Node[] = [];
    const terms = termsOf(node, { uses, sums });
    const parts = terms.map((term) => term && partOf(term));
    const together = parts.every((part) => part !== undefined) ? togetherOf(parts, node) : undefined;
    if (together === undefined) continue;
    joined.set(node, together);
    for (const gone of [...sums, ...parts.flatMap((part) => part?.node ?? [])]) if (gone !== node) taken.add(gone);
  }
  const nodes = graph.nodes.filter((node) => !taken.has(node)).map((node) => joined.get(node) ?? node);
  return { ...graph, nodes };
}

function isSum({ domain, opType }: Node): boolean {
  return domain === "" && opType === "Add";
}

/** What a sum of sums adds up; undefined for what no node computes for it alone. */
function termsOf(node: Node, context: { uses: Uses; sums: Node[] }): (Node | undefined)[] {
  const { uses, sums } = context;
  sums.push(node);
  return node.inputs.flatMap((input) => {
    const term = uses.producerOf(input);
    if (term === undefined || uses.onlyReader(term.outputs[0]) !== node) return [undefined];
    return isSum(term) ? termsOf(term, context) : [term];
  });
}

function partOf(node: Node): Part | undefined {
  if (node.domain !== GRAFT_DOMAIN || node.opType !== "SliceGrad") return undefined;
  const view = new NodeView(node, () => undefined);
  const [dy] = node.inputs;
  const [whole, starts, steps] = ["input_shape", "starts", "steps"].map((name) => view.ints(name) ?? []);
  if (dy === null || steps.some((step) => step !== 1)) return undefined;
  const cut = whole.flatMap((length, axis) => (dy.shape[axis] === length ? [] : [axis]));
  return cut.length === 1 ? { node, dy, axis: cut[0], start: starts[cut[0]] } : undefined;
}

/**
 * The parts side by side; undefined where they leave a gap or overlap, as one does that is cut along another axis: it has
 * all of the first one's.
 */
function togetherOf(parts: readonly Part[], sum: Node): Node | undefined {
  const [{ axis }] = parts;
  const ordered = parts.toSorted((a, b) => a.start - b.start);
  let end = 0;
  for (const part of ordered) {
    if (part.start !== end) return undefined;
    end += part.dy.shape[axis];
  }
  if (end !== sum.outputs[0].shape[axis]) return undefined;
  const attributes = { axis: { type: "INT" as const, value: axis } };
  return { ...sum, opType: "Concat", inputs: ordered.map(({ dy }) => dy), attributes };
}

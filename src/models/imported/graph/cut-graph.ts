/** @file Cuts a graph wherever all that is to come depends on one value. */

import type { Node, Value } from "../../../engine/onnx/index.ts";
import { type GraphParameters, weightKeys } from "../layers/node-parameters.ts";
import type { BatchAxes } from "./batch-moves.ts";
import type { SimpleGraph } from "./simple-graph.ts";

/** Nodes between two cuts. */
export interface Segment {
  readonly input: Value;
  readonly output: Value;
  readonly nodes: readonly Node[];
}

/** What is known of the graph that is cut. */
interface CutContext {
  readonly axes: BatchAxes;
  readonly parameters: GraphParameters;
}

/**
 * The graph's nodes in order, in as many parts as it falls into; the batch is the first axis at every cut.
 *
 * Nodes that share a weight are in one part, for there it is one.
 */
export function cutGraph(graph: SimpleGraph, { axes, parameters }: CutContext): Segment[] {
  const readersLeft = new Map<string, number>([[graph.output.name, 1]]);
  for (const { inputs } of graph.nodes) {
    for (const input of inputs) {
      if (input !== null && axes.has(input.name)) readersLeft.set(input.name, (readersLeft.get(input.name) ?? 0) + 1);
    }
  }
  const weightsLeft = weightReaders(graph, parameters);
  const unfinished = new Set<string>();
  const segments: Segment[] = [];
  const [batchSize] = graph.input.shape;
  let nodes: Node[] = [];
  let input = graph.input;
  const live = new Set([graph.input.name]);
  for (const node of graph.nodes) {
    nodes.push(node);
    for (const read of node.inputs) {
      if (read === null || !axes.has(read.name)) continue;
      const left = (readersLeft.get(read.name) ?? 0) - 1;
      readersLeft.set(read.name, left);
      if (left === 0) live.delete(read.name);
    }
    for (const output of node.outputs) if ((readersLeft.get(output.name) ?? 0) > 0) live.add(output.name);
    for (const key of weightKeys(node, parameters)) {
      const left = (weightsLeft.get(key) ?? 0) - 1;
      weightsLeft.set(key, left);
      if (left > 0) unfinished.add(key);
      else unfinished.delete(key);
    }
    const output = node.outputs.find(({ name }) => live.has(name));
    const isWhole = live.size === 1 && unfinished.size === 0;
    const hasRows = output?.shape[0] === batchSize && axes.get(output.name) === 0;
    if (!isWhole || output === undefined || !hasRows || output.dtype !== "float32") continue;
    segments.push({ input, output, nodes });
    [nodes, input] = [[], output];
  }
  return segments;
}

/** How many nodes read each weight. */
function weightReaders({ nodes }: SimpleGraph, parameters: GraphParameters): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of nodes.flatMap((node) => weightKeys(node, parameters))) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

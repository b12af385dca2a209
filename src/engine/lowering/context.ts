/** @file What a lowering is given. */

import type { Graph, Node, NodeView, Operations, Value } from "../onnx/index.ts";
import type { Layouts, Placement } from "./layouts.ts";

/** Emits the replacement of one node, whose inputs are plain values of the new graph, and returns its plain results. */
export type PlainLowering = (g: Operations, node: NodeView) => Value | readonly Value[];

export interface LoweringContext {
  /** Where the replacement goes. */
  readonly g: Operations;
  /** The node of the original graph; its inputs are asked of `layouts`. */
  readonly node: NodeView;
  /** The node's first output. */
  readonly output: Value;
  readonly outputs: readonly Value[];
  readonly layouts: Layouts;
  readonly uses: Uses;
}

/**
 * Emits a faster replacement that knows of layouts; undefined where this node's shapes do not allow it.
 *
 * Returns one placement an output.
 */
export type BlockedLowering = (context: LoweringContext) => Placement | readonly Placement[] | undefined;

/** Who reads the values of a graph. */
export class Uses {
  readonly #readers = new Map<string, Node[]>();
  readonly #producers = new Map<string, Node>();
  readonly #outputs: ReadonlySet<string>;

  constructor(graph: Graph) {
    this.#outputs = new Set(graph.outputs.map((output) => output.name));
    for (const node of graph.nodes) {
      for (const { name } of node.outputs) this.#producers.set(name, node);
      for (const input of node.inputs) {
        if (input === null) continue;
        const readers = this.#readers.get(input.name);
        if (readers === undefined) this.#readers.set(input.name, [node]);
        else readers.push(node);
      }
    }
  }

  /** The node that computes a value; undefined for inputs and constants. */
  producerOf(value: Value | null): Node | undefined {
    return value === null ? undefined : this.#producers.get(value.name);
  }

  /** The nodes that read a value, each as often as it does; undefined if the value leaves the graph. */
  readers(value: Value): readonly Node[] | undefined {
    return this.#outputs.has(value.name) ? undefined : (this.#readers.get(value.name) ?? []);
  }

  /** The one node that reads a value, once; undefined if there are more, or the value leaves the graph. */
  onlyReader(value: Value): Node | undefined {
    const readers = this.readers(value);
    return readers?.length === 1 ? readers[0] : undefined;
  }
}

/** @file Which element-wise nodes of a graph can run together, piece by piece. */

import { sizeOf } from "../../../core/index.ts";
import type { Graph, Node, Value } from "../../onnx/index.ts";

const elementwise: ReadonlySet<string> = new Set(
  `Add Sub Mul Div Max Min Neg Abs Exp Log Sqrt Reciprocal Erf Sin Cos Tanh Sigmoid Relu Softplus Softsign LeakyRelu Elu
  Selu HardSigmoid HardSwish Clip Cast Where And Or Not Equal Greater GreaterOrEqual Less LessOrEqual`.split(/\s+/),
);

/** Nodes in the order of their graph, each an operation on the elements of values of one size. */
export interface Chain {
  /** Elements. */
  readonly size: number;
  readonly nodes: readonly Node[];
}

/**
 * The element-wise nodes with at least that many elements, in as few chains as there can be.
 *
 * What a chain reads never depends on what it makes by way of other nodes, so that each can run as one node.
 */
export function findChains(graph: Graph, leastSize: number): Chain[] {
  const finder = new ChainFinder();
  const members = new Map<Growing, Node[]>();
  const results = new Set(graph.outputs.map(({ name }) => name));
  const joined = graph.nodes.map((node) => {
    // onnxruntime would copy what leaves the graph once more, to give it its shape
    const leaves = node.outputs.some(({ name }) => results.has(name));
    return finder.add(node, leaves ? undefined : chainableSize(node, leastSize));
  });
  for (const [index, chain] of joined.entries()) {
    if (chain === undefined) continue;
    const whole = wholeOf(chain);
    members.set(whole, [...(members.get(whole) ?? []), graph.nodes[index]]);
  }
  return [...members].map(([{ size }, nodes]) => ({ size, nodes }));
}

/** Elements of what a node makes, if it acts on each of them by itself; undefined otherwise. */
function chainableSize({ domain, opType, inputs, outputs: [output] }: Node, leastSize: number): number | undefined {
  const size = sizeOf(output.shape);
  if (domain !== "" || !elementwise.has(opType) || size < leastSize) return undefined;
  // beside pieces, which have one axis, a number with more would add axes
  const fits = ({ shape }: Value): boolean => sizeOf(shape) === size || (sizeOf(shape) === 1 && shape.length < 2);
  return inputs.every((input) => input === null || fits(input)) ? size : undefined;
}

/** A chain, or a part of one, and the chains that it waits for. */
interface Growing {
  readonly size: number;
  /** Those whose results it reads. */
  direct: ReadonlySet<Growing>;
  /** Those that it depends on by way of nodes of no chain. */
  behind: ReadonlySet<Growing>;
  /** What it has become a part of. */
  into: Growing | undefined;
}

const none: ReadonlySet<Growing> = new Set();

class ChainFinder {
  /** The chain that makes a value. */
  readonly #makers = new Map<string, Growing>();
  /** Those that any other value depends on; what these wait for in turn is theirs to say. */
  readonly #behind = new Map<string, ReadonlySet<Growing>>();

  /** The chain that a node has become a part of; undefined for a node of no size. */
  add({ inputs, outputs }: Node, size: number | undefined): Growing | undefined {
    const names = inputs.flatMap((input) => (input === null ? [] : [input.name]));
    const direct = wholes(names.flatMap((name) => this.#makers.get(name) ?? []));
    const behind = union(names.map((name) => this.#behind.get(name) ?? none));
    if (size === undefined) {
      const all = union([direct, behind]);
      for (const { name } of outputs) this.#behind.set(name, all);
      return undefined;
    }
    let chain: Growing = { size, direct, behind, into: undefined };
    for (const other of direct) {
      if (other.size === size && !waitsFor(chain, other) && !waitsFor(other, chain)) chain = join(other, chain);
    }
    this.#makers.set(outputs[0].name, chain);
    return chain;
  }
}

function wholeOf(chain: Growing): Growing {
  let whole = chain;
  while (whole.into !== undefined) whole = whole.into;
  return whole;
}

function wholes(chains: Iterable<Growing>): Set<Growing> {
  return new Set(Array.from(chains, wholeOf));
}

/** True if a chain depends on another by way of what belongs to neither. */
function waitsFor(chain: Growing, other: Growing): boolean {
  const behind = wholes(chain.behind);
  if (behind.has(other)) return true;
  const open = [...wholes(chain.direct), ...behind].filter((before) => before !== other && before !== chain);
  const seen = new Set(open);
  for (let before = open.pop(); before !== undefined; before = open.pop()) {
    for (const next of wholes([...before.direct, ...before.behind])) {
      if (next === other) return true;
      if (!seen.has(next)) open.push(next);
      seen.add(next);
    }
  }
  return false;
}

/** The second as a part of the first. */
function join(first: Growing, second: Growing): Growing {
  second.into = first;
  const others = (chains: ReadonlySet<Growing>): Set<Growing> =>
    new Set([...wholes(chains)].filter((chain) => chain !== first));
  first.direct = others(union([first.direct, second.direct]));
  first.behind = others(union([first.behind, second.behind]));
  return first;
}

function union(sets: readonly ReadonlySet<Growing>[]): ReadonlySet<Growing> {
  const filled = sets.filter((set) => set.size > 0);
  return filled.length < 2 ? (filled[0] ?? none) : new Set(filled.flatMap((set) => [...set]));
}

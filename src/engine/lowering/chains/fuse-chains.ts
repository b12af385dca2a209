/** @file Chains of element-wise nodes as one node each, which runs them piece by piece, so that what lies between them stays in the cache. */

import { type Tensor, int64, sizeOf } from "../../../core/index.ts";
import type { Graph, Node, Value } from "../../onnx/index.ts";
import { type Chain, findChains } from "./find-chains.ts";
import { inOrder } from "./in-order.ts";

/** Elements. */
export interface ChainSizes {
  /** Smaller values stay in the cache anyway. */
  readonly least: number;
  /** Of a piece: what several threads share, since onnxruntime splits nothing that takes less than 0.2 million cycles. */
  readonly mostOfPiece: number;
}

const SIZES: ChainSizes = { least: 3 * 2 ** 18, mostOfPiece: 2 ** 18 };

/** Pieces smaller than this share of what they may be take longer to start than they save. */
const LEAST_SHARE = 1 / 4;

/**
 * The same graph with every chain of two nodes or more as one Scan over pieces of its values.
 *
 * The same operators run on the same elements: not a bit changes. onnxruntime neither copies pieces nor puts them
 * together: a body reads and writes where they lie.
 */
export function fuseChains(graph: Graph, sizes: ChainSizes = SIZES): Graph {
  const chains = findChains(graph, sizes.least).filter(({ nodes }) => nodes.length > 1);
  const readers = readersOf(graph);
  const initializers = new Map(graph.initializers);
  const fused = chains.flatMap((chain) => {
    const pieces = piecesOf(chain, sizes);
    return pieces === undefined ? [] : [{ chain, nodes: asScan(chain, { pieces, readers, initializers }) }];
  });
  if (fused.length === 0) return graph;
  const taken = new Set(fused.flatMap(({ chain }) => chain.nodes));
  const nodes = [...graph.nodes.filter((node) => !taken.has(node)), ...fused.flatMap((one) => one.nodes)];
  return { ...graph, nodes: inOrder(nodes), initializers };
}

/** The least number of equal pieces that are small enough; undefined where they would be too small. */
function piecesOf({ size }: Chain, { mostOfPiece }: ChainSizes): number | undefined {
  let pieces = Math.ceil(size / mostOfPiece);
  while (size % pieces !== 0) pieces++;
  return size / pieces >= LEAST_SHARE * mostOfPiece ? pieces : undefined;
}

/** The nodes that read a value. */
type Readers = ReadonlyMap<string, ReadonlySet<Node>>;

function readersOf({ nodes }: Graph): Readers {
  const readers = new Map<string, Set<Node>>();
  for (const node of nodes) {
    for (const input of node.inputs) {
      if (input === null) continue;
      const known = readers.get(input.name);
      if (known === undefined) readers.set(input.name, new Set([node]));
      else known.add(node);
    }
  }
  return readers;
}

/** The Scan, and the nodes that view its inputs and outputs as [pieces, elements]. */
function asScan(
  { nodes, size }: Chain,
  { pieces, readers, initializers }: { pieces: number; readers: Readers; initializers: Map<string, Tensor> },
): Node[] {
  const name = `${nodes[0].name}#chain`;
  const made = new Set(nodes.flatMap(({ outputs }) => outputs.map((output) => output.name)));
  const inputs = distinct(nodes.flatMap((node) => node.inputs)).filter(
    (input) => !made.has(input.name) && sizeOf(input.shape) === size,
  );
  const outputs = nodes
    .map((node) => node.outputs[0])
    .filter((output) => [...(readers.get(output.name) ?? [])].some((reader) => !nodes.includes(reader)));
  const within = new Set([...made, ...inputs.map((input) => input.name)]);
  // a name means the same in a body as around it
  const inBody = (value: Value): Value =>
    within.has(value.name) ? { ...value, name: `${name}#${value.name}`, shape: [size / pieces] } : value;
  const inPieces = (value: Value): Value => ({
    ...value,
    name: `${value.name}${name}`,
    shape: [pieces, size / pieces],
  });
  const body: Graph = {
    name,
    inputs: inputs.map(inBody),
    outputs: outputs.map(inBody),
    nodes: nodes.map((node) => ({
      ...node,
      name: `${name}#${node.name}`,
      inputs: node.inputs.map((input) => input && inBody(input)),
      outputs: node.outputs.map(inBody),
    })),
    initializers: new Map(),
  };
  const scan: Node = {
    name,
    opType: "Scan",
    domain: "",
    inputs: inputs.map(inPieces),
    outputs: outputs.map(inPieces),
    attributes: { num_scan_inputs: { type: "INT", value: inputs.length } },
    body,
  };
  const reshaped = (from: Value, to: Value): Node => reshapeNode({ from, to, scan: name, initializers });
  return [
    ...inputs.map((input) => reshaped(input, inPieces(input))),
    scan,
    ...outputs.map((output) => reshaped(inPieces(output), output)),
  ];
}

function reshapeNode({
  from,
  to,
  scan,
  initializers,
}: {
  from: Value;
  to: Value;
  scan: string;
  initializers: Map<string, Tensor>;
}): Node {
  const shape: Value = { name: `${scan}#shape:${to.name}`, dtype: "int64", shape: [to.shape.length] };
  initializers.set(shape.name, int64(to.shape));
  return {
    name: `${scan}#view:${to.name}`,
    opType: "Reshape",
    domain: "",
    inputs: [from, shape],
    outputs: [to],
    attributes: { allowzero: { type: "INT", value: 0 } },
  };
}

function distinct(values: readonly (Value | null)[]): Value[] {
  return [...new Map(values.flatMap((value) => (value === null ? [] : [[value.name, value] as const]))).values()];
}

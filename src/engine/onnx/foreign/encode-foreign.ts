/** @file Writes nodes of a file into another graph: the same messages, under names of their own. */

import { GraphError } from "../../../core/index.ts";
import type { Graph, Node, Value } from "../graph.ts";
import { dtypeCodes } from "../proto/codes.ts";
import {
  type AttributeMessage,
  type FunctionMessage,
  type GraphMessage,
  type NodeMessage,
  type SparseTensorMessage,
  type TensorMessage,
  writeModel,
} from "../proto/proto.ts";
import type { ForeignNodes } from "./foreign-nodes.ts";

/** What a model has to declare for the nodes of its graph. */
export interface Imports {
  readonly irVersion: number;
  /** Operator set version of each domain. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly functions: readonly FunctionMessage[];
}

/** Messages that go into a graph. */
interface GraphPieces {
  readonly nodes: object[];
  readonly initializers: object[];
  readonly sparse: object[];
}

type Rename = (name: string) => string;

/**
 * The file's own operator sets where a graph has nodes of a file, those given otherwise.
 *
 * @throws GraphError if two files disagree.
 */
export function importsOf(graph: Graph, { irVersion, opset }: { irVersion: number; opset: number }): Imports {
  const files = graph.nodes.flatMap(({ foreign }) => foreign ?? []);
  const opsets: Record<string, number> = {};
  for (const [domain, version] of files.flatMap((file) => Object.entries(file.opsets))) {
    const before = (opsets[domain] ??= version);
    if (before !== version) {
      throw new GraphError(
        `graph "${graph.name}": expected files of one operator set, got ${before} and ${version} of the domain "${domain}".`,
      );
    }
  }
  return {
    irVersion: Math.max(irVersion, ...files.map((file) => file.irVersion)),
    opsets: { "": opset, ...opsets },
    functions: [...new Set(files.flatMap(({ functions }) => functions))],
  };
}

/** The messages of a node that stands for nodes of a file. */
export function encodeForeign({ name, inputs: [x], outputs: [y] }: Node, foreign: ForeignNodes): GraphPieces {
  if (x === null || x === undefined) throw new Error(`internal: ${name} has no input`);
  return foreign.oneByOne ? encodeOneByOne(name, { x, y, foreign }) : encodeTogether(name, { x, y, foreign });
}

interface Ends {
  readonly x: Value;
  readonly y: Value;
  readonly foreign: ForeignNodes;
}

function encodeTogether(name: string, { x, y, foreign }: Ends): GraphPieces {
  const { nodes, rename, ...constants } = renameAll(name, foreign, x.name);
  const [floats] = ownNames(name, "floats");
  const flat = { opType: "Flatten", input: [floats], output: [y.name], attribute: [int("axis", 1)] };
  return { ...constants, nodes: [...nodes, toFloat32(rename(foreign.output), floats), { name: y.name, ...flat }] };
}

/** A Scan over the images, whose body sees each of them as a batch of one. */
function encodeOneByOne(name: string, { x, y, foreign }: Ends): GraphPieces {
  const [one, image, floats, row, front, flat] = ownNames(name, "one", "image", "floats", "row", "front", "flat");
  const { nodes, rename, ...constants } = renameAll(name, foreign, image);
  const body = {
    name: `${name}#body`,
    node: [
      { name: image, opType: "Unsqueeze", input: [one, front], output: [image] },
      ...nodes,
      toFloat32(rename(foreign.output), floats),
      { name: row, opType: "Reshape", input: [floats, flat], output: [row] },
    ],
    input: [valueInfo(one, x)],
    output: [valueInfo(row, y)],
  };
  const attribute = [{ name: "body", type: 5, g: body }, int("num_scan_inputs", 1)];
  const ints = (label: string, value: number): object => ({ name: label, dims: [1], dataType: 7, int64Data: [value] });
  return {
    nodes: [{ name, opType: "Scan", input: [x.name], output: [y.name], attribute }],
    initializers: [...constants.initializers, ints(front, 0), ints(flat, -1)],
    sparse: constants.sparse,
  };
}

/** What a probe is fed. */
export const PROBED = "graft#input";

/**
 * The bytes of a model of such nodes alone, for what is to be asked of them: its outputs are values of the file.
 *
 * input: the file's value that is fed, in its own shape and type. It is fed as float32 under the name {@link PROBED},
 * since onnxruntime takes no halves from JavaScript; nothing is fed when left out.
 */
export function encodeProbe(
  foreign: ForeignNodes,
  { outputs, extra = [], input }: { outputs: readonly string[]; extra?: readonly object[]; input?: Value },
): Uint8Array {
  const { irVersion, opsets, functions, nodes, initializers, sparse } = foreign;
  const dim = input?.shape.map((dimValue) => ({ dimValue }));
  const fed = input === undefined ? [] : [{ name: PROBED, type: tensorType(dtypeCodes.float32, { dim: dim ?? [] }) }];
  const casts =
    input === undefined
      ? []
      : [
          {
            name: PROBED,
            opType: "Cast",
            input: [PROBED],
            output: [input.name],
            attribute: [int("to", dtypeCodes[input.dtype])],
          },
        ];
  return writeModel({
    irVersion: Math.max(irVersion, 4),
    opsetImport: Object.entries(opsets).map(([domain, version]) => ({ domain, version })),
    functions,
    graph: {
      name: "probe",
      node: [...casts, ...nodes, ...extra],
      initializer: initializers,
      sparseInitializer: sparse,
      input: fed,
      output: outputs.map((name) => ({ name })),
    },
  });
}

/** Names that no value of the file has. */
function ownNames(name: string, ...labels: string[]): string[] {
  return labels.map((label) => `${name}#${label}`);
}

function renameAll(
  name: string,
  { input, nodes, initializers, sparse }: ForeignNodes,
  image: string,
): GraphPieces & { rename: Rename } {
  const rename: Rename = (given) => (given === "" ? "" : given === input ? image : `${name}/${given}`);
  return {
    rename,
    nodes: nodes.map((node) => renameNode(node, rename)),
    initializers: initializers.map((tensor) => renameTensor(tensor, rename)),
    sparse: sparse.map((tensor) => renameSparse(tensor, rename)),
  };
}

function renameNode(node: NodeMessage, rename: Rename): NodeMessage {
  return {
    ...node,
    name: rename(node.name),
    input: node.input.map(rename),
    output: node.output.map(rename),
    attribute: node.attribute.map((attribute) => renameAttribute(attribute, rename)),
  };
}

/** A name means the same in a graph inside a node as outside. */
function renameAttribute(attribute: AttributeMessage, rename: Rename): AttributeMessage {
  const { g, graphs } = attribute;
  if (g === null && graphs.length === 0) return attribute;
  return {
    ...attribute,
    ...(g === null ? {} : { g: renameGraph(g, rename) }),
    graphs: graphs.map((graph) => renameGraph(graph, rename)),
  };
}

function renameGraph(graph: GraphMessage, rename: Rename): GraphMessage {
  const named = <T extends { readonly name: string }>(values: readonly T[]): T[] =>
    values.map((value) => ({ ...value, name: rename(value.name) }));
  return {
    ...graph,
    node: graph.node.map((node) => renameNode(node, rename)),
    initializer: graph.initializer.map((tensor) => renameTensor(tensor, rename)),
    sparseInitializer: graph.sparseInitializer.map((tensor) => renameSparse(tensor, rename)),
    input: named(graph.input),
    output: named(graph.output),
    valueInfo: named(graph.valueInfo),
  };
}

function renameTensor(tensor: TensorMessage, rename: Rename): TensorMessage {
  return { ...tensor, name: rename(tensor.name) };
}

function renameSparse(tensor: SparseTensorMessage, rename: Rename): SparseTensorMessage {
  return { ...tensor, values: tensor.values === null ? null : renameTensor(tensor.values, rename) };
}

/** @returns A Cast to float32. */
export function toFloat32(input: string, output: string): object {
  return { name: output, opType: "Cast", input: [input], output: [output], attribute: [int("to", dtypeCodes.float32)] };
}

function int(name: string, value: number): object {
  return { name, type: 2, i: value };
}

/** Of one image of a batch. */
function valueInfo(name: string, { dtype, shape }: Value): object {
  return { name, type: tensorType(dtypeCodes[dtype], { dim: shape.slice(1).map((dimValue) => ({ dimValue })) }) };
}

function tensorType(elemType: number, shape: object): object {
  return { tensorType: { elemType, shape } };
}

/** @file Writes a graph as the bytes of an ONNX model file. */

import { type Tensor, bytesOf } from "../../core/index.ts";
import { encodeForeign, importsOf } from "./foreign/encode-foreign.ts";
import { nodeIn } from "./foreign/node-in-opset.ts";
import { FOREIGN_DOMAIN, type Attribute, type Graph, type Node, type Value } from "./graph.ts";
import { attributeTypeCodes, dtypeCodes } from "./proto/codes.ts";
import { writeModel } from "./proto/proto.ts";

/** IR version written into every model. */
export const IR_VERSION = 8;

/** Version of the standard operators in every graph that Graft builds. */
export const OPSET_VERSION = 17;

/** ONNX's number of the attribute type GRAPH. */
const GRAPH_ATTRIBUTE = 5;

export interface EncodeOptions {
  /** Written as the model's metadata_props. */
  metadata?: Readonly<Record<string, string>>;
  /** Name for axis 0 of every input and output, making the batch size free; fixed when left out. */
  batchAxisName?: string;
}

/**
 * The bytes of an ONNX model file.
 *
 * With nodes of a file it has the operator sets of that file.
 */
export function encodeModel(graph: Graph, { metadata = {}, batchAxisName }: EncodeOptions = {}): Uint8Array {
  const imports = importsOf(graph, { irVersion: IR_VERSION, opset: OPSET_VERSION });
  const own = graph.nodes.map(({ domain }) => domain).filter((domain) => domain !== FOREIGN_DOMAIN);
  const opsets = { ...Object.fromEntries(own.map((domain) => [domain, 1])), ...imports.opsets };
  const message = {
    irVersion: imports.irVersion,
    producerName: "graft",
    opsetImport: [
      { domain: "", version: opsets[""] },
      ...Object.entries(opsets).flatMap(([domain, version]) => (domain === "" ? [] : [{ domain, version }])),
    ],
    functions: imports.functions,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: graphProto(graph, { opset: opsets[""], batchAxisName }),
  };
  return writeModel(message);
}

interface GraphProtoOptions {
  readonly opset: number;
  readonly batchAxisName: string | undefined;
}

function graphProto(graph: Graph, { opset, batchAxisName }: GraphProtoOptions): object {
  const parts = graph.nodes.map((node) => partsOf(node, opset));
  const valueInfo = (value: Value): object => valueInfoProto(value, batchAxisName);
  return {
    name: graph.name,
    node: parts.flatMap(({ nodes }) => nodes),
    initializer: [
      ...[...graph.initializers].map(([name, tensor]) => tensorProto(name, tensor)),
      ...parts.flatMap(({ initializers }) => initializers),
    ],
    sparseInitializer: parts.flatMap(({ sparse = [] }) => sparse),
    input: graph.inputs.map(valueInfo),
    output: graph.outputs.map(valueInfo),
  };
}

/** Messages of one node, and of constants that it alone reads. */
function partsOf(given: Node, opset: number): { nodes: object[]; initializers: object[]; sparse?: object[] } {
  if (given.foreign !== undefined) return encodeForeign(given, given.foreign);
  const { node, constants } = nodeIn(opset, given);
  return {
    nodes: [nodeProto(node, opset)],
    initializers: constants.map(([name, tensor]) => tensorProto(name, tensor)),
  };
}

function nodeProto(node: Node, opset: number): object {
  const { body } = node;
  const bodies =
    body === undefined
      ? []
      : [{ name: "body", type: GRAPH_ATTRIBUTE, g: graphProto(body, { opset, batchAxisName: undefined }) }];
  return {
    name: node.name,
    opType: node.opType,
    domain: node.domain,
    input: node.inputs.map((input) => input?.name ?? ""),
    output: node.outputs.map((output) => output.name),
    attribute: [
      ...Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
      ...bodies,
    ],
  };
}

function attributeProto(name: string, attribute: Attribute): object {
  const base = { name, type: attributeTypeCodes[attribute.type] };
  switch (attribute.type) {
    case "INT":
      return { ...base, i: attribute.value };
    case "FLOAT":
      return { ...base, f: attribute.value };
    case "STRING":
      return { ...base, s: new TextEncoder().encode(attribute.value) };
    case "INTS":
      return { ...base, ints: attribute.value };
    case "FLOATS":
      return { ...base, floats: attribute.value };
    case "TENSOR":
      return { ...base, t: tensorProto("", attribute.value) };
  }
}

function tensorProto(name: string, tensor: Tensor): object {
  return { name, dims: tensor.shape, dataType: dtypeCodes[tensor.dtype], rawData: bytesOf(tensor) };
}

function valueInfoProto(value: Value, batchAxisName: string | undefined): object {
  const dim = value.shape.map((length, axis) =>
    axis === 0 && batchAxisName !== undefined ? { dimParam: batchAxisName } : { dimValue: length },
  );
  return { name: value.name, type: { tensorType: { elemType: dtypeCodes[value.dtype], shape: { dim } } } };
}

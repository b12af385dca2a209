/** @file Reads the bytes of an ONNX model file into a graph whose every shape is known. */

import { GraphError, type Tensor, int64, sizeOf } from "../../../core/index.ts";
import { foldNode } from "../fold/fold-node.ts";
import { type Graph, type Node, type Value, describeNode } from "../graph.ts";
import { findOperator, inferOutputs, typedAttribute } from "../infer.ts";
import { NodeView, type OutputType } from "../operator.ts";
import { dtypeCodes } from "../proto/codes.ts";
import type { GraphMessage, NodeMessage } from "../proto/proto.ts";
import { asFloat32, decodeAttribute, decodeTensor } from "./decode-tensor.ts";
import type { ExternalReader } from "./external-data.ts";
import { fileForms } from "./file-forms.ts";
import type { FileNode, FormContext } from "./forms/form.ts";
import { type InputOptions, inputValue } from "./file-inputs.ts";
import { type ModelFile, domainName, readModelFile, requireKnownOpset } from "./model-file.ts";
import { metadataOf } from "./parse-model.ts";

/** ONNX's number of an element type that Graft does not hold. */
const BFLOAT16 = 16;

/** As many as 64 MB hold; masks and grids of positions are far smaller. */
const MOST_GROWN = 2 ** 24;

export interface DecodeOptions extends InputOptions {
  /** The file the bytes come from, as errors name it. */
  path?: string;
  /** Reads files that hold the data of tensors; such tensors are refused when left out. */
  external?: ExternalReader;
  /** Constants of the file that are decoded already, by name. */
  constants?: ReadonlyMap<string, Tensor>;
}

export interface DecodedModel {
  readonly graph: Graph;
  readonly metadata: Readonly<Record<string, string>>;
  /** Operator set version of each domain. */
  readonly opsets: Readonly<Record<string, number>>;
  /** The program that wrote the file; empty where the file does not say. */
  readonly producer: string;
  /** What the file says of itself. */
  readonly description: string;
  /** Ratios of the Dropouts, each a copying Identity in the graph, by the names of their values. */
  readonly dropouts: ReadonlyMap<string, number>;
}

/**
 * The graph in the bytes of a model file.
 *
 * Shapes of inputs are read, those of all other values inferred anew. Values keep their names.
 *
 * @throws DataError if the bytes are no ONNX model.
 * @throws GraphError if a length is left open, or a node is not one that Graft can build.
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): DecodedModel {
  return decodeModelFile(readModelFile(bytes, options), options);
}

/** The same for a file that is read already. */
export function decodeModelFile({ model, graph, opsets }: ModelFile, options: DecodeOptions = {}): DecodedModel {
  requireKnownOpset(opsets, options.path);
  const reader = new GraphReader(options);
  return {
    graph: reader.read(graph),
    metadata: metadataOf(model),
    opsets,
    producer: model.producerName,
    description: model.docString,
    dropouts: reader.dropouts,
  };
}

/** Collects the values of one graph by name. */
class GraphReader {
  readonly #options: DecodeOptions;
  readonly #values = new Map<string, Value>();
  readonly #initializers = new Map<string, Tensor>();
  readonly dropouts = new Map<string, number>();
  /** Numbers computed from fewer, which no bytes of the file stand for. */
  #grown = 0;

  constructor(options: DecodeOptions) {
    this.#options = options;
  }

  read(message: GraphMessage): Graph {
    this.#addConstants(message);
    // a constant may also be listed as an input, which only says that it can be overridden
    const fed = message.input.filter((input) => !this.#initializers.has(input.name));
    const inputs = fed.map((input) => this.#define(`input "${input.name}"`, inputValue(input, this.#options)));
    const nodes = message.node.flatMap((node) => this.#readMessage(node));
    const outputs = message.output.map(({ name }) => {
      const value = this.#values.get(name);
      if (value === undefined) throw new GraphError(`output "${name}": expected a value of the graph, got none.`);
      return value;
    });
    return { name: message.name, inputs, outputs, nodes, initializers: this.#initializers };
  }

  #addConstants({ name, initializer, sparseInitializer }: GraphMessage): void {
    if (sparseInitializer.length > 0) {
      throw new GraphError(`graph "${name}": expected dense constants, got sparse ones.`);
    }
    for (const tensor of initializer) {
      this.#addConstant(tensor.name, this.#options.constants?.get(tensor.name) ?? decodeTensor(tensor));
    }
  }

  /** A node, or in place of an If whose condition is known the nodes of its branch, whose names are the whole graph's. */
  #readMessage(message: NodeMessage): Node[] {
    const branch = this.#options.simplify === true ? this.#branchOf(message) : null;
    if (branch === null) return this.#readNode(fileNode(message));
    this.#addConstants(branch);
    const nodes = branch.node.flatMap((node) => this.#readMessage(node));
    const handedOn = message.output.flatMap((output, index) => {
      const inputs = branch.output.slice(index, index + 1).map(({ name }) => name);
      const copy = { name: `${message.name}/${index}`, opType: "Identity", domain: "", inputs, attributes: {} };
      return output === "" ? [] : this.#readNode({ ...copy, outputs: [output] });
    });
    return [...nodes, ...handedOn];
  }

  #branchOf({ opType, domain, input: [condition = ""], attribute }: NodeMessage): GraphMessage | null {
    const known = this.#initializers.get(condition);
    if (opType !== "If" || domainName(domain) !== "" || known?.data.length !== 1) return null;
    const taken = Number(known.data[0]) === 0 ? "else_branch" : "then_branch";
    return attribute.find(({ name }) => name === taken)?.g ?? null;
  }

  #readNode(given: FileNode): Node[] {
    const form = given.domain === "" ? fileForms[given.opType] : undefined;
    const node = form === undefined ? given : form(given, this.#formContext);
    if ("constant" in node) {
      this.#addConstant(given.outputs[0], node.constant);
      return [];
    }
    return (Array.isArray(node) ? (node as FileNode[]) : [node as FileNode]).flatMap((one) => this.#readForm(one));
  }

  /** A node in the terms of the operator table. */
  #readForm(given: FileNode): Node[] {
    const node = this.#options.simplify === true ? inFloat32(given) : given;
    const where = describeNode(node);
    const inputs = node.inputs.map((name) => (name === "" ? null : this.#valueOf(name, where)));
    const constants = this.#options.simplify === true ? this.#computed(node, inputs) : null;
    if (constants !== null) {
      for (const [index, constant] of constants.entries()) {
        if (node.outputs[index]) this.#addConstant(node.outputs[index], constant);
      }
      return [];
    }
    const { attributes, types } = this.#inferred(node, inputs);
    const { name, opType, domain } = node;
    const outputs = types.map((type, index) =>
      this.#define(where, { ...type, name: node.outputs[index] || `${name}:${index}` }),
    );
    return [{ name, opType, domain, inputs, outputs, attributes }];
  }

  #inferred(
    node: FileNode,
    inputs: readonly (Value | null)[],
  ): { attributes: Node["attributes"]; types: readonly OutputType[] } {
    const operator = findOperator(node);
    const attributes = Object.fromEntries(
      Object.entries(node.attributes).map(([key, value]) => [key, typedAttribute(operator, { node, key, value })]),
    );
    const { name, opType } = node;
    const view = new NodeView({ opType, name, inputs, attributes }, (value) => this.#initializers.get(value.name));
    return { attributes, types: inferOutputs(operator, view, node.outputs.length) };
  }

  /** The results of a node that depends on constants and shapes alone; null for all others. */
  #computed(node: FileNode, inputs: readonly (Value | null)[]): readonly Tensor[] | null {
    if (node.domain !== "") return null;
    const [x = null] = inputs;
    if (x !== null && (node.opType === "Shape" || node.opType === "Size")) {
      const { start = 0, end = x.shape.length } = node.attributes;
      const lengths = x.shape.slice(Number(start), Number(end));
      return [node.opType === "Shape" ? int64([...lengths]) : int64([sizeOf(x.shape)], [])];
    }
    const constants = inputs.map((input) => (input === null ? null : this.#initializers.get(input.name)));
    if (!constants.every((constant) => constant !== undefined)) return null;
    const results = foldNode(node, constants, () => this.#inferred(node, inputs).types[0]?.shape ?? null);
    const size = results?.reduce((sum, { data }) => sum + data.length, 0) ?? 0;
    if (constants.every((constant) => (constant?.data.length ?? 0) < size)) this.#grown += size;
    if (this.#grown > MOST_GROWN) {
      throw new GraphError(
        `${describeNode(node)}: expected at most ${MOST_GROWN} numbers computed from fewer, got more.`,
      );
    }
    return results;
  }

  get #formContext(): FormContext {
    return {
      valueOf: (name) => this.#values.get(name),
      constantOf: (name) => this.#initializers.get(name),
      addConstant: (name, tensor) => this.#addConstant(name, tensor),
      noteDropout: (name, ratio) => this.dropouts.set(name, ratio),
    };
  }

  #addConstant(name: string, given: Tensor): string {
    const tensor = this.#options.simplify === true ? asFloat32(given) : given;
    this.#define(`constant "${name}"`, { name, dtype: tensor.dtype, shape: tensor.shape });
    this.#initializers.set(name, tensor);
    return name;
  }

  /** @throws GraphError unless the name is new, as every value of an ONNX graph has its own. */
  #define(where: string, value: Value): Value {
    if (value.name === "") throw new GraphError(`${where}: expected a name, got none.`);
    if (this.#values.has(value.name)) {
      throw new GraphError(`${where}: expected a new name for its value, got "${value.name}" twice.`);
    }
    this.#values.set(value.name, value);
    return value;
  }

  #valueOf(name: string, where: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) {
      throw new GraphError(`${where}: expected inputs that are there before it, got "${name}", which is not.`);
    }
    return value;
  }
}

/** Casts to other floating point types are casts to float32. */
function inFloat32(node: FileNode): FileNode {
  const { to } = node.attributes;
  const isFloat = to === dtypeCodes.float16 || to === dtypeCodes.float64 || to === BFLOAT16;
  return node.opType === "Cast" && isFloat ? { ...node, attributes: { to: dtypeCodes.float32 } } : node;
}

function fileNode(message: NodeMessage): FileNode {
  const { opType, input: inputs } = message;
  const outputs = message.output.slice(0, message.output.findLastIndex((output) => output !== "") + 1);
  if (outputs.length === 0) {
    throw new GraphError(`${describeNode(message)}: expected an output, got none.`);
  }
  const name = message.name || outputs.find((output) => output !== "") || opType;
  const where = describeNode({ opType, name });
  const domain = domainName(message.domain);
  // an operator with graphs inside is better refused by its own name than by theirs
  if (message.attribute.some(({ g }) => g !== null)) findOperator({ domain, opType, name });
  const attributes = Object.fromEntries(
    message.attribute.map((attribute) => [attribute.name, decodeAttribute(attribute, where)]),
  );
  return { name, opType, domain, inputs, outputs, attributes };
}

/** @file Reads the bytes of an ONNX model file into a graph whose every shape is known. */

import { DataError, GraphError, type Tensor } from "../../core/index.ts";
import { dtypeOfFileCode } from "./codes.ts";
import { decodeAttribute, decodeTensor, toNumber } from "./decode-tensor.ts";
import { type FileNode, fileForms } from "./file-forms.ts";
import { type Graph, type Node, type Value, describeNode } from "./graph.ts";
import { findOperator, inferOutputs, typedAttribute } from "./infer.ts";
import { NodeView } from "./operator.ts";
import type { DimensionMessage, GraphMessage, ModelMessage, NodeMessage, ValueInfoMessage } from "./proto.ts";
import { readModel } from "./proto.ts";

/** Operator sets in which the operators of the table mean what they mean in Graft. */
const OPSETS = { first: 13, last: 22 } as const;

export interface DecodeOptions {
  /** Lengths of symbolic axes by their names; an axis without a name is called `<input>[<axis>]`. */
  dims?: Readonly<Record<string, number>>;
  /** Length of axis 0 of inputs where it is symbolic and not in `dims`. */
  batchSize?: number;
  /** The file the bytes come from, as errors name it. */
  path?: string;
}

export interface DecodedModel {
  readonly graph: Graph;
  readonly metadata: Readonly<Record<string, string>>;
  /** Operator set version of each domain. */
  readonly opsets: Readonly<Record<string, number>>;
  /** The program that wrote the file; empty where the file does not say. */
  readonly producer: string;
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
  const { model, graph } = parse(bytes, options.path);
  const opsets = Object.fromEntries(
    model.opsetImport.map(({ domain, version }) => [domainName(domain), toNumber(version)]),
  );
  const standard = opsets[""];
  if (standard === undefined || standard < OPSETS.first || standard > OPSETS.last) {
    throw new GraphError(
      `${options.path ?? "ONNX model"}: expected operator set ${OPSETS.first} to ${OPSETS.last}, ` +
        `got ${standard ?? "none"}. Convert it with onnx.version_converter.`,
    );
  }
  return {
    graph: new GraphReader(options).read(graph),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    opsets,
    producer: model.producerName,
  };
}

function parse(bytes: Uint8Array, path: string | undefined): { model: ModelMessage; graph: GraphMessage } {
  const location = path === undefined ? {} : { location: { path } };
  const where = path ?? "ONNX model";
  let model: ModelMessage;
  try {
    model = readModel(bytes);
  } catch (cause) {
    throw new DataError(`${where}: expected an ONNX model, got bytes that cannot be parsed as one.`, {
      ...location,
      cause,
    });
  }
  const { graph } = model;
  if (graph === null) throw new DataError(`${where}: expected an ONNX model, got one without a graph.`, location);
  return { model, graph };
}

/** The standard domain has a short and a long name. */
function domainName(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}

/** Collects the values of one graph by name. */
class GraphReader {
  readonly #options: DecodeOptions;
  readonly #values = new Map<string, Value>();
  readonly #initializers = new Map<string, Tensor>();

  constructor(options: DecodeOptions) {
    this.#options = options;
  }

  read(message: GraphMessage): Graph {
    if (message.sparseInitializer.length > 0) {
      throw new GraphError(`graph "${message.name}": expected dense constants, got sparse ones.`);
    }
    for (const tensor of message.initializer) this.#addConstant(tensor.name, decodeTensor(tensor));
    // a constant may also be listed as an input, which only says that it can be overridden
    const fed = message.input.filter((input) => !this.#initializers.has(input.name));
    const inputs = fed.map((input) => this.#define(`input "${input.name}"`, this.#inputValue(input)));
    const nodes = message.node.flatMap((node) => this.#readNode(fileNode(node)));
    const outputs = message.output.map(({ name }) => {
      const value = this.#values.get(name);
      if (value === undefined) throw new GraphError(`output "${name}": expected a value of the graph, got none.`);
      return value;
    });
    return { name: message.name, inputs, outputs, nodes, initializers: this.#initializers };
  }

  #readNode(given: FileNode): Node[] {
    const form = given.domain === "" ? fileForms[given.opType] : undefined;
    const node = form === undefined ? given : form(given, this.#formContext);
    if ("constant" in node) {
      this.#addConstant(given.outputs[0], node.constant);
      return [];
    }
    const where = describeNode(node);
    const operator = findOperator(node);
    const inputs = node.inputs.map((name) => (name === "" ? null : this.#valueOf(name, where)));
    const attributes = Object.fromEntries(
      Object.entries(node.attributes).map(([key, value]) => [key, typedAttribute(operator, { node, key, value })]),
    );
    const { name, opType, domain } = node;
    const view = new NodeView({ opType, name, inputs, attributes }, (value) => this.#initializers.get(value.name));
    const types = inferOutputs(operator, view, node.outputs.length);
    const outputs = types.map((type, index) =>
      this.#define(where, { ...type, name: node.outputs[index] || `${name}:${index}` }),
    );
    return [{ name, opType, domain, inputs, outputs, attributes }];
  }

  get #formContext(): Parameters<NonNullable<(typeof fileForms)[string]>>[1] {
    return {
      valueOf: (name) => this.#values.get(name),
      constantOf: (name) => this.#initializers.get(name),
      addConstant: (name, tensor) => this.#addConstant(name, tensor),
    };
  }

  #inputValue({ name, type }: ValueInfoMessage): Value {
    const where = `input "${name}"`;
    const tensorType = type?.tensorType ?? null;
    if (tensorType === null || tensorType.shape === null) {
      throw new GraphError(
        `${where}: expected a tensor of known rank, got ${tensorType === null ? "no tensor" : "no shape"}.`,
      );
    }
    const shape = tensorType.shape.dim.map((dim, axis) => this.#length(dim, { input: name, axis }));
    return { name, dtype: dtypeOfFileCode(tensorType.elemType, where), shape };
  }

  #length(dim: DimensionMessage, { input, axis }: { input: string; axis: number }): number {
    const { dims = {}, batchSize } = this.#options;
    const fixed = dim.value === "dimValue" ? toNumber(dim.dimValue) : -1;
    // some writers say 0 or -1 for a length left open
    if (Number.isSafeInteger(fixed) && fixed > 0) return fixed;
    const axisName = dim.value === "dimParam" && dim.dimParam !== "" ? dim.dimParam : `${input}[${axis}]`;
    const bound = Object.hasOwn(dims, axisName) ? dims[axisName] : axis === 0 ? batchSize : undefined;
    if (bound === undefined) {
      throw new GraphError(
        `input "${input}": expected every length to be known, got the symbolic "${axisName}" on axis ${axis}. ` +
          `Give it a length in dims.`,
      );
    }
    if (!Number.isSafeInteger(bound) || bound < 1) {
      throw new GraphError(`input "${input}": expected a length of 1 or more for "${axisName}", got ${bound}.`);
    }
    return bound;
  }

  #addConstant(name: string, tensor: Tensor): string {
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

function fileNode(message: NodeMessage): FileNode {
  const { opType, input: inputs } = message;
  const outputs = message.output.slice(0, message.output.findLastIndex((output) => output !== "") + 1);
  if (outputs.length === 0) {
    throw new GraphError(`${describeNode(message)}: expected an output, got none.`);
  }
  const name = message.name || outputs.find((output) => output !== "") || opType;
  const where = describeNode({ opType, name });
  const attributes = Object.fromEntries(
    message.attribute.map((attribute) => [attribute.name, decodeAttribute(attribute, where)]),
  );
  return { name, opType, domain: domainName(message.domain), inputs, outputs, attributes };
}

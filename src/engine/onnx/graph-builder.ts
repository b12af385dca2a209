/** @file Builds a graph node by node; types and shapes are inferred, and checked, as each is added. */

import { type DType, GraphError, type Shape, type Tensor, bytesOf, formatShape } from "../../core/index.ts";
import type { ForeignNodes } from "./foreign/foreign-nodes.ts";
import { FOREIGN_DOMAIN, type Graph, type Node, type RawAttribute, type Value, rawAttributes } from "./graph.ts";
import { findOperator, inferOutputs, typedAttribute } from "./infer.ts";
import { NodeView } from "./operator.ts";

/** Every byte a character of its own. */
const asText = new TextDecoder("latin1");

export interface NodeOptions {
  domain?: string;
  /** Prefix of the node's and its outputs' names; the operator's name when left out. */
  name?: string;
  /** How many of the operator's outputs are wanted, from the first. */
  outputs?: number;
}

/** What is said of nodes of a file beside themselves. */
export interface ForeignOptions {
  /** Numbers that they make of one image. */
  features: number;
  /** Prefix of their names; `foreign` when left out. */
  name?: string;
}

/** Collects inputs, constants and nodes. Values are handed around as objects, so order is by construction. */
export class GraphBuilder {
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #constantsByContent = new Map<string, Value>();
  readonly #producers = new Map<string, Node>();
  readonly #names = new Map<string, number>();
  #scope = "";

  /** Declares an input that every run must feed. */
  input(name: string, dtype: DType, shape: Shape): Value {
    const value = { name: this.#unique(name), dtype, shape };
    if (value.name !== name) throw new GraphError(`graph input: expected a new name, got "${name}" twice.`);
    this.#inputs.push(value);
    return value;
  }

  /** Adds a named constant, such as a frozen weight. */
  initializer(name: string, tensor: Tensor): Value {
    const value = { name: this.#unique(name), dtype: tensor.dtype, shape: tensor.shape };
    this.#initializers.set(value.name, tensor);
    return value;
  }

  /** A small constant; equal ones are stored once. */
  constant(tensor: Tensor): Value {
    const key = `${tensor.dtype}${formatShape(tensor.shape)}${asText.decode(bytesOf(tensor))}`;
    const known = this.#constantsByContent.get(key);
    if (known !== undefined) return known;
    const value = this.initializer("constant", tensor);
    this.#constantsByContent.set(key, value);
    return value;
  }

  /**
   * Adds a node and returns its outputs.
   *
   * @throws GraphError if the operator or an attribute is unknown, or the inputs do not fit.
   */
  node(
    opType: string,
    givenInputs: readonly (Value | null)[],
    attributes: Readonly<Record<string, RawAttribute>> = {},
    options: NodeOptions = {},
  ): Value[] {
    const { domain = "", outputs = 1 } = options;
    const inputs = givenInputs.slice(0, givenInputs.findLastIndex((input) => input !== null) + 1);
    const name = this.#unique(`${this.#scope}${options.name ?? opType}`);
    const operator = findOperator({ domain, opType, name });
    const typed = Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [
        key,
        typedAttribute(operator, { node: { opType, name }, key, value }),
      ]),
    );
    const view = new NodeView({ opType, name, inputs, attributes: typed }, (value) => this.constantOf(value));
    const types = inferOutputs(operator, view, outputs);
    const values = types.map((type, index) => ({ name: this.#unique(`${name}:${index}`), ...type }));
    const node = { name, opType, domain, inputs, outputs: values, attributes: typed };
    this.#nodes.push(node);
    for (const value of values) this.#producers.set(value.name, node);
    return values;
  }

  /** Like {@link node}, for the first output alone. */
  op(
    opType: string,
    inputs: readonly (Value | null)[],
    attributes: Readonly<Record<string, RawAttribute>> = {},
    options: NodeOptions = {},
  ): Value {
    const [value] = this.node(opType, inputs, attributes, options);
    return value;
  }

  /**
   * Adds nodes of a file as they are, on images x: [N, …].
   *
   * Returns what they make of them, flattened: [N, features] float32.
   */
  foreign(nodes: ForeignNodes, x: Value, { features, name: given = "foreign" }: ForeignOptions): Value {
    const name = this.#unique(`${this.#scope}${given}`);
    const value: Value = { name: this.#unique(`${name}:0`), dtype: "float32", shape: [x.shape[0], features] };
    const node: Node = {
      name,
      opType: "foreign",
      domain: FOREIGN_DOMAIN,
      inputs: [x],
      outputs: [value],
      attributes: {},
      foreign: nodes,
    };
    this.#nodes.push(node);
    this.#producers.set(value.name, node);
    return value;
  }

  /** Adds a node of another graph, under the same name, to values of this one. */
  again(node: Node, inputs: readonly (Value | null)[]): Value[] {
    const { opType, domain, name, outputs, attributes, foreign } = node;
    const [x] = inputs;
    if (foreign === undefined || x === null || x === undefined) {
      return this.node(opType, inputs, rawAttributes(attributes), { domain, name, outputs: outputs.length });
    }
    return [this.foreign(foreign, x, { features: outputs[0].shape[1], name })];
  }

  /** Marks a value as an output of the graph under the given name. */
  output(value: Value, name: string): Value {
    const output = { ...value, name: this.#unique(name) };
    if (output.name !== name) throw new GraphError(`graph output: expected a new name, got "${name}" twice.`);
    this.#nodes.push({
      name: `${name}/Identity`,
      opType: "Identity",
      domain: "",
      inputs: [value],
      outputs: [output],
      attributes: {},
    });
    this.#outputs.push(output);
    return output;
  }

  /** Runs `build` with `prefix/` before the names of all nodes it adds. */
  scoped<T>(prefix: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = `${outer}${prefix}/`;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /** The node that computes a value; undefined for inputs and constants. */
  producerOf(value: Value): Node | undefined {
    return this.#producers.get(value.name);
  }

  /** The content of a constant; undefined for anything computed or fed. */
  constantOf(value: Value): Tensor | undefined {
    return this.#initializers.get(value.name);
  }

  /** The nodes so far, each after those it depends on. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /**
   * The finished graph: only what the outputs depend on, and outputs named directly where a node of ours makes them.
   * Inputs stay, used or not.
   */
  build(name = "graft"): Graph {
    const nodes = namedOutputs(reachable(this.#nodes, this.#outputs), {
      outputs: this.#outputs,
      producers: this.#producers,
    });
    const used = new Set(nodes.flatMap((node) => node.inputs.map((input) => input?.name)));
    const initializers = new Map([...this.#initializers].filter(([key]) => used.has(key)));
    return { name, inputs: [...this.#inputs], outputs: [...this.#outputs], nodes, initializers };
  }

  #unique(name: string): string {
    const count = this.#names.get(name);
    if (count === undefined) {
      this.#names.set(name, 1);
      return name;
    }
    this.#names.set(name, count + 1);
    return this.#unique(`${name}_${count}`);
  }
}

/** The nodes that the outputs depend on, in their order. */
function reachable(nodes: readonly Node[], outputs: readonly Value[]): Node[] {
  const wanted = new Set(outputs.map((output) => output.name));
  const kept: Node[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => wanted.has(output.name))) continue;
    for (const input of node.inputs) if (input !== null) wanted.add(input.name);
    kept.push(node);
  }
  return kept.reverse();
}

/** Replaces an output's copying Identity by renaming the value where it is made, if nothing forbids it. */
function namedOutputs(
  nodes: readonly Node[],
  { outputs, producers }: { outputs: readonly Value[]; producers: ReadonlyMap<string, Node> },
): Node[] {
  const outputNames = new Set(outputs.map((output) => output.name));
  const renamed = new Map<string, Value>();
  const dropped = new Set<Node>();
  for (const node of nodes) {
    const [output] = node.outputs;
    const [source] = node.inputs;
    if (!outputNames.has(output.name) || source === null || source === undefined) continue;
    if (!producers.has(source.name) || renamed.has(source.name)) continue;
    renamed.set(source.name, output);
    dropped.add(node);
  }
  const rename = <T extends Value | null>(value: T): T | Value =>
    value === null ? value : (renamed.get(value.name) ?? value);
  return nodes
    .filter((node) => !dropped.has(node))
    .map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map((output) => rename(output)),
    }));
}

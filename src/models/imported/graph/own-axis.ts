/** @file Gives the image back the axis that a graph made for one of them left out: [tokens, channels] becomes [1, tokens, channels]. */

import type { Attribute, Node, Value } from "../../../engine/onnx/index.ts";
import { joinsRows } from "./batch-moves.ts";
import type { SimpleGraph } from "./simple-graph.ts";

/** A node whose inputs have one axis more, in front; null where it cannot have them. */
type Shift = (node: Node) => Node | null;

const reshapes: ReadonlySet<string> = new Set(["Reshape", "Squeeze", "Unsqueeze", "Flatten"]);

const same: Shift = (node) => node;
const axisAfter =
  (fallback: number): Shift =>
  (node) => {
    const { axis } = node.attributes;
    const value = axis?.type === "INT" ? axis.value : fallback;
    return withAttribute(node, "axis", { type: "INT", value: value < 0 ? value : value + 1 });
  };
const reduction: Shift = (node) => {
  const { axes } = node.attributes;
  return axes?.type === "INTS" ? withAttribute(node, "axes", { type: "INTS", value: axes.value.map(next) }) : null;
};

/** By operator; one of one input otherwise leaves axes alone. */
const shifts: Readonly<Record<string, Shift | undefined>> = {
  MatMul: same,
  Transpose: (node) => {
    const { perm } = node.attributes;
    const turned = perm?.type === "INTS" ? perm.value : [...(node.inputs[0]?.shape.keys() ?? [])].reverse();
    return withAttribute(node, "perm", { type: "INTS", value: [0, ...turned.map((axis) => axis + 1)] });
  },
  Softmax: axisAfter(-1),
  LogSoftmax: axisAfter(-1),
  LayerNormalization: axisAfter(-1),
  Gather: axisAfter(0),
  ...Object.fromEntries(["ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2"].map((opType) => [opType, reduction])),
};

/** The same graph, where every value that images change and that has no axis of theirs in front gets one. */
export function withOwnAxis(graph: SimpleGraph, dependsOnImage: ReadonlySet<string>): SimpleGraph {
  const lifting = new Lifting(dependsOnImage);
  for (const node of graph.nodes) lifting.add(node);
  const output = lifting.asItWas(graph.output);
  return { ...graph, nodes: lifting.nodes, output };
}

/** The nodes so far, and the values that have one axis more than in the file. */
class Lifting {
  readonly nodes: Node[] = [];
  readonly #lifted = new Map<string, Value>();
  readonly #rows = new Set<string>();
  readonly #dependsOnImage: ReadonlySet<string>;

  constructor(dependsOnImage: ReadonlySet<string>) {
    this.#dependsOnImage = dependsOnImage;
  }

  add(node: Node): void {
    if (node.outputs.length === 1 && reshapes.has(node.opType) && this.#isOfImages(node.inputs[0])) {
      this.#addReshape(node);
      return;
    }
    const shifted = node.inputs.some((input) => this.#liftedOf(input)) ? this.#shifted(node) : null;
    if (shifted !== null) {
      this.nodes.push({ ...shifted, outputs: node.outputs.map((output) => this.#lift(output)) });
      return;
    }
    this.nodes.push({ ...node, inputs: node.inputs.map((input) => input && this.asItWas(input)) });
    // what comes out of rows of images goes on as such
    for (const output of node.outputs) if (this.#isOfImages(output)) this.#liftAgain(output, node);
  }

  /** The value in the shape that it has in the file. */
  asItWas(value: Value): Value {
    const lifted = this.#liftedOf(value);
    if (lifted === undefined) return value;
    const rows: Value = { ...value, name: `${value.name}/rows` };
    if (!this.#rows.has(rows.name)) this.nodes.push(reshape(lifted, rows));
    this.#rows.add(rows.name);
    return rows;
  }

  #isOfImages(value: Value | null | undefined): boolean {
    return this.#dependsOnImage.has(value?.name ?? "");
  }

  #liftedOf(value: Value | null | undefined): Value | undefined {
    return this.#lifted.get(value?.name ?? "");
  }

  #lift(value: Value): Value {
    const lifted: Value = { ...value, shape: [1, ...value.shape] };
    this.#lifted.set(value.name, lifted);
    return lifted;
  }

  #addReshape({ inputs: [x], outputs: [y] }: Node): void {
    if (x === null || x === undefined) return;
    const output = y.shape[0] === 1 ? y : this.#lift(y);
    this.nodes.push(reshape(this.#liftedOf(x) ?? x, output));
  }

  #liftAgain(output: Value, { outputs }: Node): void {
    if (output.shape[0] === 1 || outputs.length > 1) return;
    const made: Value = { ...output, name: `${output.name}/made` };
    const node = this.nodes[this.nodes.length - 1];
    this.nodes[this.nodes.length - 1] = { ...node, outputs: [made] };
    this.nodes.push(reshape(made, this.#lift(output)));
  }

  /** Null for a node that is fed what it is fed in the file. */
  #shifted(node: Node): Node | null {
    const isJoined = joinsRows(node) && node.opType !== "Concat";
    const shift = shifts[node.opType] ?? (isJoined || node.inputs.length === 1 ? same : null);
    const others = node.inputs.filter((input) => input !== null && this.#isOfImages(input));
    if (shift === null || node.domain !== "" || others.some((input) => !this.#liftedOf(input))) return null;
    const inputs = node.inputs.map((input) => this.#liftedOf(input) ?? input);
    const shifted = shift(node);
    return shifted && { ...shifted, inputs };
  }
}

/** Its lengths are those of what it makes: layers are built anew by them. */
function reshape(x: Value, y: Value): Node {
  return { name: y.name, opType: "Reshape", domain: "", inputs: [x], outputs: [y], attributes: {} };
}

function withAttribute(node: Node, name: string, attribute: Attribute): Node {
  return { ...node, attributes: { ...node.attributes, [name]: attribute } };
}

function next(axis: number): number {
  return axis < 0 ? axis : axis + 1;
}

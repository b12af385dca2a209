/** @file Forms of operators that files have and Graft's operator table has not, said in the table's own terms. */

import { type Tensor, int64 } from "../../../core/index.ts";
import type { RawAttribute, Value } from "../graph.ts";

/** A node as a file says it; empty names mark inputs and outputs that are left out. */
export interface FileNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, RawAttribute>>;
}

/** What a form may ask of the graph read so far. */
export interface FormContext {
  valueOf(name: string): Value | undefined;
  constantOf(name: string): Tensor | undefined;
  /** Adds a constant and returns its name. */
  addConstant(name: string, tensor: Tensor): string;
  /** Notes that a value is the copy that a Dropout of this ratio makes of its input out of training. */
  noteDropout(name: string, ratio: number): void;
}

/** A node in the table's terms, the nodes that do what it does, or the constant that it is. */
export type Form = (
  node: FileNode,
  context: FormContext,
) => FileNode | readonly FileNode[] | { readonly constant: Tensor };

const reductions = ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp"];

/** Forms of the standard domain by operator; a form that does not apply returns the node as it is. */
export const fileForms: Readonly<Record<string, Form | undefined>> = {
  Cast: ({ attributes: { to }, ...node }) => ({ ...node, attributes: to === undefined ? {} : { to } }),
  Constant: constantForm,
  Dropout: dropoutForm,
  Gelu: geluForm,
  Mish: mishForm,
  Split: splitForm,
  ...Object.fromEntries(reductions.map((opType) => [opType, axesForm])),
};

function constantForm(node: FileNode): ReturnType<Form> {
  const { value, value_float, value_floats, value_int, value_ints } = node.attributes;
  if (typeof value === "object" && "dtype" in value) return { constant: value };
  if (typeof value_int === "number") return { constant: int64([value_int], []) };
  if (Array.isArray(value_ints)) return { constant: int64(value_ints) };
  if (typeof value_float === "number") return { constant: float32From([value_float], []) };
  if (Array.isArray(value_floats)) return { constant: float32From(value_floats, [value_floats.length]) };
  return node;
}

function float32From(data: readonly number[], shape: readonly number[]): Tensor {
  return { dtype: "float32", shape, data: Float32Array.from(data) };
}

/** Out of training Dropout copies; a file whose Dropout trains keeps it, and the table refuses it. */
function dropoutForm(node: FileNode, { constantOf, noteDropout }: FormContext): FileNode {
  const [x, ratio = "", training = ""] = node.inputs;
  const trains = training !== "" && constantOf(training)?.data[0] !== 0;
  if (trains) return node;
  noteDropout(node.outputs[0], Number(constantOf(ratio)?.data[0] ?? 0.5));
  return { ...node, opType: "Identity", inputs: [x], outputs: node.outputs.slice(0, 1), attributes: {} };
}

/** x Phi(x), with Phi the normal distribution function, or its approximation by tanh. */
function geluForm(node: FileNode, { addConstant }: FormContext): FileNode | FileNode[] {
  const { approximate = "none" } = node.attributes;
  const [x] = node.inputs;
  const step = stepsOf(node, addConstant);
  const half = step.number("half", 0.5);
  const one = step.number("one", 1);
  if (approximate === "none") {
    const scaled = step.node("Mul", [x, step.number("scale", Math.SQRT1_2)]);
    const phi = step.node("Add", [step.node("Erf", [scaled]), one]);
    return step.done("Mul", [step.node("Mul", [x, half]), phi]);
  }
  if (approximate !== "tanh") return node;
  // x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
  const square = step.node("Mul", [x, x]);
  const cube = step.node("Mul", [step.node("Mul", [square, x]), step.number("cubic", 0.044715)]);
  const inner = step.node("Mul", [step.node("Add", [x, cube]), step.number("scale", Math.sqrt(2 / Math.PI))]);
  return step.done("Mul", [step.node("Mul", [x, half]), step.node("Add", [step.node("Tanh", [inner]), one])]);
}

/** x tanh(log(1 + e^x)). */
function mishForm(node: FileNode, { addConstant }: FormContext): FileNode[] {
  const step = stepsOf(node, addConstant);
  const [x] = node.inputs;
  return step.done("Mul", [x, step.node("Tanh", [step.node("Softplus", [x])])]);
}

/** Collects the nodes that stand for one. */
function stepsOf(
  { name, outputs }: FileNode,
  addConstant: FormContext["addConstant"],
): {
  number(label: string, value: number): string;
  node(opType: string, inputs: readonly string[]): string;
  done(opType: string, inputs: readonly string[]): FileNode[];
} {
  const nodes: FileNode[] = [];
  const add = (opType: string, inputs: readonly string[], output: string): string => {
    nodes.push({ name: `${name}/${nodes.length}`, opType, domain: "", inputs, outputs: [output], attributes: {} });
    return output;
  };
  return {
    number: (label, value) => addConstant(`${outputs[0]}/${label}`, float32From([value], [])),
    node: (opType, inputs) => add(opType, inputs, `${outputs[0]}/${nodes.length}`),
    done: (opType, inputs) => {
      add(opType, inputs, outputs[0]);
      return nodes;
    },
  };
}

/** Parts whose lengths are not said are equal, the last one shorter where they do not divide. */
function splitForm(node: FileNode, { valueOf, addConstant }: FormContext): FileNode {
  const [name, lengths = ""] = node.inputs;
  const { num_outputs: count = node.outputs.length, axis = 0, ...attributes } = node.attributes;
  const shape = valueOf(name)?.shape;
  if (lengths !== "" || shape === undefined || typeof axis !== "number" || typeof count !== "number") return node;
  const length = shape.at(axis);
  if (length === undefined || count !== node.outputs.length) return node;
  const part = Math.ceil(length / count);
  const parts = node.outputs.map((_, index) => Math.max(0, Math.min(part, length - index * part)));
  return {
    ...node,
    inputs: [name, addConstant(`${node.name}/split`, int64(parts))],
    attributes: { ...attributes, axis },
  };
}

/** Since operator set 18 reductions take their axes as an input. */
function axesForm(node: FileNode, { constantOf }: FormContext): FileNode {
  const [x, axesName = ""] = node.inputs;
  const { noop_with_empty_axes: noop = 0, ...attributes } = node.attributes;
  if (noop !== 0) return node;
  const axes = constantOf(axesName);
  if (axesName === "" || axes === undefined) return { ...node, attributes };
  return { ...node, inputs: [x], attributes: { ...attributes, axes: Array.from(axes.data, Number) } };
}

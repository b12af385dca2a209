/** @file Forms of operators that files have and Graft's operator table has not, said in the table's own terms. */

import { type Tensor, int64 } from "../../core/index.ts";
import type { RawAttribute, Value } from "./graph.ts";

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
}

/** A node in the table's terms, or the constant that it is. */
export type Form = (node: FileNode, context: FormContext) => FileNode | { readonly constant: Tensor };

const reductions = ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp"];

/** Forms of the standard domain by operator; a form that does not apply returns the node as it is. */
export const fileForms: Readonly<Record<string, Form | undefined>> = {
  Constant: constantForm,
  Dropout: dropoutForm,
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
function dropoutForm(node: FileNode, { constantOf }: FormContext): FileNode {
  const [x, , training = ""] = node.inputs;
  const trains = training !== "" && constantOf(training)?.data[0] !== 0;
  return trains
    ? node
    : { ...node, opType: "Identity", inputs: [x], outputs: node.outputs.slice(0, 1), attributes: {} };
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

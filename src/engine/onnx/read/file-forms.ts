/** @file Forms of operators that files have and Graft's operator table has not, said in the table's own terms. */

import { type Tensor, int64 } from "../../../core/index.ts";
import { activationForms } from "./forms/activations.ts";
import { attentionForms } from "./forms/attention.ts";
import type { FileNode, Form, FormContext } from "./forms/form.ts";
import { layoutForms } from "./forms/layout.ts";
import { normalizationForms } from "./forms/normalizations.ts";
import { placingForms } from "./forms/placing.ts";

const reductions = ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp"];

/** Forms of the standard domain by operator; a form that does not apply returns the node as it is. */
export const fileForms: Readonly<Record<string, Form | undefined>> = {
  ...activationForms,
  ...attentionForms,
  ...layoutForms,
  ...normalizationForms,
  ...placingForms,
  Constant: constantForm,
  Dropout: dropoutForm,
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

/** Since operator set 18 reductions take their axes as an input. */
function axesForm(node: FileNode, { constantOf }: FormContext): FileNode {
  const [x, axesName = ""] = node.inputs;
  const { noop_with_empty_axes: noop = 0, ...attributes } = node.attributes;
  if (noop !== 0) return node;
  const axes = constantOf(axesName);
  if (axesName === "" || axes === undefined) return { ...node, attributes };
  return { ...node, inputs: [x], attributes: { ...attributes, axes: Array.from(axes.data, Number) } };
}

/** @file Values that the way back computes again instead of keeping them from the way there. */

import { type Node, type Operations, type RawAttribute, type Value, rawAttributes } from "../onnx/index.ts";

/**
 * Stands for the values of a graph where gradients are made from them. What is made of little arithmetic from values that
 * are kept anyway is computed once more; all others are themselves:
 *
 * - what attention weighs tokens by, from the operands of its scores: of n tokens an image has n² weights for every head;
 * - what a normalization of each token makes of it, from the token.
 *
 * Each is written in another form than before, or onnxruntime would take both for one.
 */
export function recomputed(g: Operations): (value: Value) => Value {
  const known = new Map<string, Value>();
  const again = (value: Value): Value => {
    const found = known.get(value.name) ?? anew(g, value, again);
    known.set(value.name, found);
    return found;
  };
  return again;
}

function anew(g: Operations, value: Value, again: (value: Value) => Value): Value {
  const node = g.producerOf(value);
  const [x] = node?.inputs ?? [];
  if (node === undefined || node.domain !== "" || x === null || x === undefined) return value;
  if (node.outputs[0].name !== value.name) return value;
  switch (node.opType) {
    case "Softmax": {
      const scores = scoresOf(g, x);
      return scores === null ? value : softmaxAgain(g, node, scores);
    }
    case "LayerNormalization":
      return normalizedAgain(g, node);
    case "Reshape": {
      const inner = again(x);
      return inner === x ? value : g.op("Reshape", [inner, ...node.inputs.slice(1)], rawAttributes(node.attributes));
    }
    default:
      return value;
  }
}

/** A product of two values that differ from image to image, times a number. */
interface Scores {
  readonly a: Value;
  readonly b: Value;
  readonly scale: number;
}

function softmaxAgain(g: Operations, { name, attributes }: Node, { a, b, scale }: Scores): Value {
  return g.scoped(`again/${name}`, () =>
    g.op("Softmax", [g.fusedMatMul(a, b, { alpha: scale })], rawAttributes(attributes)),
  );
}

/** The axis counted from the other end. */
function normalizedAgain(g: Operations, { name, inputs, attributes }: Node): Value {
  const rank = inputs[0]?.shape.length ?? 0;
  const given: Readonly<Record<string, RawAttribute>> = rawAttributes(attributes);
  const axis = typeof given.axis === "number" ? given.axis : -1;
  const turned = { ...given, axis: axis < 0 ? axis + rank : axis - rank };
  return g.scoped(`again/${name}`, () => g.op("LayerNormalization", inputs, turned));
}

/** What a value is such scores of; null if it is something else. */
function scoresOf(g: Operations, value: Value): Scores | null {
  const node = g.producerOf(value);
  const [a, b] = node?.inputs ?? [];
  if (node === undefined || node.domain !== "" || a === null || a === undefined || b === null || b === undefined)
    return null;
  if (node.opType === "MatMul") return isOfImages(g, [a, b]) ? { a, b, scale: 1 } : null;
  const factor = numberOf(g, b);
  if (factor === null || (node.opType !== "Mul" && node.opType !== "Div")) return null;
  const inner = scoresOf(g, a);
  if (inner === null) return null;
  return { ...inner, scale: node.opType === "Mul" ? inner.scale * factor : inner.scale / factor };
}

/** True for products of what nodes have made, not of weights. */
function isOfImages(g: Operations, values: readonly Value[]): boolean {
  return values.every((value) => g.producerOf(value) !== undefined && value.shape.length > 2);
}

function numberOf(g: Operations, value: Value): number | null {
  const constant = g.constantOf(value);
  return constant?.dtype === "float32" && constant.data.length === 1 ? Number(constant.data[0]) : null;
}

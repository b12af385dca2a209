/** @file Element-wise operators between a tensor and a number. */

import { sameShape, sizeOf } from "../../core/index.ts";
import type { Node, Operations, RawAttribute, Value } from "../onnx/index.ts";
import { reshape } from "./reshape.ts";

const elementwise = new Set(
  "Add Sub Mul Div Pow Max Min Equal Greater GreaterOrEqual Less LessOrEqual Where".split(" "),
);

/**
 * The node's result, computed in a shape without the 1s at the end; undefined where there are none, or no number.
 *
 * Beside a number, onnxruntime goes through the elements of [1280, 320, 1, 1] one by one, forty times slower than
 * through those of [1280, 320].
 */
export function withoutTrailingOnes(
  g: Operations,
  { opType, domain, outputs: [output] }: Node,
  { inputs, attributes }: { inputs: readonly (Value | null)[]; attributes: Readonly<Record<string, RawAttribute>> },
): Value | undefined {
  const { shape } = output;
  const kept = shape.slice(0, shape.findLastIndex((length) => length !== 1) + 1);
  if (domain !== "" || !elementwise.has(opType) || kept.length === shape.length || kept.length === 0) return undefined;
  const isNumber = (input: Value | null): boolean => input !== null && sizeOf(input.shape) === 1;
  if (!inputs.some(isNumber)) return undefined;
  if (!inputs.every((input) => isNumber(input) || (input !== null && sameShape(input.shape, shape)))) return undefined;
  const viewed = inputs.map((input) => (input === null ? null : reshape(g, input, isNumber(input) ? [] : kept)));
  return reshape(g, g.op(opType, viewed, attributes), shape);
}

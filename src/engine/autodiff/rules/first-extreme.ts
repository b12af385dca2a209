/** @file Where the gradient of a maximum or minimum along axes goes. */

import { type Shape, sizeOf } from "../../../core/index.ts";
import type { Value } from "../../onnx/index.ts";
import type { RuleContext } from "../rule.ts";

/** The gradient of a reduction that picks one element: all of dy goes to the first one in row-major order. */
export function toFirstAlong(
  { g, dy, inputs: [x] }: RuleContext,
  { axes, position }: { axes: readonly number[]; position: "ArgMax" | "ArgMin" },
): Value {
  const kept = [...x.shape.keys()].filter((axis) => !axes.includes(axis));
  const reduced = [...x.shape.keys()].filter((axis) => axes.includes(axis));
  const lengthsOf = (list: readonly number[]): Shape => list.map((axis) => x.shape[axis]);
  const [rowCount, count] = [sizeOf(lengthsOf(kept)), sizeOf(lengthsOf(reduced))];
  const order = [...kept, ...reduced];
  const rows = g.reshape(g.transpose(x, order), [rowCount, count]);
  const first = g.op(position, [rows], { axis: -1, keepdims: 0 });
  const selection = g.op("OneHot", [first, g.ints([count]), g.floats([0, 1])], { axis: -1 });
  const grad = g.mul(g.reshape(dy, [rowCount, 1]), selection);
  return g.transpose(g.reshape(grad, lengthsOf(order)), inverseOf(order));
}

/** The permutation that undoes `perm`. */
export function inverseOf(perm: readonly number[]): number[] {
  return [...perm.keys()].map((axis) => perm.indexOf(axis));
}

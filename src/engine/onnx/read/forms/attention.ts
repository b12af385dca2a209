/** @file Attention, as products, a mask and a Softmax. */

import { type Shape, type Tensor, sizeOf } from "../../../../core/index.ts";
import type { Form } from "./form.ts";
import { stepsOf } from "./steps.ts";

export const attentionForms = {
  /**
   * softmax(Q K^T scale + mask) V, for [batch, heads, tokens, length] or, with numbers of heads, [batch, tokens, heads length].
   *
   * A form with a cache, with heads that share keys, with a soft cap or with what is not known here stays as it is.
   */
  Attention: (node, { valueOf, addConstant }) => {
    const [q, k, v, mask = "", ...rest] = node.inputs;
    const { is_causal: isCausal = 0, softcap = 0, scale, q_num_heads: heads, kv_num_heads: others } = node.attributes;
    const { left_window_size: left = -1, right_window_size: right = -1 } = node.attributes;
    if (Object.keys(node.attributes).some((name) => !attributes.has(name))) return node;
    const [query, key, value] = [q, k, v].map((name): Shape | undefined => valueOf(name)?.shape);
    if (query === undefined || key === undefined || value === undefined) return node;
    if (rest.some((name) => name !== "") || node.outputs.length > 1 || softcap !== 0) return node;
    const isFlat = query.length === 3;
    const [own, shared] = isFlat ? [heads, others] : [query[1], key[1]];
    if (typeof own !== "number" || own !== shared) return node;
    const reach = { before: reachOf(left), after: isCausal === 1 ? 0 : reachOf(right) };
    const isWindow = reach.before < Infinity || reach.after < Infinity;
    const tokens = [query, key].map((shape) => shape[isFlat ? 1 : 2]);
    const isAllowed = mask !== "" && valueOf(mask)?.dtype === "bool";
    if (isWindow && (isAllowed || sizeOf(tokens) > MOST_PAIRS)) return node;
    const step = stepsOf(node, addConstant);
    const turned = (name: string, perm: readonly number[]): string => step.node("Transpose", [name], { perm });
    const apart = isFlat ? step.ints("heads", [0, 0, own, -1]) : "";
    const split = (name: string): string => step.node("Reshape", [name, apart]);
    const inRows = (name: string): string => (isFlat ? turned(split(name), [0, 2, 1, 3]) : name);
    const inColumns = (name: string): string =>
      isFlat ? turned(split(name), [0, 2, 3, 1]) : turned(name, [0, 1, 3, 2]);
    const length = query[query.length - 1] / (isFlat ? own : 1);
    const factor = typeof scale === "number" ? scale : 1 / Math.sqrt(length);
    const rows = step.node("Mul", [inRows(q), step.number("scale", factor)]);
    let scores = step.node("MatMul", [rows, inColumns(k)]);
    const lowest = (): string => step.number("lowest", -3.4028234663852886e38);
    if (isWindow) scores = step.node("Where", [step.constant("window", windowOf(tokens, reach)), scores, lowest()]);
    if (isAllowed) scores = step.node("Where", [mask, scores, lowest()]);
    else if (mask !== "") scores = step.node("Add", [scores, mask]);
    const softmax = step.node("Softmax", [scores], { axis: -1 });
    // a token that may read none gets nothing
    const shares = isAllowed ? step.node("Where", [mask, softmax, step.number("nothing", 0)]) : softmax;
    if (!isFlat) return step.done("MatMul", [shares, v]);
    const made = turned(step.node("MatMul", [shares, inRows(v)]), [0, 2, 1, 3]);
    return step.done("Reshape", [made, step.ints("flat", [0, 0, -1])]);
  },
} satisfies Record<string, Form>;

/** Of tokens in a window, as many as 4,096 have. */
const MOST_PAIRS = 2 ** 24;

/** Those that are known; what they say of what is not asked for changes nothing. */
const attributes: ReadonlySet<string> = new Set(
  "is_causal softcap scale q_num_heads kv_num_heads left_window_size right_window_size qk_matmul_output_mode softmax_precision".split(
    " ",
  ),
);

/** Tokens that are read to one side; a negative number is all. */
function reachOf(size: unknown): number {
  return typeof size === "number" && size >= 0 ? size : Infinity;
}

/** True where a token is read: not further before or after the one that reads. */
function windowOf(shape: readonly number[], { before, after }: { before: number; after: number }): Tensor {
  const [, columns] = shape;
  const isRead = (index: number): boolean => {
    const distance = (index % columns) - Math.floor(index / columns);
    return distance <= after && -distance <= before;
  };
  return {
    dtype: "bool",
    shape,
    data: Uint8Array.from({ length: sizeOf(shape) }, (_, index) => Number(isRead(index))),
  };
}

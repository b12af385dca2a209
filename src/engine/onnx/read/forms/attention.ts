/** @file Attention, as products, a mask and a Softmax. */

import { type Shape, type Tensor, sizeOf } from "../../../../core/index.ts";
import type { Form } from "./form.ts";
import { stepsOf } from "./steps.ts";

export const attentionForms = {
  /**
   * softmax(Q K^T scale + mask) V, for [batch, heads, tokens, length] or, with numbers of heads, [batch, tokens, heads length].
   *
   * A form with a cache, with heads that share keys or a soft cap stays as it is.
   */
  Attention: (node, { valueOf, addConstant }) => {
    const [q, k, v, mask = "", ...rest] = node.inputs;
    const { is_causal: isCausal = 0, softcap = 0, scale, q_num_heads: heads, kv_num_heads: others } = node.attributes;
    const [query, key, value] = [q, k, v].map((name): Shape | undefined => valueOf(name)?.shape);
    if (query === undefined || key === undefined || value === undefined) return node;
    if (rest.some((name) => name !== "") || node.outputs.length > 1 || softcap !== 0) return node;
    const isFlat = query.length === 3;
    const [own, shared] = isFlat ? [heads, others] : [query[1], key[1]];
    if (typeof own !== "number" || own !== shared) return node;
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
    if (isCausal === 1) {
      const tokens = [query, key].map((shape) => shape[isFlat ? 1 : 2]);
      const allowed = step.constant("earlier", earlier(tokens[0], tokens[1]));
      scores = step.node("Where", [allowed, scores, lowest()]);
    }
    if (mask !== "") {
      const isAllowed = valueOf(mask)?.dtype === "bool";
      if (isAllowed && isCausal === 1) return node;
      scores = isAllowed ? step.node("Where", [mask, scores, lowest()]) : step.node("Add", [scores, mask]);
    }
    const shares = step.node("Softmax", [scores], { axis: -1 });
    if (!isFlat) return step.done("MatMul", [shares, v]);
    const made = turned(step.node("MatMul", [shares, inRows(v)]), [0, 2, 1, 3]);
    return step.done("Reshape", [made, step.ints("flat", [0, 0, -1])]);
  },
} satisfies Record<string, Form>;

/** True where a token is not before the one that it is read by. */
function earlier(rows: number, columns: number): Tensor {
  const shape = [rows, columns];
  const isBefore = (index: number): boolean => index % columns <= Math.floor(index / columns);
  return {
    dtype: "bool",
    shape,
    data: Uint8Array.from({ length: sizeOf(shape) }, (_, index) => Number(isBefore(index))),
  };
}

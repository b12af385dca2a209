/** @file Gradient rules for matrix products. */

import { sizeOf } from "../../../core/index.ts";
import { type Value, einsumOf, einsumShape, equationOf } from "../../onnx/index.ts";
import type { GradientRule, RuleContext } from "../rule.ts";

export const matrixRules = {
  // y = a b  =>  da = dy b^T,  db = a^T dy; broadcast batch axes are summed by the walk
  MatMul: ({ g, dy, inputs: [a, b] }) => [
    g.fusedMatMul(dy, b, { transA: 0, transB: 1 }),
    // one product over all rows instead of one for each matrix of the batch, and their sum
    b.shape.length === 2 && a.shape.length > 2
      ? g.gemm(rowsOf(g, a), rowsOf(g, dy), null, { transA: 1 })
      : g.fusedMatMul(a, dy, { transA: 1, transB: 0 }),
  ],
  Gemm: (context) => {
    const { g, node, dy, inputs } = context;
    const [a, b, c] = inputs;
    const alpha = node.float("alpha", 1);
    const transA = node.int("transA", 0) === 1;
    const transB = node.int("transB", 0) === 1;
    const product = (left: Value, right: Value, transLeft: boolean, transRight: boolean): Value =>
      g.gemm(left, right, null, { alpha, transA: Number(transLeft), transB: Number(transRight) });
    const da = transA ? product(b, dy, transB, true) : product(dy, b, false, !transB);
    const db = transB ? product(dy, a, true, transA) : product(a, dy, !transA, false);
    return c === undefined ? [da, db] : [da, db, scale(context, node.float("beta", 1))];
  },
  // an operand's gradient is an Einsum of dy and the other operands; axes that it alone has were summed over
  Einsum: ({ g, node, dy, inputs }) => {
    const einsum = einsumOf(node);
    return einsum.operands.map((own, index) => {
      if (new Set(own).size < own.length)
        throw node.error("expected operands without diagonals, the form with a gradient rule");
      const others = [...inputs.keys()].filter((other) => other !== index);
      const terms = [einsum.result, ...others.map((other) => einsum.operands[other])];
      const kept = own.filter((label) => terms.flat().includes(label));
      const grad = g.op("Einsum", [dy, ...others.map((other) => inputs[other])], { equation: equationOf(terms, kept) });
      if (kept.length === own.length) return grad;
      const spaced = own.map((label) => (kept.includes(label) ? (einsum.lengths.get(label) ?? 1) : 1));
      return g.expand(g.reshape(grad, spaced), einsumShape(einsum, own));
    });
  },
} satisfies Record<string, GradientRule>;

/** [..., n] as [rows, n]. */
function rowsOf(g: RuleContext["g"], value: Value): Value {
  const width = value.shape[value.shape.length - 1];
  return g.reshape(value, [sizeOf(value.shape) / width, width]);
}

function scale({ g, dy }: RuleContext, factor: number): Value {
  return factor === 1 ? dy : g.scale(dy, factor);
}

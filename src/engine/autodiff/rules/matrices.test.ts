/** @file Gradients of matrix products against central differences. */

import { type GradientCase, testGradients } from "../../../../test/support/check-gradient.ts";
import type { Shape } from "../../../core/index.ts";
import { matrixRules } from "./matrices.ts";

const matMul = (title: string, a: Shape, b: Shape): GradientCase => ({
  title,
  inputs: [a, b],
  build: (g, [left, right]) => g.matMul(left, right),
});

/** All four transpositions, with the scaling factors and a third input of the given shape. */
function gemm(c: Shape | null, factors: { alpha?: number; beta?: number }): GradientCase[] {
  return [0, 1, 2, 3].map((bits) => {
    const [transA, transB] = [bits & 1, bits >> 1];
    const a = transA === 1 ? [4, 3] : [3, 4];
    const b = transB === 1 ? [2, 4] : [4, 2];
    return {
      title: `${JSON.stringify({ transA, transB, ...factors })}, third input ${c === null ? "none" : `[${c.join(", ")}]`}`,
      inputs: c === null ? [a, b] : [a, b, c],
      build: (g, [left, right, third = null]) => g.gemm(left, right, third, { transA, transB, ...factors }),
    };
  });
}

const einsum = (title: string, equation: string, inputs: Shape[]): GradientCase => ({
  title: `${title}: ${equation}`,
  inputs,
  build: (g, values) => g.op("Einsum", values, { equation }),
});

testGradients(matrixRules, {
  Einsum: [
    einsum("scores of attention", "bhid,bhjd->bhij", [
      [2, 2, 3, 2],
      [2, 2, 4, 2],
    ]),
    einsum("what is scored", "bhij, bhjd -> bhid", [
      [2, 2, 3, 2],
      [2, 2, 2, 4],
    ]),
    einsum("axes that one operand alone has", "abc,cd->ad", [
      [2, 3, 2],
      [2, 4],
    ]),
    einsum("one operand", "ijk->kj", [[2, 3, 4]]),
    einsum("three operands", "ab,bc,cd->ad", [
      [2, 3],
      [3, 2],
      [2, 2],
    ]),
    einsum("an ellipsis", "...ij,...jk->...ik", [
      [2, 2, 2, 3],
      [2, 2, 3, 2],
    ]),
    einsum("without an arrow", "ba,cb", [
      [2, 3],
      [4, 2],
    ]),
    einsum("without an arrow, with an ellipsis", "...a,a", [[2, 3, 2], [2]]),
  ],
  MatMul: [
    matMul("of matrices", [3, 4], [4, 2]),
    matMul("with lengths of 1", [1, 3], [3, 1]),
    matMul("of batches", [2, 3, 4], [2, 4, 2]),
    matMul("of a batch with one matrix", [2, 3, 4], [4, 2]),
    matMul("of one matrix with a batch", [3, 4], [5, 4, 2]),
    matMul("of batches broadcast both ways", [2, 1, 3, 2], [3, 2, 2]),
    { title: "of a matrix with itself", inputs: [[3, 3]], build: (g, [x]) => g.matMul(x, x) },
  ],
  Gemm: [
    ...gemm(null, {}),
    ...gemm([2], {}),
    ...gemm([3, 2], { alpha: 0.5, beta: 2 }),
    ...gemm([3, 1], { alpha: -1.5 }),
    ...gemm([], { beta: 0.5 }),
  ],
});

/** @file Matrix products. */

import { type Shape, sameShape } from "../../../core/index.ts";
import type { NodeView, Operator, OutputType } from "../operator.ts";

export const matrixOperators = {
  MatMul: { attributes: {}, infer: (node) => [product(node, false, false)] },
  Gemm: {
    attributes: { alpha: "FLOAT", beta: "FLOAT", transA: "INT", transB: "INT" },
    infer: (node) => {
      const [a, b, c] = [node.input(0), node.input(1), node.optionalInput(2)];
      if (a.shape.length !== 2 || b.shape.length !== 2) throw node.error("expected two matrices");
      const result = product(node, node.int("transA", 0) === 1, node.int("transB", 0) === 1);
      if (c !== null && !sameShape(node.broadcast([c.shape, result.shape]), result.shape)) {
        throw node.error("expected the third input to broadcast to the product");
      }
      return [result];
    },
  },
} satisfies Record<string, Operator>;

/** onnxruntime's own operators (domain `com.microsoft`), present in its standard builds. */
export const microsoftMatrixOperators = {
  FusedMatMul: {
    attributes: { alpha: "FLOAT", transA: "INT", transB: "INT" },
    infer: (node) => [product(node, node.int("transA", 0) === 1, node.int("transB", 0) === 1)],
  },
} satisfies Record<string, Operator>;

function product(node: NodeView, transposeA: boolean, transposeB: boolean): OutputType {
  const dtype = node.sharedDType([node.input(0), node.input(1)]);
  const [a, b] = [node.input(0).shape, node.input(1).shape];
  if (a.length < 2 || b.length < 2) throw node.error("expected operands of rank 2 or more");
  const [rows, innerA] = lastTwo(a, transposeA);
  const [innerB, columns] = lastTwo(b, transposeB);
  if (innerA !== innerB) throw node.error(`expected equal inner lengths, got ${innerA} and ${innerB}`);
  return { dtype, shape: [...node.broadcast([a.slice(0, -2), b.slice(0, -2)]), rows, columns] };
}

function lastTwo(shape: Shape, transposed: boolean): [number, number] {
  const [first, second] = [shape[shape.length - 2], shape[shape.length - 1]];
  return transposed ? [second, first] : [first, second];
}

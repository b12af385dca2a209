/** @file What a layer of a file is, in a few words. */

import type { Node } from "../../../engine/onnx/index.ts";

/** Past so many operators a layer is described by how many of each it has. */
const FEW = 9;

const words: Readonly<Record<string, string | undefined>> = {
  BatchNormalization: "batch norm",
  Clip: "clip",
  GlobalAveragePool: "global average pool",
  LayerNormalization: "layer norm",
  MatMul: "matrix product",
  ReduceMean: "mean",
};

/** `conv 3x3, 16 → batch norm → relu`; `23 operators, 3 of them conv` for many. */
export function describeNodes(nodes: readonly Node[]): string {
  if (nodes.length <= FEW) return nodes.map(describe).join(" → ");
  const products = nodes.filter(({ opType }) => opType === "Conv" || opType === "Gemm" || opType === "MatMul");
  return `${nodes.length} operators, ${products.length} of them products`;
}

function describe({ opType, inputs, outputs: [y] }: Node): string {
  const weight = inputs[1];
  if (opType === "Conv" && weight !== null) return `conv ${weight.shape.slice(2).join("x")}, ${weight.shape[0]}`;
  if (opType === "Gemm") return `dense ${y.shape[1]}`;
  return words[opType] ?? opType.toLowerCase();
}

/** @file Nodes of the operator table in the terms of the operator set that a file has. */

import { type Tensor, int64 } from "../../../core/index.ts";
import type { Node } from "../graph.ts";

/** Since operator set 18 these take their axes as an input. */
const reductions: ReadonlySet<string> = new Set(
  "ReduceMean ReduceMax ReduceMin ReduceL2 ReduceSumSquare ReduceLogSumExp".split(" "),
);

/** A node, and constants that it reads besides. */
interface NodeInOpset {
  readonly node: Node;
  readonly constants: readonly (readonly [string, Tensor])[];
}

/** What a node of operator set 17 is in another one, from 13 on. */
export function nodeIn(opset: number, node: Node): NodeInOpset {
  const { axes, ...attributes } = node.attributes;
  if (node.domain === "" && opset >= 18 && reductions.has(node.opType) && axes?.type === "INTS") {
    const name = `${node.name}#axes`;
    const input = { name, dtype: "int64", shape: [axes.value.length] } as const;
    return {
      node: { ...node, inputs: [...node.inputs, input], attributes },
      constants: [[name, int64([...axes.value])]],
    };
  }
  if (node.domain === "" && opset < 14 && node.opType === "Reshape" && node.attributes.allowzero?.value === 0) {
    return { node: { ...node, attributes: {} }, constants: [] };
  }
  return { node, constants: [] };
}

/** @file The part of a graph through which a result depends on some of its values. */

import type { Node, Value } from "../onnx/index.ts";

/** The nodes that depend on one of `wrt` and that `result` depends on, in forward order. */
export function nodesBetween(nodes: readonly Node[], result: Value, wrt: readonly Value[]): Node[] {
  const depends = new Set(wrt.map((value) => value.name));
  const forward = nodes.filter((node) => {
    if (!node.inputs.some((input) => input !== null && depends.has(input.name))) return false;
    for (const output of node.outputs) depends.add(output.name);
    return true;
  });
  const needed = new Set([result.name]);
  const between = [...forward].reverse().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output.name))) return false;
    for (const input of node.inputs) if (input !== null) needed.add(input.name);
    return true;
  });
  return between.reverse();
}

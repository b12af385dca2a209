/** @file Nodes put in an order in which they can run. */

import type { Node } from "../../onnx/index.ts";

/** Each node after those whose results it reads, and otherwise as early as its place says. */
export function inOrder(nodes: readonly Node[]): Node[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output.name, node] as const)));
  const placed = new Set<Node>();
  const open = nodes.toReversed();
  for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
    const missing = placed.has(node)
      ? []
      : node.inputs.flatMap((input) => makers.get(input?.name ?? "") ?? []).filter((maker) => !placed.has(maker));
    if (missing.length > 0) {
      open.push(...missing);
      continue;
    }
    open.pop();
    placed.add(node);
  }
  return [...placed];
}

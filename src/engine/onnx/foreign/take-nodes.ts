/** @file Takes nodes out of a file, with all that they depend on, and tells what depends on them. */

import type { GraphMessage, NodeMessage } from "../proto/proto.ts";
import { type ModelFile, domainName } from "../read/model-file.ts";
import { toNumber } from "../read/numbers.ts";
import type { ForeignNodes } from "./foreign-nodes.ts";

/** The nodes of a file between two of its values, and all else that they read. */
export function takeNodes(
  { model, graph, opsets }: ModelFile,
  { input, outputs }: { input: string; outputs: readonly string[] },
): ForeignNodes {
  const wanted = new Set(outputs);
  const nodes = [...graph.node].reverse().filter((node) => {
    if (!node.output.some((name) => name !== "" && name !== input && wanted.has(name))) return false;
    for (const name of readNames(node)) wanted.add(name);
    return true;
  });
  return {
    nodes: nodes.reverse(),
    initializers: graph.initializer.filter(({ name }) => wanted.has(name)),
    sparse: graph.sparseInitializer.filter(({ values }) => values !== null && wanted.has(values.name)),
    functions: model.functions,
    opsets,
    irVersion: toNumber(model.irVersion),
    input,
    output: outputs[0],
    oneByOne: false,
    flops: 0,
  };
}

/** Names of all values of a graph that depend on the given one. */
export function dependents(graph: GraphMessage, source: string): ReadonlySet<string> {
  const names = new Set([source]);
  for (const node of graph.node) {
    if (readNames(node).some((name) => names.has(name)))
      for (const name of node.output) if (name !== "") names.add(name);
  }
  return names;
}

/** Nodes by operator, most of them first; operators of other domains under their full name. */
export function operatorCounts(nodes: readonly NodeMessage[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { opType, domain } of nodes) {
    const name = domainName(domain) === "" ? opType : `${domain}.${opType}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)));
}

/** What a node reads, by itself or in graphs inside it. */
function readNames({ input, attribute }: NodeMessage): string[] {
  const inner = attribute.flatMap(({ g, graphs }) => (g === null ? graphs : [g, ...graphs]));
  return [
    ...input,
    ...inner.flatMap(({ node, output }) => [...node.flatMap(readNames), ...output.map(({ name }) => name)]),
  ];
}

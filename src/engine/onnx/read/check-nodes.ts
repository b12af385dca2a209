/** @file Refuses what no node of a file may have, whatever is made of the file: names that are none, loops without end. */

import { GraphError } from "../../../core/index.ts";
import { describeNode } from "../graph.ts";
import type { GraphMessage, ModelMessage, NodeMessage } from "../proto/proto.ts";
import { decodeTensor } from "./decode-tensor.ts";
import { toNumber } from "./numbers.ts";

/** Rounds of a loop, times those of the loops around it. */
const MOST_ROUNDS = 10_000;

/** @throws GraphError naming the node. */
export function checkNodes(
  { functions }: ModelMessage,
  { graph, path }: { graph: GraphMessage; path: string | undefined },
): void {
  const place = { file: path === undefined ? "" : `${path}: `, rounds: wholeNumbers(graph), around: 1 };
  for (const { node } of [graph, ...functions]) for (const one of node) checkNode(one, place);
}

/** What is known where a node stands: constants of one whole number, and how often it runs. */
interface Place {
  /** How an error begins. */
  readonly file: string;
  readonly rounds: ReadonlyMap<string, number>;
  readonly around: number;
}

function checkNode(node: NodeMessage, place: Place): void {
  const { opType, domain, attribute } = node;
  const unfit = [opType, domain, ...attribute.map(({ name }) => name)].find((name) => name in Object.prototype);
  if (unfit !== undefined) {
    throw new GraphError(
      `${place.file}${describeNode(node)}: expected an operator of ONNX, got the name "${unfit}" in it.`,
    );
  }
  const around = opType === "Loop" ? place.around * roundsOf(node, place) : place.around;
  for (const { g, graphs } of attribute) {
    for (const inner of g === null ? graphs : [g, ...graphs]) {
      const rounds = new Map([...place.rounds, ...wholeNumbers(inner)]);
      for (const one of inner.node) checkNode(one, { ...place, rounds, around });
    }
  }
}

/** Of a loop in its place. @throws GraphError if there are too many, or nothing says how many. */
function roundsOf(node: NodeMessage, { file, rounds, around }: Place): number {
  const count = rounds.get(node.input[0] ?? "");
  if (count !== undefined && count * around <= MOST_ROUNDS) return count;
  const got = count === undefined ? "no constant that ends it" : String(count);
  throw new GraphError(
    `${file}${describeNode(node)}: expected a loop of at most ${MOST_ROUNDS} rounds, got ${got}. Export the network without loops.`,
  );
}

/** Constants of one whole number in a graph, by name. */
function wholeNumbers({ initializer, node }: GraphMessage): Map<string, number> {
  const found = new Map<string, number>();
  for (const tensor of initializer) {
    if (tensor.dataType !== INT64 || tensor.dataLocation !== 0 || tensor.dims.some((length) => toNumber(length) !== 1))
      continue;
    found.set(tensor.name, Number(decodeTensor(tensor).data[0]));
  }
  for (const { opType, attribute, output } of node) {
    if (opType !== "Constant") continue;
    for (const { name, i, t } of attribute) {
      if (name === "value_int") found.set(output[0], toNumber(i));
      if (name === "value" && t?.dataType === INT64 && t.dataLocation === 0 && t.dims.length < 2)
        found.set(output[0], Number(decodeTensor(t).data[0]));
    }
  }
  return found;
}

/** ONNX's number of the type that loops count in. */
const INT64 = 7;

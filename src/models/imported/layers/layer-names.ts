/** @file Readable names for the layers of an imported network and for the weights inside them. */

import type { Node } from "../../../engine/onnx/index.ts";
import type { GraphParameters } from "./node-parameters.ts";

/** The modules that a node is in, outermost first: `layer1`, `0`, `conv1`. */
export type Path = readonly string[];

type NamedNode = Pick<Node, "name" | "opType">;

/** Parts of TensorFlow's names that say nothing. */
const noise =
  /^(StatefulPartitionedCall|ReadVariableOp(_\d+)?|Conv2D|depthwise|MatMul|BiasAdd|FusedBatchNorm(V3)?|resource|PartitionedCall|model_\d+)$/;

/** Where a node with weights is, from their names in the file or from its own; empty where both are made up. */
export function ownerOf(node: Node, parameters: GraphParameters): Path {
  return ownerOfNames(
    (parameters.get(node) ?? []).map(({ value }) => value.name),
    node,
  );
}

/** The same for the names of a node's weights. */
export function ownerOfNames(weights: readonly string[], node: NamedNode): Path {
  const told = weights.filter((name) => !isMadeUp(name));
  const owners = [...told.map(ownerOfWeight), nodePath(node), ...told.map(partsOf)];
  return owners.find((path) => path.length > 0) ?? [];
}

function ownerOfWeight(weight: string): Path {
  const parts = partsOf(weight);
  const last = parts[parts.length - 1] ?? "";
  const telling = parts.filter((part) => !noise.test(part));
  return noise.test(last) ? telling : telling.slice(0, -1);
}

/** `layer1`, `0`, `conv1` of `/layer1/layer1.0/conv1/Conv`, in which modules repeat those around them. */
function nodePath(node: NamedNode): Path {
  const path = modulePath(node);
  return path !== null ? path : isMadeUp(node.name) ? [] : partsOf(node.name).filter((part) => !noise.test(part));
}

/** The path of the module that a node is an operator of; null where its name is its own. */
export function modulePath({ name, opType }: NamedNode): Path | null {
  const modules = name.split("/").filter((part) => part !== "");
  const last = modules.pop();
  if (last === undefined || (last !== opType && !/^_\d+$/.test(last.replace(opType, "")))) return null;
  const telling = modules.filter((part) => !noise.test(part));
  const owners = telling.filter((part, index) => telling[index + 1]?.startsWith(`${part}.`) !== true);
  return partsOf(owners.join("/"));
}

/** Slashes and dots part names, in the ways of TensorFlow and of PyTorch. */
function partsOf(name: string): string[] {
  return (
    name
      .replace(/:\d+$/, "")
      .replace(/__\d+$/, "")
      // what Keras 3 does to a weight before it is read; PyTorch has modules of such names
      .replace(/\/(Cast|convolution)(?=\/ReadVariableOp)/, "")
      .split(/[/.]+/)
      .map((part) => part.replaceAll(/[^\w+-]/g, "_"))
      .filter((part) => part !== "")
  );
}

/** Numbers, and numbers behind the name of an operator or exporter: `123`, `onnx::Conv_500`, `Conv_0`. */
function isMadeUp(name: string): boolean {
  return /^\d*$|::|^[A-Z]\w*_\d+$|^node_|^const_fold_opt|_output(_\d+)?$/.test(name);
}

/** What a layer's name is made from. */
export interface NameSource {
  /** Where its nodes with weights are; none for a layer without. */
  readonly owners: readonly Path[];
  readonly first: NamedNode;
  /** True for one that keeps the whole path of its first weight. */
  readonly whole?: boolean;
}

/**
 * One name for each layer: the path that holds all of its weights and no other's, or that of its first weight.
 *
 * `layer1.0` of `layer1.0.conv1` and `layer1.0.bn1`; `conv1` of `conv1` and `bn1`.
 */
export function layerNames(sources: readonly NameSource[]): string[] {
  const inside = countInside(sources.flatMap(({ owners }) => owners));
  const taken = new DistinctNames();
  const names = sources.map((source) => {
    const path = source.whole === true ? source.owners[0] : wantedPath(source, inside);
    return taken.take(path.join(".") || readable(source.first.opType));
  });
  const around = new Set(names.flatMap((name) => beginnings(name.split(".").slice(0, -1)).map(keyOf)));
  return names.map((name) => (around.has(name) ? taken.take(`${name}_0`) : name));
}

/** How many nodes with weights are inside each module, by its path with dots. */
export type InsideCounts = ReadonlyMap<string, number>;

export function countInside(owners: readonly Path[]): InsideCounts {
  const counts = new Map<string, number>();
  for (const key of owners.flatMap((owner) => beginnings(owner).map(keyOf)))
    counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Itself and the modules around it, outermost first. */
function beginnings(path: Path): Path[] {
  return path.map((_, index) => path.slice(0, index + 1));
}

function keyOf(path: Path): string {
  return path.join(".");
}

/** The path of a layer that none of the others is in: the shortest that ends in a number, as blocks' paths do, if any. */
export function wantedPath({ owners, first }: NameSource, inside: InsideCounts): Path {
  const known = owners.filter((path) => path.length > 0);
  if (known.length === 0) return nodePath(first);
  const isOwn = (path: Path): boolean =>
    path.length > 0 && inside.get(keyOf(path)) === owners.filter((owner) => isInside(owner, path)).length;
  const common = known.reduce(commonPath);
  const base = isOwn(common) ? common : known[0];
  return beginnings(base).find((path) => /^\d+$/.test(path[path.length - 1]) && isOwn(path)) ?? base;
}

/** True for a path and those of modules inside it. */
export function isInside(path: Path, around: Path): boolean {
  return around.every((part, index) => path[index] === part);
}

/** The modules that both are in. */
export function commonPath(a: Path, b: Path): Path {
  const end = a.findIndex((part, index) => part !== b[index]);
  return end === -1 ? a : a.slice(0, end);
}

/** A path inside a layer: `conv1` of `layer1.0.conv1` in `layer1.0`; empty for the layer itself. */
export function insideLayer(owner: Path, layer: string): string {
  const own = owner.join(".");
  if (own === layer) return "";
  return own.startsWith(`${layer}.`) ? own.slice(layer.length + 1) : own;
}

/** `global_average_pool` of `GlobalAveragePool`. */
function readable(opType: string): string {
  return opType.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();
}

/** Gives every name once. */
export class DistinctNames {
  readonly #taken = new Set<string>();
  /** The number to try next, by name. */
  readonly #next = new Map<string, number>();

  /** The name, or the name with the first number that is free. */
  take(name: string, numbered = (number: number): string => `${name}_${number}`): string {
    let free = name;
    let number = this.#next.get(name) ?? 2;
    while (this.#taken.has(free)) free = numbered(number++);
    this.#next.set(name, number);
    this.#taken.add(free);
    return free;
  }
}

/** @file Puts the parts that a graph falls into together as layers, as people who train networks know them. */

import type { Node } from "../../../engine/onnx/index.ts";
import type { Segment } from "../graph/cut-graph.ts";
import { type Path, commonPath, isInside, modulePath, ownerOf, wantedPath } from "./layer-names.ts";
import type { GraphParameters } from "./node-parameters.ts";

/** What the grouping asks of the graph. */
export interface GroupingContext {
  readonly parameters: GraphParameters;
  /** Ratios of Dropouts by the names of their values. */
  readonly dropouts: ReadonlyMap<string, number>;
}

const activations: ReadonlySet<string> = new Set(
  "Relu Clip LeakyRelu PRelu Sigmoid HardSigmoid HardSwish Tanh Elu Selu Softplus Softsign Erf".split(" "),
);
const arithmetic: ReadonlySet<string> = new Set(["Add", "Mul", "Div", "Sub", "Min", "Max"]);

/**
 * A convolution or matrix product with its bias, its normalization and its activation is one layer, and so is what is
 * between two cuts. Where some blocks have a shortcut, the parts of those without are together as well.
 */
export function groupLayers(segments: readonly Segment[], context: GroupingContext): Segment[] {
  const layers: Segment[] = [];
  for (const segment of segments) {
    const before = layers.at(-1);
    if (before !== undefined && belongsTo(segment, before, context)) {
      layers[layers.length - 1] = joined([before, segment]);
    } else layers.push(segment);
  }
  return blocks(layers, context);
}

function joined(segments: readonly Segment[]): Segment {
  return {
    input: segments[0].input,
    output: segments[segments.length - 1].output,
    nodes: segments.flatMap(({ nodes }) => nodes),
  };
}

function belongsTo(segment: Segment, before: Segment, { parameters, dropouts }: GroupingContext): boolean {
  if ([before, segment].some((one) => isDropout(one, dropouts))) return false;
  const weighted = before.nodes.filter((node) => parameters.has(node));
  if (weighted.length === 0) return false;
  const [node] = segment.nodes;
  const last = before.nodes[before.nodes.length - 1];
  const isProduct = (one: Node): boolean => ["Conv", "ConvTranspose", "Gemm", "MatMul"].includes(one.opType);
  if (segment.nodes.length === 1 && parameters.has(node)) {
    if (node.opType === "PRelu") return true;
    const isAffine = node.opType === "BatchNormalization" || node.opType === "Add" || node.opType === "Mul";
    // a block's own normalization comes before its sum: one that comes after belongs to what follows
    return isAffine && !isBlock(before, parameters) && (isProduct(last) || parameters.has(last));
  }
  return segment.nodes.every(
    (one) => !parameters.has(one) && keepsShape(one) && (activations.has(one.opType) || arithmetic.has(one.opType)),
  );
}

/** True for a segment that is nothing but a Dropout, which decodes to an Identity. */
export function isDropout({ nodes }: Segment, dropouts: ReadonlyMap<string, number>): boolean {
  return nodes.length === 1 && dropouts.has(nodes[0].outputs[0].name);
}

function keepsShape({ inputs, outputs: [y] }: Node): boolean {
  return inputs.some(
    (x) => x?.shape.length === y.shape.length && y.shape.every((length, axis) => length === x.shape[axis]),
  );
}

/** True for a layer whose parts run side by side and are summed. */
function isBlock({ nodes }: Segment, parameters: GraphParameters): boolean {
  const own = new Set(nodes.flatMap(({ outputs }) => outputs.map(({ name }) => name)));
  const isSum = ({ opType, inputs }: Node): boolean =>
    opType === "Add" && inputs.every((input) => input !== null) && inputs.some((input) => own.has(input?.name ?? ""));
  const weighted = nodes.filter((node) => parameters.has(node));
  return weighted.length > 1 && nodes.some((node) => isSum(node) && !parameters.has(node));
}

/**
 * Layers side by side under one path of the kind that blocks with a shortcut have are one layer, and so are two blocks
 * under one number, as the two halves of a transformer's are, and operators that one module is made of.
 */
function blocks(layers: readonly Segment[], { parameters }: GroupingContext): Segment[] {
  const owners = layers.map(({ nodes }) =>
    nodes.filter((node) => parameters.has(node)).map((node) => ownerOf(node, parameters)),
  );
  const paths = layers.flatMap((layer, index) => {
    if (!isBlock(layer, parameters)) return [];
    const others = owners.filter((_, place) => place !== index).flat();
    return [wantedPath({ owners: owners[index], first: layer.nodes[0] }, others)];
  });
  const keys = layers.map((layer, index) => {
    const shared = isBlock(layer, parameters) ? numberedPath(owners[index]) : moduleOf(layer);
    return blockOf(owners[index], paths) ?? shared;
  });
  const groups: Segment[][] = [];
  for (const [index, layer] of layers.entries()) {
    if (index > 0 && keys[index] !== null && keys[index] === keys[index - 1]) groups[groups.length - 1].push(layer);
    else groups.push([layer]);
  }
  return groups.map(joined);
}

/** `blocks.0` of `blocks.0.norm1` and `blocks.0.attn.qkv`. */
function numberedPath(owners: readonly Path[]): string | null {
  const common = owners.reduce(commonPath);
  const isNumber = (part: string | undefined): boolean => part !== undefined && /^\d+$/.test(part);
  const end = common.findLastIndex((part, index) => isNumber(part) && !isNumber(owners[0][index + 1]));
  return end === -1 ? null : common.slice(0, end + 1).join(".");
}

/** The module that all nodes of a layer are in; null where they say none. */
function moduleOf({ nodes }: Segment): string | null {
  const [path, ...others] = nodes.map((node) => (modulePath(node) ?? []).join("."));
  return path !== undefined && path !== "" && others.every((other) => other === path) ? path : null;
}

/** The path of the block that all of the owners are in, if it is a sibling of the given ones: `features.2` of `features.3`. */
function blockOf(owners: readonly Path[], paths: readonly Path[]): string | null {
  if (owners.length === 0) return null;
  const kind = (part: string): string => part.replaceAll(/\d+/g, "#");
  const siblings = paths.flatMap((path) => {
    const block = owners[0].slice(0, path.length);
    const parent = path.slice(0, -1);
    const fits =
      parent.length > 0 &&
      owners[0].length > path.length &&
      isInside(block, parent) &&
      kind(block[block.length - 1]) === kind(path[path.length - 1]) &&
      owners.every((owner) => isInside(owner, block));
    return fits ? [block] : [];
  });
  const deepest = siblings.sort((a, b) => b.length - a.length)[0];
  return deepest === undefined ? null : deepest.join(".");
}

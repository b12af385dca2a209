/** @file Puts the parts that a graph falls into together as layers, as people who train networks know them. */

import type { Node } from "../../../engine/onnx/index.ts";
import type { Segment } from "../graph/cut-graph.ts";
import { type Path, commonPath, countInside, isInside, modulePath, ownerOf, wantedPath } from "./layer-names.ts";
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
  const layers: GrowingLayer[] = [];
  for (const segment of segments) {
    const before = layers.at(-1);
    if (before === undefined || !belongsTo(segment, before, context)) layers.push(new GrowingLayer(context));
    layers[layers.length - 1].add(segment);
  }
  return blocks(layers, context);
}

/** A layer while parts are added to it, with what is asked of it each time. */
class GrowingLayer {
  readonly segments: Segment[] = [];
  readonly #context: GroupingContext;
  readonly #own = new Set<string>();
  #weighted = 0;
  #hasSum = false;

  constructor(context: GroupingContext) {
    this.#context = context;
  }

  add(segment: Segment): void {
    this.segments.push(segment);
    for (const node of segment.nodes) {
      const isWeighted = this.#context.parameters.has(node);
      if (isWeighted) this.#weighted++;
      else if (isSumOf(node, this.#own)) this.#hasSum = true;
      for (const { name } of node.outputs) this.#own.add(name);
    }
  }

  get isDropout(): boolean {
    return this.segments.length === 1 && isDropout(this.segments[0], this.#context.dropouts);
  }

  get isWeighted(): boolean {
    return this.#weighted > 0;
  }

  /** True where its parts run side by side and are summed. */
  get isBlock(): boolean {
    return this.#weighted > 1 && this.#hasSum;
  }

  get last(): Node {
    const { nodes } = this.segments[this.segments.length - 1];
    return nodes[nodes.length - 1];
  }
}

function joined(segments: readonly Segment[]): Segment {
  return {
    input: segments[0].input,
    output: segments[segments.length - 1].output,
    nodes: segments.flatMap(({ nodes }) => nodes),
  };
}

function belongsTo(segment: Segment, before: GrowingLayer, { parameters, dropouts }: GroupingContext): boolean {
  if (before.isDropout || isDropout(segment, dropouts) || !before.isWeighted) return false;
  const [node] = segment.nodes;
  const { last } = before;
  const isProduct = (one: Node): boolean => ["Conv", "ConvTranspose", "Gemm", "MatMul"].includes(one.opType);
  if (segment.nodes.length === 1 && parameters.has(node)) {
    if (node.opType === "PRelu") return true;
    const isAffine = node.opType === "BatchNormalization" || node.opType === "Add" || node.opType === "Mul";
    // a block's own normalization comes before its sum: one that comes after belongs to what follows
    return isAffine && !before.isBlock && (isProduct(last) || parameters.has(last));
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

function isSumOf({ opType, inputs }: Node, own: ReadonlySet<string>): boolean {
  return (
    opType === "Add" && inputs.every((input) => input !== null) && inputs.some((input) => own.has(input?.name ?? ""))
  );
}

/**
 * Layers side by side under one path of the kind that blocks with a shortcut have are one layer, and so are two blocks
 * under one number, as the two halves of a transformer's are, and operators that one module is made of.
 */
function blocks(layers: readonly GrowingLayer[], { parameters }: GroupingContext): Segment[] {
  const whole = layers.map(({ segments }) => joined(segments));
  const owners = whole.map(({ nodes }) =>
    nodes.filter((node) => parameters.has(node)).map((node) => ownerOf(node, parameters)),
  );
  const inside = countInside(owners.flat());
  const siblings = new Set(
    whole.flatMap(({ nodes: [first] }, index) =>
      layers[index].isBlock
        ? [wantedPath({ owners: owners[index], first }, inside)].filter(({ length }) => length > 1).map(kindOf)
        : [],
    ),
  );
  const keys = whole.map((layer, index) => {
    const shared = layers[index].isBlock ? numberedPath(owners[index]) : moduleOf(layer);
    return blockOf(owners[index], siblings) ?? shared;
  });
  const groups: Segment[][] = [];
  for (const [index, layer] of whole.entries()) {
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

/** The path of the block that all of the owners are in, if it is of the kind of the given ones: `features.2` of `features.3`. */
function blockOf(owners: readonly Path[], siblings: ReadonlySet<string>): string | null {
  if (owners.length === 0) return null;
  const around = owners[0].slice(1, -1).map((_, index) => owners[0].slice(0, index + 2));
  const deepest = around.findLast(
    (block) => siblings.has(kindOf(block)) && owners.every((owner) => isInside(owner, block)),
  );
  return deepest === undefined ? null : deepest.join(".");
}

/** What siblings have in common: `features.#` of `features.2`. */
function kindOf(path: Path): string {
  return [...path.slice(0, -1), path[path.length - 1].replaceAll(/\d+/g, "#")].join(".");
}

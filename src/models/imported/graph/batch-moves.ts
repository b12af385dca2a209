/** @file What each operator does to the batch: where it lies in the result, or that images get mixed. */

import { type Shape, normalizeAxis, sizeOf } from "../../../core/index.ts";
import { type Node, NodeView, type Value, einsumOf } from "../../../engine/onnx/index.ts";

/** Where the batch lies in a value. */
export interface BatchPlace {
  /** The axis that grows with the batch. */
  readonly axis: number;
  /** Elements of that axis that come before the batch in it: 1 in [N·5, 48], 5 in [5·N, 48]. */
  readonly before: number;
}

/** The axis that grows with the batch, by value; values that depend on constants alone are not in it. */
export type BatchAxes = ReadonlyMap<string, number>;

/** What a move may ask of the graph. */
export interface MoveContext {
  /** Images in the graph as it was read. */
  readonly batchSize: number;
  /** Undefined for a value that no image changes. */
  readonly placeOf: (value: Value | null | undefined) => BatchPlace | undefined;
  /** Ints that an input says, where it is constant. */
  readonly intsOf: (value: Value | null | undefined) => readonly number[] | undefined;
  /** True for a constant that says the same of every image along an axis of one row an image. */
  readonly repeats: (value: Value, axis: number) => boolean;
}

/** A node, and the first of its inputs that is made of images. */
interface Moving extends MoveContext {
  readonly node: Node;
  readonly x: Shape;
  readonly y: Shape;
  readonly place: BatchPlace;
  /** Place among the inputs. */
  readonly at: number;
}

/** The axis of the result; null where images are mixed, or counted. */
type Move = (moving: Moving) => number | null;

const besideAxis =
  (fallback?: number): Move =>
  ({ node, x, place: { axis } }) =>
    axisOf(node, x.length, fallback) === axis ? null : axis;
const only =
  (...allowed: readonly number[]): Move =>
  ({ place: { axis }, at }) =>
    at === 0 && allowed.includes(axis) ? axis : null;
const never: Move = () => null;
const arg: Move = ({ node, x, y, place: { axis } }) => reduced({ axis, axes: [axisOf(node, x.length, 0)], x, y });

const reductions = ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceSumSquare"];
const joining: ReadonlySet<string> = new Set(
  "Add Sub Mul Div Pow Max Min Sum Mean PRelu Where And Or Equal Greater GreaterOrEqual Less LessOrEqual".split(" "),
);

/** By operator; any other leaves the axis as far from the last one as it was. */
const moves: Readonly<Record<string, Move | undefined>> = {
  Transpose: ({ node, x, place: { axis } }) => {
    const { perm } = node.attributes;
    return perm?.type === "INTS" ? perm.value.indexOf(axis) : x.length - 1 - axis;
  },
  Unsqueeze: ({ node, y, place: { axis }, intsOf }) => {
    const added = new Set((intsOf(node.inputs[1]) ?? []).map((one) => normalizeAxis(one, y.length)));
    return [...y.keys()].filter((one) => !added.has(one))[axis] ?? null;
  },
  Gather: ({ node, x, y, place: { axis }, at }) => {
    const gathered = axisOf(node, x.length, 0);
    return at !== 0 || gathered === axis ? null : gathered < axis ? axis + y.length - x.length : axis;
  },
  Concat: besideAxis(),
  Split: besideAxis(0),
  Softmax: besideAxis(-1),
  LogSoftmax: besideAxis(-1),
  LayerNormalization: ({ node, x, place: { axis } }) => (axisOf(node, x.length, -1) <= axis ? null : axis),
  ArgMax: arg,
  ArgMin: arg,
  Slice: ({ node, x, place: { axis }, intsOf }) => {
    const axes = intsOf(node.inputs[3])?.map((one) => normalizeAxis(one, x.length));
    const ends = intsOf(node.inputs[2]) ?? [];
    const sliced = axes === undefined ? axis : axes.indexOf(axis);
    // the whole of the batch is no slice of it
    return sliced === -1 || sliced >= ends.length || ends[sliced] > 2 ** 31 - 2 ? axis : null;
  },
  Conv: only(0),
  ConvTranspose: only(0),
  InstanceNormalization: only(0),
  Einsum: inEquation,
  BatchNormalization: ({ place: { axis } }) => (axis === 1 ? null : axis),
  ...Object.fromEntries(
    ["MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool"].map((opType) => [opType, only(0, 1)]),
  ),
  Gemm: ({ node, place: { axis }, at }) =>
    at === 0 && axis === (node.attributes.transA?.value === 1 ? 1 : 0) ? 0 : null,
  MatMul: multiplied,
  GatherElements: never,
  ScatterElements: never,
  OneHot: never,
  ...Object.fromEntries([...reductions, "ReduceLogSumExp"].map((opType) => [opType, reduction])),
};

/**
 * Where the batch may lie in what a node makes, the likeliest first; none where the node mixes images, or knows how
 * many there are. Undefined for a node that no image changes.
 */
export function placesAfter(node: Node, context: MoveContext): readonly BatchPlace[] | undefined {
  const at = node.inputs.findIndex((input) => context.placeOf(input) !== undefined);
  const input = node.inputs[at];
  const place = context.placeOf(input);
  if (input === null || input === undefined || place === undefined) return undefined;
  const moving: Moving = { ...context, node, x: input.shape, y: node.outputs[0].shape, place, at };
  if (isReshape(moving))
    return reshaped(moving).filter(({ axis }) => node.opType !== "Flatten" || axis === flatAxis(moving));
  const { x, y } = moving;
  const axis = (moves[node.opType] ?? beside)(moving);
  const isKept = axis !== null && axis >= 0 && axis < y.length && y[axis] === x[place.axis];
  return isKept && othersFit(moving, axis) ? [{ ...place, axis }] : [];
}

function beside({ x, y, place: { axis } }: Moving): number {
  return y.length - x.length + axis;
}

/** The axis of a value that is the given one of a result: they are counted from the last. */
export function alignedAxis(value: Shape, { axis, rank }: { axis: number; rank: number }): number {
  return axis - rank + value.length;
}

/** What is joined to the images has the batch at the same place, or says the same of each. */
function othersFit(moving: Moving, axis: number): boolean {
  const { node, y, place, at, placeOf, repeats } = moving;
  const isJoined = joinsRows(node);
  return node.inputs.every((other, index) => {
    if (other === null || index === at || (node.opType === "MatMul" && index < 2)) return true;
    if (node.opType === "Einsum") return true;
    const own = placeOf(other);
    const aligned = alignedAxis(other.shape, { axis, rank: y.length });
    if (own !== undefined) return isJoined && own.axis === aligned && own.before === place.before;
    if (aligned < 0 || other.shape[aligned] === 1) return true;
    return isJoined ? repeats(other, aligned) : node.opType !== "Gemm" || index < 2;
  });
}

/** True for operators whose inputs lie on one another, or side by side. */
export function joinsRows({ opType }: Node): boolean {
  return opType === "Concat" || joining.has(opType);
}

/** A product's rows or columns, or what comes before both, may be the batch; what is summed over may not. */
function multiplied({ node, y, placeOf }: Moving): number | null {
  const sides = node.inputs.slice(0, 2).map((value, index) => {
    const place = placeOf(value);
    const rank = value?.shape.length ?? 0;
    return place && { ...place, fromLast: rank - 1 - place.axis, summed: index === 0 ? 0 : 1 };
  });
  if (sides.some((side) => side !== undefined && side.fromLast === side.summed)) return null;
  const [a, b] = sides;
  const one = a ?? b;
  if (one === undefined) return null;
  const axis = y.length - 1 - one.fromLast;
  if (a !== undefined && b !== undefined) {
    return a.fromLast === b.fromLast && a.fromLast > 1 && a.before === b.before ? axis : null;
  }
  const other = node.inputs[a === undefined ? 0 : 1]?.shape ?? [];
  return one.fromLast < 2 || (other[other.length - 1 - one.fromLast] ?? 1) === 1 ? axis : null;
}

/** The batch's label stays, and is the batch's in every operand that images change. */
function inEquation({ node, place, at, placeOf }: Moving): number | null {
  const { operands, result } = einsumOf(new NodeView(node, () => undefined));
  const label = operands[at][place.axis];
  const isAlone = operands.every((labels, index) => {
    const own = placeOf(node.inputs[index]);
    return own === undefined
      ? !labels.includes(label)
      : labels.indexOf(label) === own.axis && own.before === place.before;
  });
  return isAlone && operands[at].indexOf(label) === operands[at].lastIndexOf(label) ? result.indexOf(label) : null;
}

function axisOf({ attributes: { axis } }: Node, rank: number, fallback = 0): number {
  return normalizeAxis(axis?.type === "INT" ? axis.value : fallback, rank);
}

function withoutAxes({ axis, axes, rank }: { axis: number; axes: readonly number[]; rank: number }): number | null {
  const gone = axes.map((one) => normalizeAxis(one, rank));
  return gone.includes(axis) ? null : axis - gone.filter((one) => one < axis).length;
}

function reduced({ axis, axes, x, y }: { axis: number; axes: readonly number[]; x: Shape; y: Shape }): number | null {
  if (axes.includes(axis)) return null;
  return y.length === x.length ? axis : withoutAxes({ axis, axes, rank: x.length });
}

function reduction({ node, x, y, place: { axis }, intsOf }: Moving): number | null {
  const { axes: attribute } = node.attributes;
  const named = attribute?.type === "INTS" ? attribute.value : intsOf(node.inputs[1]);
  if (named === undefined || named.length === 0) return null;
  return reduced({ axis, axes: named.map((one) => normalizeAxis(one, x.length)), x, y });
}

function isReshape({ node: { opType } }: Moving): boolean {
  return opType === "Reshape" || opType === "Flatten" || opType === "Squeeze";
}

/** Of rows and columns, those that the batch is among. */
function flatAxis({ node, x, place: { axis } }: Moving): number {
  const { axis: given } = node.attributes;
  const split = given?.type === "INT" ? given.value : 1;
  return axis < (split < 0 ? split + x.length : split) ? 0 : 1;
}

/**
 * The batch stays behind as many elements as it was. In a graph of one image it may then be an axis of its own, the
 * outer part of the axis that starts there, or the inner part of the one that ends there.
 */
function reshaped({ x, y, place: { axis, before }, batchSize }: Moving): BatchPlace[] {
  const behind = sizeOf(x.slice(0, axis)) * before;
  const places = y.flatMap((length, one): BatchPlace[] => {
    const inside = behind / sizeOf(y.slice(0, one));
    return Number.isInteger(inside) && length % (inside * batchSize) === 0 ? [{ axis: one, before: inside }] : [];
  });
  const rank = (one: BatchPlace): number => (one.before > 1 ? 2 : y[one.axis] === batchSize ? 0 : 1);
  return places.sort((a, b) => rank(a) - rank(b));
}

/** @file Follows the batch through a graph made for one image: on which axis of each value it lies. */

import { GraphError, type Shape, normalizeAxis, sizeOf } from "../../../core/index.ts";
import { type Node, type Value, describeNode } from "../../../engine/onnx/index.ts";
import type { SimpleGraph } from "./simple-graph.ts";

/** The axis that grows with the batch, by value; values that depend on constants alone are not in it. */
export type BatchAxes = ReadonlyMap<string, number>;

/** Ints that an input says, where it is constant. */
type IntsOf = (value: Value | null | undefined) => readonly number[] | undefined;

/** What an operator does to the axis, where it does not leave it as far from the last one as it was. */
type Move = (context: { node: Node; axis: number; x: Shape; y: Shape; ints: IntsOf }) => number | null;

const alongAxis: Move = ({ node, axis, x }) => (axisOf(node, x.length) === axis ? null : axis);

const moves: Readonly<Record<string, Move | undefined>> = {
  Transpose: ({ node, axis, x }) => {
    const { perm } = node.attributes;
    return perm?.type === "INTS" ? perm.value.indexOf(axis) : x.length - 1 - axis;
  },
  Reshape: reshaped,
  Flatten: reshaped,
  Squeeze: ({ node, axis, x, ints }) => {
    const axes = ints(node.inputs[1]) ?? [...x.keys()].filter((one) => x[one] === 1 && one !== axis);
    return withoutAxes({ axis, axes, rank: x.length });
  },
  Unsqueeze: ({ node, axis, y, ints }) => {
    const added = new Set((ints(node.inputs[1]) ?? []).map((one) => normalizeAxis(one, y.length)));
    const kept = [...y.keys()].filter((one) => !added.has(one));
    return kept[axis] ?? null;
  },
  Gather: ({ node, axis, x, y }) => {
    const at = axisOf(node, x.length, 0);
    return at === axis ? null : at < axis ? axis + y.length - x.length : axis;
  },
  Concat: alongAxis,
  Split: ({ node, axis, x }) => (axisOf(node, x.length, 0) === axis ? null : axis),
  Softmax: ({ node, axis, x }) => (axisOf(node, x.length, -1) === axis ? null : axis),
  LogSoftmax: ({ node, axis, x }) => (axisOf(node, x.length, -1) === axis ? null : axis),
  ArgMax: ({ node, axis, x, y }) => reduced({ axis, axes: [axisOf(node, x.length, 0)], x, y }),
  ArgMin: ({ node, axis, x, y }) => reduced({ axis, axes: [axisOf(node, x.length, 0)], x, y }),
  LayerNormalization: ({ node, axis, x }) => (axisOf(node, x.length, -1) <= axis ? null : axis),
  Slice: ({ node, axis, x, y, ints }) => {
    const axes = ints(node.inputs[3])?.map((one) => normalizeAxis(one, x.length));
    const ends = ints(node.inputs[2]) ?? [];
    const place = axes === undefined ? axis : axes.indexOf(axis);
    // the whole of the batch is no slice of it
    const isWhole = place === -1 || place >= ends.length || ends[place] > 2 ** 31 - 2;
    return isWhole && x[axis] === y[axis] ? axis : null;
  },
  Conv: ({ axis }) => (axis === 0 ? 0 : null),
  GatherElements: () => null,
  ScatterElements: () => null,
  OneHot: () => null,
  ...Object.fromEntries(
    ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp"].map(
      (opType): [string, Move] => [opType, reduction],
    ),
  ),
};

/**
 * Where the batch lies in every value between the image and the output.
 *
 * @throws GraphError naming the node that mixes images, or knows how many there are.
 */
export function batchAxes(graph: SimpleGraph): BatchAxes {
  const axes = new Map([[graph.input.name, 0]]);
  const ints: IntsOf = (value) => {
    const tensor = value === null || value === undefined ? undefined : graph.constants.get(value.name);
    return tensor === undefined ? undefined : Array.from(tensor.data as ArrayLike<number | bigint>, Number);
  };
  for (const node of graph.nodes) {
    const x = node.inputs.find((input) => input !== null && axes.has(input.name));
    const axis = x === undefined || x === null ? undefined : axes.get(x.name);
    if (x === undefined || x === null || axis === undefined) continue;
    for (const { name, shape: y } of node.outputs) {
      const move = moves[node.opType];
      const moved = move === undefined ? y.length - x.shape.length + axis : move({ node, axis, x: x.shape, y, ints });
      if (moved === null || moved < 0 || moved >= y.length) {
        throw new GraphError(
          `${describeNode(node)}: expected an operator that treats images one by one, got one that mentions the batch.`,
        );
      }
      axes.set(name, moved);
    }
  }
  return axes;
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

function reduction({ node, axis, x, y, ints }: Parameters<Move>[0]): number | null {
  const { axes: attribute } = node.attributes;
  const named = attribute?.type === "INTS" ? attribute.value : ints(node.inputs[1]);
  if (named === undefined || named.length === 0) return null;
  return reduced({ axis, axes: named.map((one) => normalizeAxis(one, x.length)), x, y });
}

/** The batch stays before as many elements as it was: it becomes the outermost part of the axis that starts there. */
function reshaped({ axis, x, y }: { axis: number; x: Shape; y: Shape }): number | null {
  const before = sizeOf(x.slice(0, axis));
  const starts = [...y.keys()].filter((one) => sizeOf(y.slice(0, one)) === before);
  return starts.find((one) => y[one] === x[axis]) ?? starts.at(-1) ?? null;
}

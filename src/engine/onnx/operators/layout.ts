/** @file Operators that move elements without computing: reshapes, slices, gathers, joins. */

import { type Shape, sameShape, sizeOf } from "../../../core/index.ts";
import { type Range, rangeLength, rangesOf } from "../element-order.ts";
import type { NodeView, Operator, OutputType } from "../operator.ts";

/** Shapes that are inputs, as in Reshape, must be constants of the graph. */
export const layoutOperators = {
  Reshape: {
    attributes: { allowzero: "INT" },
    infer: (node) => [like(node, reshapedShape(node))],
  },
  Flatten: {
    attributes: { axis: "INT" },
    infer: (node) => {
      const { shape } = node.input(0);
      // one more than the last axis is allowed: everything goes to the rows
      const split = node.int("axis", 1) === shape.length ? shape.length : node.axis(shape.length, 1);
      return [like(node, [sizeOf(shape.slice(0, split)), sizeOf(shape.slice(split))])];
    },
  },
  Transpose: {
    attributes: { perm: "INTS" },
    infer: (node) => {
      const { shape } = node.input(0);
      const perm = node.ints("perm") ?? [...shape.keys()].reverse();
      if ([...perm].sort((a, b) => a - b).some((axis, index) => axis !== index) || perm.length !== shape.length) {
        throw node.error(`expected perm to order ${shape.length} axes, got [${perm.join(", ")}]`);
      }
      return [
        like(
          node,
          perm.map((axis) => shape[axis]),
        ),
      ];
    },
  },
  Concat: { attributes: { axis: "INT" }, infer: (node) => [like(node, concatenatedShape(node))] },
  Split: { attributes: { axis: "INT" }, infer: splitTypes },
  Slice: { attributes: {}, infer: (node) => [like(node, slicedShape(node))] },
  Pad: { attributes: { mode: "STRING" }, infer: (node) => [like(node, paddedShape(node))] },
  Squeeze: {
    attributes: {},
    infer: (node) => {
      const { shape } = node.input(0);
      const given =
        node.optionalInput(1) === null ? [...shape.keys()].filter((axis) => shape[axis] === 1) : node.constantInts(1);
      const axes = new Set(given.map((axis) => node.axisFromFront(axis, shape.length)));
      if ([...axes].some((axis) => shape[axis] !== 1)) throw node.error("expected axes of length 1");
      return [
        like(
          node,
          shape.filter((_, axis) => !axes.has(axis)),
        ),
      ];
    },
  },
  Unsqueeze: {
    attributes: {},
    infer: (node) => {
      const { shape } = node.input(0);
      const axes = node.constantInts(1);
      const rank = shape.length + axes.length;
      const added = new Set(axes.map((axis) => node.axisFromFront(axis, rank)));
      const lengths = [...shape];
      return [
        like(
          node,
          Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (lengths.shift() ?? 1))),
        ),
      ];
    },
  },
  Expand: {
    attributes: {},
    infer: (node) => {
      return [like(node, node.broadcast([node.input(0).shape, node.constantInts(1)]))];
    },
  },
  Gather: {
    attributes: { axis: "INT" },
    infer: (node) => {
      const { shape } = node.input(0);
      const axis = node.axis(shape.length, 0);
      return [like(node, [...shape.slice(0, axis), ...node.input(1).shape, ...shape.slice(axis + 1)])];
    },
  },
  GatherElements: {
    attributes: { axis: "INT" },
    infer: (node) => {
      requireSameRank(node, [0, 1]);
      return [like(node, node.input(1).shape)];
    },
  },
  ScatterElements: {
    attributes: { axis: "INT", reduction: "STRING" },
    infer: (node) => {
      requireSameRank(node, [0, 1, 2]);
      node.sharedDType([node.input(0), node.input(2)]);
      if (!sameShape(node.input(1).shape, node.input(2).shape)) throw node.error("expected as many updates as indices");
      return [like(node, node.input(0).shape)];
    },
  },
  OneHot: {
    attributes: { axis: "INT" },
    infer: (node) => {
      const { shape } = node.input(0);
      const [depth] = node.constantInts(1);
      const axis = node.axis(shape.length + 1, -1);
      return [{ dtype: node.input(2).dtype, shape: [...shape.slice(0, axis), depth, ...shape.slice(axis)] }];
    },
  },
} satisfies Record<string, Operator>;

function like(node: NodeView, shape: Shape): OutputType {
  return { dtype: node.input(0).dtype, shape };
}

function requireSameRank(node: NodeView, positions: readonly number[]): void {
  const [first, ...others] = positions.map((position) => node.input(position).shape.length);
  if (others.some((rank) => rank !== first)) throw node.error("expected inputs of one rank");
  node.axis(first, 0);
}

function reshapedShape(node: NodeView): Shape {
  const { shape } = node.input(0);
  const wanted = node.constantInts(1);
  const keepsZero = node.int("allowzero", 0) === 1;
  const lengths = wanted.map((length, axis) => (length === 0 && !keepsZero ? shape[axis] : length));
  const known = lengths.filter((length) => length !== -1);
  const result = lengths.map((length) => (length === -1 ? sizeOf(shape) / sizeOf(known) : length));
  if (known.length < lengths.length - 1 || sizeOf(result) !== sizeOf(shape)) {
    throw node.error(`expected a shape of ${sizeOf(shape)} elements, got [${wanted.join(", ")}]`);
  }
  return result;
}

function concatenatedShape(node: NodeView): Shape {
  const first = node.input(0).shape;
  const axis = node.axis(first.length);
  const shapes = node.inputs.map((_, index) => node.input(index).shape);
  node.sharedDType(node.inputs.map((_, index) => node.input(index)));
  const fits = (shape: Shape): boolean =>
    shape.length === first.length && shape.every((length, index) => index === axis || length === first[index]);
  if (!shapes.every(fits)) throw node.error(`expected shapes that differ on axis ${axis} alone`);
  return first.map((length, index) => (index === axis ? shapes.reduce((sum, shape) => sum + shape[axis], 0) : length));
}

function splitTypes(node: NodeView): OutputType[] {
  const { shape } = node.input(0);
  const axis = node.axis(shape.length, 0);
  const lengths = node.constantInts(1);
  if (lengths.reduce((sum, length) => sum + length, 0) !== shape[axis]) {
    throw node.error(`expected parts that add up to ${shape[axis]}, got [${lengths.join(", ")}]`);
  }
  return lengths.map((part) =>
    like(
      node,
      shape.map((length, index) => (index === axis ? part : length)),
    ),
  );
}

/** Start, end and step of a Slice on every axis, clamped as ONNX prescribes. */
export function sliceRanges(node: NodeView): Range[] {
  const { shape } = node.input(0);
  const starts = node.constantInts(1);
  const ends = node.constantInts(2);
  const axes = node.optionalInput(3) === null ? [...starts.keys()] : node.constantInts(3);
  const steps = node.optionalInput(4) === null ? starts.map(() => 1) : node.constantInts(4);
  if ([ends, axes, steps].some((list) => list.length !== starts.length)) {
    throw node.error("expected as many ends, axes and steps as starts");
  }
  if (steps.includes(0)) throw node.error("expected steps other than 0");
  const fromFront = axes.map((axis) => node.axisFromFront(axis, shape.length));
  return rangesOf(shape, { starts, ends, axes: fromFront, steps });
}

function slicedShape(node: NodeView): Shape {
  return sliceRanges(node).map(rangeLength);
}

function paddedShape(node: NodeView): Shape {
  const { shape } = node.input(0);
  const pads = node.constantInts(1);
  const rank = shape.length;
  if (node.optionalInput(3) !== null) throw node.error("expected pads for every axis, got a list of axes");
  if (pads.length !== 2 * rank) throw node.error(`expected ${2 * rank} pads, got ${pads.length}`);
  return shape.map((length, axis) => length + pads[axis] + pads[axis + rank]);
}

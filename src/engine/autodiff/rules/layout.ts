/** @file Gradient rules for operators that move elements. */

import { normalizeAxis, zeros } from "../../../core/index.ts";
import { type NodeView, type Value, sliceRanges } from "../../onnx/index.ts";
import type { GradientRule, RuleContext } from "../rule.ts";

export const layoutRules = {
  Reshape: restoreShape,
  Flatten: restoreShape,
  Squeeze: restoreShape,
  Unsqueeze: restoreShape,
  Transpose: ({ g, node, dy, inputs: [x] }) => {
    const perm = node.ints("perm") ?? [...x.shape.keys()].reverse();
    return [
      g.transpose(
        dy,
        [...perm.keys()].map((axis) => perm.indexOf(axis)),
      ),
    ];
  },
  // the walk sums the broadcast axes
  Expand: ({ dy }) => [dy, null],
  Concat: ({ g, node, dy, inputs }) => {
    const axis = normalizeAxis(node.int("axis"), dy.shape.length);
    let end = 0;
    return inputs.map((input) => {
      const start = end;
      end += input.shape[axis];
      return g.slice(dy, { starts: [start], ends: [end], axes: [axis] });
    });
  },
  Split: ({ g, node, dys, outputs }) => {
    const rank = outputs[0].shape.length;
    const parts = outputs.map((output, index) => dys[index] ?? g.constant(zeros(output.shape)));
    return [g.concat(parts, normalizeAxis(node.int("axis", 0), rank)), null];
  },
  Slice: (context) => [unslice(context), null, null, null, null],
  // zero padding alone: the gradient is the unpadded part
  Pad: ({ g, node, dy, inputs: [x] }) => {
    const mode = node.string("mode", "constant");
    if (mode !== "constant") throw node.error(`expected mode "constant", the one with a gradient rule, got "${mode}"`);
    const begins = padsByAxis(node, x.shape.length);
    return [
      g.slice(dy, {
        starts: begins,
        ends: begins.map((begin, axis) => begin + x.shape[axis]),
        axes: [...x.shape.keys()],
      }),
      null,
      null,
      null,
    ];
  },
  // rows that were gathered several times add up
  Gather: ({ g, node, dy, inputs: [x, indices] }) => {
    const axis = normalizeAxis(node.int("axis", 0), x.shape.length);
    if (axis !== 0 || indices.shape.length !== 1)
      throw node.error("expected axis 0 and a vector of indices, the form with a gradient rule");
    const depth = g.constantOf(indices) === undefined ? indices : g.cast(indices, "int64");
    const selection = g.op("OneHot", [depth, g.ints([x.shape[0]]), g.floats([0, 1])], { axis: 0 });
    const rows = g.reshape(dy, [indices.shape[0], dy.shape.slice(1).reduce((product, length) => product * length, 1)]);
    return [g.reshape(g.matMul(selection, rows), x.shape), null];
  },
} satisfies Record<string, GradientRule>;

function restoreShape({ g, dy, inputs: [x] }: RuleContext): (Value | null)[] {
  return [g.reshape(dy, x.shape), null];
}

/** Zeros with the gradient put back where the slice was taken; strides become gaps of zeros. */
function unslice({ g, node, dy, inputs: [x] }: RuleContext): Value {
  const ranges = sliceRanges(node);
  let spaced = dy;
  ranges.forEach(({ step }, axis) => {
    if (step < 0) throw node.error("expected positive steps, the form with a gradient rule");
    spaced = g.spaceOut(spaced, { axis, step });
  });
  const begins = ranges.map(({ start }) => start);
  const ends = ranges.map(({ start }, axis) => x.shape[axis] - start - spaced.shape[axis]);
  // a step may leave gaps that reach past the end: cut them off
  const kept = ends.map((end, axis) => spaced.shape[axis] + Math.min(0, end));
  const cut = ends.some((end) => end < 0)
    ? g.slice(spaced, { starts: kept.map(() => 0), ends: kept, axes: [...kept.keys()] })
    : spaced;
  return g.pad(cut, [...begins, ...ends.map((end) => Math.max(0, end))]);
}

function padsByAxis(node: NodeView, rank: number): number[] {
  const pads = node.constantInts(1);
  const axes = node.optionalInput(3) === null ? Array.from({ length: rank }, (_, axis) => axis) : node.constantInts(3);
  const begins = Array.from({ length: rank }, () => 0);
  axes.forEach((axis, index) => {
    begins[normalizeAxis(axis, rank)] = pads[index];
  });
  if (pads.some((length) => length < 0)) throw node.error("expected pads of 0 or more, the form with a gradient rule");
  return begins;
}

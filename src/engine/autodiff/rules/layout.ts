/** @file Gradient rules for operators that move elements. */

import { sizeOf, zeros } from "../../../core/index.ts";
import { GRAFT_DOMAIN, type Operations, type Value, sliceRanges } from "../../onnx/index.ts";
import type { GradientRule, RuleContext } from "../rule.ts";
import { inverseOf } from "./first-extreme.ts";

export const layoutRules = {
  Reshape: restoreShape,
  Flatten: restoreShape,
  Squeeze: restoreShape,
  Unsqueeze: restoreShape,
  Transpose: ({ g, node, dy, inputs: [x] }) => [
    g.transpose(dy, inverseOf(node.ints("perm") ?? [...x.shape.keys()].reverse())),
  ],
  // the walk sums the broadcast axes
  Expand: ({ dy }) => [dy, null],
  Concat: ({ g, node, dy, inputs }) => {
    const axis = node.axis(dy.shape.length);
    let end = 0;
    return inputs.map((input) => {
      const start = end;
      end += input.shape[axis];
      return g.slice(dy, { starts: [start], ends: [end], axes: [axis] });
    });
  },
  Split: ({ g, node, dy, dys, outputs }) => {
    const parts = outputs.map((output, index) => dys[index] ?? g.constant(zeros(output.shape)));
    return [g.concat(parts, node.axis(dy.shape.length, 0)), null];
  },
  Slice: ({ g, node, dy, inputs: [x] }) => {
    const ranges = sliceRanges(node);
    const starts = ranges.map(({ start }) => start);
    const steps = ranges.map(({ step }) => step);
    return [sliceGrad(g, dy, { input_shape: x.shape, starts, steps })];
  },
  // dx is the unpadded part of dy; the padding's share belongs to the padding value
  Pad: ({ g, node, dy, inputs: [x] }) => {
    const mode = node.string("mode", "constant");
    if (mode !== "constant") throw node.error(`expected mode constant, the one with a gradient rule, got ${mode}`);
    const begins = node.constantInts(1).slice(0, x.shape.length);
    if (node.constantInts(1).some((length) => length < 0)) {
      throw node.error("expected pads of 0 or more, the form with a gradient rule");
    }
    const ends = begins.map((begin, axis) => begin + x.shape[axis]);
    const axes = [...x.shape.keys()];
    const dx = g.slice(dy, { starts: begins, ends, axes });
    return [dx, null, g.sub(g.reduceSum(dy, axes), g.reduceSum(dx, axes))];
  },
  // rows that were gathered several times add up: dx = selection dy, with selection one-hot [length, gathered]
  Gather: ({ g, node, dy, inputs: [x, indices] }) => {
    const axis = node.axis(x.shape.length, 0);
    const [outer, length, inner] = [x.shape.slice(0, axis), x.shape[axis], x.shape.slice(axis + 1)];
    const gathered = sizeOf(indices.shape);
    const known = g.constantOf(indices);
    if (known !== undefined && gathered === 1) {
      const [index] = Array.from(known.data, Number);
      const starts = x.shape.map((_, at) => (at === axis ? (index + length) % length : 0));
      const row = g.reshape(dy, [...outer, 1, ...inner]);
      return [sliceGrad(g, row, { input_shape: x.shape, starts, steps: starts.map(() => 1) }), null];
    }
    const positions = g.reshape(g.cast(indices, "int64"), [gathered]);
    const selection = g.op("OneHot", [positions, g.ints([length]), g.floats([0, 1])], { axis: 0 });
    const rows = g.reshape(dy, [sizeOf(outer), gathered, sizeOf(inner)]);
    return [g.reshape(g.matMul(selection, rows), x.shape), null];
  },
  GatherElements: ({ g, node, dy, inputs: [x, indices] }) => {
    const axis = node.axis(x.shape.length, 0);
    const none = g.expand(g.scalar(0), x.shape);
    return [g.op("ScatterElements", [none, indices, dy], { axis, reduction: "add" }), null];
  },
  // what was replaced gets nothing; the order of repeats is left open by ONNX where nothing is added
  ScatterElements: ({ g, node, dy, inputs: [, indices, updates] }) => {
    const axis = node.axis(dy.shape.length, 0);
    const reduction = node.string("reduction", "none");
    if (reduction !== "none" && reduction !== "add") {
      throw node.error(`expected reduction none or add, those with a gradient rule, got ${reduction}`);
    }
    const none = g.expand(g.scalar(0), updates.shape);
    const dx = reduction === "add" ? dy : g.op("ScatterElements", [dy, indices, none], { axis });
    return [dx, null, g.op("GatherElements", [dy, indices], { axis })];
  },
} satisfies Record<string, GradientRule>;

function restoreShape({ g, dy, inputs: [x] }: RuleContext): (Value | null)[] {
  return [g.reshape(dy, x.shape), null];
}

/** Zeros, with the gradient where a slice of these starts and steps was taken. */
function sliceGrad(
  g: Operations,
  dy: Value,
  attributes: Record<"input_shape" | "starts" | "steps", readonly number[]>,
): Value {
  return g.op("SliceGrad", [dy], attributes, { domain: GRAFT_DOMAIN });
}

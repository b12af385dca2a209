/** @file Operators that put elements into others' places, in forms that the operator table has. */

import { type Shape, type Tensor, sizeOf } from "../../../../core/index.ts";
import type { FileNode, Form } from "./form.ts";
import { type Steps, stepsOf } from "./steps.ts";

/** Elements of a window: those of attention over neighbours have nine or twenty-five. */
const MOST_IN_WINDOW = 256;

export const placingForms = {
  /** Elements that replace a box of others, as PyTorch's exporter writes `x[:, 1:] = y`. */
  ScatterND: (node, { valueOf, constantOf, addConstant }) => {
    const [x, indicesName, updates] = node.inputs;
    const { reduction = "none" } = node.attributes;
    const shape = valueOf(x)?.shape;
    const indices = constantOf(indicesName);
    // of constants it is computed
    if (shape === undefined || indices === undefined || (reduction !== "none" && reduction !== "add")) return node;
    if (constantOf(x) !== undefined && constantOf(updates) !== undefined) return node;
    const starts = boxOf(indices, shape);
    if (starts === null) return node;
    const lengths = [...indices.shape.slice(0, -1), ...shape.slice(starts.length)];
    const before = shape.map((_, axis) => starts[axis] ?? 0);
    const after = shape.map((length, axis) => length - before[axis] - lengths[axis]);
    const step = stepsOf(node, addConstant);
    const padded = step.node("Pad", [updates, step.ints("pads", [...before, ...after])]);
    if (reduction === "add") return step.done("Add", [x, padded]);
    return step.done("Where", [step.constant("inside", insideOf(shape, { before, lengths })), padded, x]);
  },
  /** Overlapping windows are added where they came from; PyTorch's `fold`. */
  Col2Im: (node, { valueOf, constantOf, addConstant }) => {
    const [x, imageName, blockName] = node.inputs;
    const [image, block] = [imageName, blockName].map((name) => Array.from(constantOf(name)?.data ?? [], Number));
    const columns = valueOf(x)?.shape;
    if (columns?.length !== 3 || image.length !== 2 || block.length !== 2) return node;
    if (!(sizeOf(block) >= 1 && sizeOf(block) <= MOST_IN_WINDOW)) return node;
    const folded = foldedAxes(node, { image, block });
    const channels = columns[1] / sizeOf(block);
    const step = stepsOf(node, addConstant);
    const counts = folded.map(({ windows }) => windows);
    const apart = step.node("Reshape", [x, step.ints("apart", [0, channels, ...block, ...counts])]);
    let sum: string | null = null;
    for (let row = 0; row < block[0]; row++) {
      for (let column = 0; column < block[1]; column++) {
        const placed = placedWindows(apart, { step, at: [row, column], folded, channels });
        sum = sum === null ? placed : step.node("Add", [sum, placed]);
      }
    }
    const starts = step.ints(
      "starts",
      folded.map(({ begin }) => begin),
    );
    const ends = step.ints(
      "ends",
      folded.map(({ begin }, axis) => begin + image[axis]),
    );
    return step.done("Slice", [sum ?? apart, starts, ends, step.ints("axes", [2, 3])]);
  },
} satisfies Record<string, Form>;

/** Where the box begins on each axis that indices name; null unless they name all of one, in order. */
function boxOf({ shape, data }: Tensor, of: Shape): number[] | null {
  const depth = shape.at(-1) ?? 0;
  const lengths = shape.slice(0, -1);
  if (depth < 1 || depth !== lengths.length || depth > of.length || data.length === 0) return null;
  const indexAt = (place: number, axis: number): number => {
    const index = Number(data[place * depth + axis]);
    return index < 0 ? index + of[axis] : index;
  };
  const starts = lengths.map((_, axis) => indexAt(0, axis));
  const isInside = starts.every((start, axis) => start >= 0 && start + lengths[axis] <= of[axis]);
  for (let place = 0; isInside && place < sizeOf(lengths); place++) {
    let rest = place;
    for (let axis = depth - 1; axis >= 0; axis--) {
      if (indexAt(place, axis) !== starts[axis] + (rest % lengths[axis])) return null;
      rest = Math.floor(rest / lengths[axis]);
    }
  }
  return isInside ? starts : null;
}

/** True inside the box; axes that it fills, such as that of the images, have length 1. */
function insideOf(
  shape: Shape,
  { before, lengths }: { before: readonly number[]; lengths: readonly number[] },
): Tensor {
  const own = shape.map((length, axis) => (lengths[axis] === length ? 1 : length));
  const data = Uint8Array.from({ length: sizeOf(own) }, (_, place) => {
    let rest = place;
    for (let axis = own.length - 1; axis >= 0; axis--) {
      const index = rest % own[axis];
      rest = Math.floor(rest / own[axis]);
      if (own[axis] > 1 && (index < before[axis] || index >= before[axis] + lengths[axis])) return 0;
    }
    return 1;
  });
  return { dtype: "bool", shape: own, data };
}

/** One axis of an image that windows are folded into. */
interface FoldedAxis {
  readonly stride: number;
  readonly dilation: number;
  readonly windows: number;
  /** Of a window's elements. */
  readonly block: number;
  /** Where the image begins in what windows reach. */
  readonly begin: number;
  /** What the image needs after all windows. */
  readonly missing: number;
}

function foldedAxes(
  { attributes }: FileNode,
  { image, block }: Record<"image" | "block", readonly number[]>,
): FoldedAxis[] {
  const numbers = (name: string, otherwise: readonly number[]): readonly number[] =>
    Array.isArray(attributes[name]) ? (attributes[name] as number[]) : otherwise;
  const [strides, dilations, pads] = [
    numbers("strides", [1, 1]),
    numbers("dilations", [1, 1]),
    numbers("pads", [0, 0, 0, 0]),
  ];
  return image.map((length, axis) => {
    const [stride, dilation, begin] = [strides[axis], dilations[axis], pads[axis]];
    const reach = dilation * (block[axis] - 1) + 1;
    const windows = Math.floor((length + begin + pads[axis + 2] - reach) / stride) + 1;
    const covered = windows * stride + dilation * (block[axis] - 1);
    return { stride, dilation, windows, block: block[axis], begin, missing: Math.max(0, begin + length - covered) };
  });
}

/** One element of all windows, each where it belongs in what they reach together: [N, C, height, width]. */
function placedWindows(
  apart: string,
  {
    step,
    at,
    folded,
    channels,
  }: { step: Steps; at: readonly number[]; folded: readonly FoldedAxis[]; channels: number },
): string {
  const ints = (label: string, values: readonly number[]): string => step.ints(`${label} ${at.join(" ")}`, values);
  const ends = at.map((index) => index + 1);
  const one = step.node("Slice", [apart, ints("from", at), ints("to", ends), ints("axes", [2, 3])]);
  const [rows, columns] = folded;
  const spread = step.node("Reshape", [one, ints("spread", [0, channels, rows.windows, 1, columns.windows, 1])]);
  const gaps = ints("gaps", [0, 0, 0, 0, 0, 0, 0, 0, 0, rows.stride - 1, 0, columns.stride - 1]);
  const sizes = folded.map(({ windows, stride }) => windows * stride);
  const flat = step.node("Reshape", [step.node("Pad", [spread, gaps]), ints("flat", [0, channels, ...sizes])]);
  const before = folded.map(({ dilation }, axis) => dilation * at[axis]);
  const after = folded.map(({ dilation, block, missing }, axis) => dilation * (block - 1 - at[axis]) + missing);
  return step.node("Pad", [flat, ints("around", [0, 0, ...before, 0, 0, ...after])]);
}

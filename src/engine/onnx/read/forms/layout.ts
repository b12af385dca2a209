/** @file Operators that move elements, in forms that the operator table has. */

import { type Shape, float32, int64, normalizeAxis } from "../../../../core/index.ts";
import { dtypeCodes } from "../../proto/codes.ts";
import type { FileNode, Form, FormContext } from "./form.ts";
import { stepsOf } from "./steps.ts";

/** What is repeated more often is no network's. */
const MOST_COPIES = 1024;

export const layoutForms = {
  /** To the element type of another value. */
  CastLike: (node, { valueOf }) => {
    const [x, like] = node.inputs;
    const dtype = valueOf(like)?.dtype;
    return dtype === undefined ? node : { ...node, opType: "Cast", inputs: [x], attributes: { to: dtypeCodes[dtype] } };
  },
  Cast: ({ attributes: { to }, ...node }) => ({ ...node, attributes: to === undefined ? {} : { to } }),
  /** Parts whose lengths are not said are equal, the last one shorter where they do not divide. */
  Split: (node, { valueOf, addConstant }) => {
    const [name, lengths = ""] = node.inputs;
    const { num_outputs: count = node.outputs.length, axis = 0, ...attributes } = node.attributes;
    const shape = valueOf(name)?.shape;
    if (lengths !== "" || shape === undefined || typeof axis !== "number" || typeof count !== "number") return node;
    const length = shape.at(axis);
    if (length === undefined || count !== node.outputs.length) return node;
    const part = Math.ceil(length / count);
    const parts = node.outputs.map((_, index) => Math.max(0, Math.min(part, length - index * part)));
    return {
      ...node,
      inputs: [name, addConstant(`${node.name}/split`, int64(parts))],
      attributes: { ...attributes, axis },
    };
  },
  Pad: padForm,
  /** As many copies along each axis, one after another. */
  Tile: (node, { constantOf, addConstant }) => {
    const [x, repeatsName = ""] = node.inputs;
    const repeats = Array.from(constantOf(repeatsName)?.data ?? [], Number);
    const copies = repeats.reduce((product, count) => product * count, 1);
    // a constant is tiled when it is computed
    if (repeats.length === 0 || constantOf(x) !== undefined || !(copies >= 1 && copies <= MOST_COPIES)) return node;
    const step = stepsOf(node, addConstant);
    const tiled = repeats.reduce(
      (made, count, axis) => (count === 1 ? made : step.node("Concat", Array<string>(count).fill(made), { axis })),
      x,
    );
    return step.done("Identity", [tiled]);
  },
  /** Groups of channels become squares of pixels. */
  DepthToSpace: (node, { valueOf, addConstant }) => {
    const { blocksize: block, mode = "DCR" } = node.attributes;
    const shape = valueOf(node.inputs[0])?.shape;
    if (shape?.length !== 4 || typeof block !== "number") return node;
    const [channels, height, width] = [shape[1] / block ** 2, shape[2], shape[3]];
    const isDeepFirst = mode === "DCR";
    const step = stepsOf(node, addConstant);
    const apart = isDeepFirst ? [block, block, channels] : [channels, block, block];
    const split = step.node("Reshape", [node.inputs[0], step.ints("apart", [0, ...apart, height, width])]);
    const turned = step.node("Transpose", [split], { perm: isDeepFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3] });
    return step.done("Reshape", [turned, step.ints("shape", [0, channels, height * block, width * block])]);
  },
  /** Squares of pixels become channels. */
  SpaceToDepth: (node, { valueOf, addConstant }) => {
    const { blocksize: block } = node.attributes;
    const shape = valueOf(node.inputs[0])?.shape;
    if (shape?.length !== 4 || typeof block !== "number") return node;
    const [channels, height, width] = [shape[1], shape[2] / block, shape[3] / block];
    const step = stepsOf(node, addConstant);
    const split = step.node("Reshape", [
      node.inputs[0],
      step.ints("apart", [0, channels, height, block, width, block]),
    ]);
    const turned = step.node("Transpose", [split], { perm: [0, 3, 5, 1, 2, 4] });
    return step.done("Reshape", [turned, step.ints("shape", [0, channels * block ** 2, height, width])]);
  },
  Resize: resizeForm,
  /** Rows of the leading axes, of which places that are known make one. */
  GatherND: (node, { valueOf, constantOf, addConstant }) => {
    const { batch_dims: batchDims = 0 } = node.attributes;
    const [x, indicesName] = node.inputs;
    const shape = valueOf(x)?.shape;
    const indices = constantOf(indicesName);
    // of a constant it is computed
    if (shape === undefined || indices === undefined || batchDims !== 0 || constantOf(x) !== undefined) return node;
    const depth = indices.shape.at(-1) ?? 0;
    if (depth < 1 || depth > shape.length) return node;
    const leading = shape.slice(0, depth);
    const places = Array.from({ length: indices.data.length / depth }, (_, row) =>
      leading.reduce((place, length, axis) => {
        const index = Number(indices.data[row * depth + axis]);
        return place * length + (index < 0 ? index + length : index);
      }, 0),
    );
    const step = stepsOf(node, addConstant);
    const rows = step.node("Reshape", [x, step.ints("rows", [-1, ...shape.slice(depth)])]);
    const taken = step.node("Gather", [rows, step.ints("places", places)], { axis: 0 });
    return step.done("Reshape", [taken, step.ints("shape", [...indices.shape.slice(0, -1), ...shape.slice(depth)])]);
  },
} satisfies Record<string, Form>;

/** Pads of some axes become those of all; what is cut off is a Slice; mirrored and repeated edges are gathered. */
function padForm(node: FileNode, { valueOf, constantOf, addConstant }: FormContext): FileNode | FileNode[] {
  const [x, padsName = "", value = "", axesName = ""] = node.inputs;
  const { mode = "constant" } = node.attributes;
  const shape = valueOf(x)?.shape;
  const given = constantOf(padsName);
  const axes = constantOf(axesName);
  if (shape === undefined || given === undefined || (axesName !== "" && axes === undefined)) return node;
  const rank = shape.length;
  const named =
    axes === undefined ? [...shape.keys()] : Array.from(axes.data, Number).map((axis) => normalizeAxis(axis, rank));
  const pads = Array.from({ length: 2 * rank }, () => 0);
  for (const [index, axis] of named.entries()) {
    pads[axis] = Number(given.data[index]);
    pads[axis + rank] = Number(given.data[index + named.length]);
  }
  const step = stepsOf(node, addConstant);
  if (mode !== "constant") return gathered(node, { step, shape, pads });
  const isCut = pads.some((pad) => pad < 0);
  if (!isCut && axesName === "") return node;
  let rest = x;
  if (isCut) {
    const starts = step.ints(
      "starts",
      shape.map((_, axis) => Math.max(0, -pads[axis])),
    );
    const ends = step.ints(
      "ends",
      shape.map((length, axis) => length - Math.max(0, -pads[axis + rank])),
    );
    rest = step.node("Slice", [x, starts, ends, step.ints("axes", [...shape.keys()])]);
  }
  const whole = step.ints(
    "pads",
    pads.map((pad) => Math.max(0, pad)),
  );
  return step.done("Pad", [rest, whole, ...(value === "" ? [] : [value])], { mode });
}

/** By `mode`: where an element of a padded axis comes from. */
const origins: Readonly<Record<string, ((index: number, length: number) => number) | undefined>> = {
  edge: (index, length) => Math.min(Math.max(index, 0), length - 1),
  reflect: (index, length) => length - 1 - Math.abs(length - 1 - Math.abs(index)),
  wrap: (index, length) => ((index % length) + length) % length,
};

function gathered(
  node: FileNode,
  { step, shape, pads }: { step: ReturnType<typeof stepsOf>; shape: Shape; pads: readonly number[] },
): FileNode | FileNode[] {
  const origin = origins[String(node.attributes.mode)];
  const rank = shape.length;
  const changed = [...shape.keys()].filter((axis) => pads[axis] !== 0 || pads[axis + rank] !== 0);
  if (origin === undefined) return node;
  let x = node.inputs[0];
  for (const axis of changed) {
    const length = shape[axis] + pads[axis] + pads[axis + rank];
    const indices = Array.from({ length }, (_, index) => origin(index - pads[axis], shape[axis]));
    x = step.node("Gather", [x, step.ints(`from ${axis}`, indices)], { axis });
  }
  return step.done("Identity", [x]);
}

/** Sizes or scales for every axis, and no settings that change nothing. */
function resizeForm(node: FileNode, { valueOf, constantOf, addConstant }: FormContext): FileNode {
  const [x, , scalesName = "", sizesName = ""] = node.inputs;
  const { axes, antialias = 0, keep_aspect_ratio_policy: policy = "stretch", ...attributes } = node.attributes;
  const shape = valueOf(x)?.shape;
  const [scales, sizes] = [constantOf(scalesName), constantOf(sizesName)].map((one) =>
    one === undefined || one.data.length === 0 ? undefined : Array.from(one.data, Number),
  );
  const given = sizes ?? scales;
  if (shape === undefined || given === undefined || antialias !== 0 || policy !== "stretch") return node;
  const named = Array.isArray(axes)
    ? (axes as number[]).map((axis) => normalizeAxis(axis, shape.length))
    : [...shape.keys()];
  const every = shape.map((length) => (sizes === undefined ? 1 : length));
  for (const [index, axis] of named.entries()) every[axis] = given[index];
  const step = stepsOf(node, addConstant);
  const wanted = sizes === undefined ? step.constant("scales", float32(every)) : step.ints("sizes", every);
  return { ...node, inputs: [x, "", ...(sizes === undefined ? [wanted] : ["", wanted])], attributes };
}

/** @file Computes nodes whose inputs are all constants, as the arithmetic on shapes in files is. */

import {
  type Shape,
  type Tensor,
  arrayOf,
  broadcastShapes,
  normalizeAxis,
  sameShape,
  sizeOf,
} from "../../core/index.ts";
import { positions, rangeLength, rangesOf, stridesOf, transpose } from "./element-order.ts";
import { dtypeOfFileCode } from "./proto/codes.ts";
import type { FileNode } from "./read/file-forms.ts";

/** More elements than a mask or a grid has: what grows beyond it from less is no constant worth computing. */
const LARGEST = 2 ** 22;

/** A tensor whose elements are plain numbers. */
interface Numbers {
  readonly dtype: Tensor["dtype"];
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

type Inputs = readonly (Numbers | null)[];
type Fold = (inputs: Inputs, node: FileNode) => Numbers | null;

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Min: Math.min,
  Max: Math.max,
  Pow: (a, b) => a ** b,
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  Equal: (a, b) => a === b,
  Less: (a, b) => a < b,
  Greater: (a, b) => a > b,
};

const functions: Readonly<Record<string, (x: number) => number>> = {
  Neg: (x) => -x,
  Abs: Math.abs,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Reciprocal: (x) => 1 / x,
};

const folds: Readonly<Record<string, Fold | undefined>> = {
  ...mapped(
    arithmetic,
    (compute) =>
      ([a, b]) =>
        pairwise(a, b, compute),
  ),
  ...mapped(comparisons, (compare) => ([a, b]) => {
    const result = pairwise(a, b, (x, y) => Number(compare(x, y)));
    return result === null ? null : { ...result, dtype: "bool" };
  }),
  ...mapped(
    functions,
    (compute) =>
      ([x]) =>
        x === null ? null : { ...x, data: Array.from(x.data, compute) },
  ),
  // whole numbers are divided towards zero
  Div: ([a, b]) => pairwise(a, b, a !== null && isInteger(a) ? (x, y) => Math.trunc(x / y) : (x, y) => x / y),
  Cast: ([x], { attributes: { to }, name }) => {
    if (x === null || typeof to !== "number") return null;
    const dtype = dtypeOfFileCode(to, `Cast node "${name}"`);
    const convert = dtype === "bool" ? (v: number) => Number(v !== 0) : isInteger({ dtype }) ? Math.trunc : Number;
    return { dtype, shape: x.shape, data: Array.from(x.data, (value) => convert(value)) };
  },
  Concat: (inputs, { attributes: { axis } }) => (typeof axis === "number" ? concatenate(inputs, axis) : null),
  ConstantOfShape: ([shape], { attributes: { value } }) => {
    if (shape === null) return null;
    const lengths = Array.from(shape.data);
    if (grows(sizeOf(lengths))) return null;
    const fill = typeof value === "object" && "dtype" in value ? value : null;
    return {
      dtype: fill?.dtype ?? "float32",
      shape: lengths,
      data: Array.from({ length: sizeOf(lengths) }, () => Number(fill?.data[0] ?? 0)),
    };
  },
  DequantizeLinear: ([x, scale, zero], { attributes: { axis = 1 } }) => {
    if (x === null || scale === null || typeof axis !== "number") return null;
    const at = perChannel(x.shape, scale.shape, axis);
    if (at === null) return null;
    const data = Array.from(x.data, (value, index) => (value - (zero?.data[at(index)] ?? 0)) * scale.data[at(index)]);
    return { dtype: "float32", shape: x.shape, data };
  },
  Expand: ([x, shape]) => {
    if (x === null || shape === null) return null;
    const target = broadcastShapes(x.shape, Array.from(shape.data));
    return grows(sizeOf(target), x) ? null : broadcast(x, target);
  },
  Gather: ([x, indices], { attributes: { axis = 0 } }) =>
    x === null || indices === null || typeof axis !== "number" ? null : gather(x, indices, axis),
  Range: ([start, limit, delta]) => {
    if (start === null || limit === null || delta === null) return null;
    const count = Math.max(0, Math.ceil((limit.data[0] - start.data[0]) / delta.data[0]));
    if (!Number.isSafeInteger(count) || grows(count)) return null;
    const data = Array.from({ length: count }, (_, index) => start.data[0] + index * delta.data[0]);
    return { dtype: start.dtype, shape: [count], data };
  },
  ReduceProd: ([x], { attributes: { keepdims = 1, axes } }) =>
    x === null || x.shape.length > 1 || (Array.isArray(axes) && axes.length > 1)
      ? null
      : { dtype: x.dtype, shape: keepdims === 1 ? x.shape.map(() => 1) : [], data: [product(x.data)] },
  Where: ([condition, a, b]) => {
    if (condition === null || a === null || b === null) return null;
    const shape = [condition, a, b].map((one) => one.shape).reduce(broadcastShapes);
    if (grows(sizeOf(shape), condition, a, b)) return null;
    const [test, yes, no] = [condition, a, b].map((one) => broadcast(one, shape).data);
    return { dtype: a.dtype, shape, data: Array.from(test, (value, index) => (value !== 0 ? yes[index] : no[index])) };
  },
};

/** Operators that only change what a constant's axes are called: their type is known, their elements stay. */
const reshaping: ReadonlySet<string> = new Set(["Reshape", "Squeeze", "Unsqueeze", "Flatten"]);

/**
 * The one result of a node whose inputs are constants; null if it is none that is computed here.
 *
 * `outputShape` is what the operator table infers, for operators that move elements.
 */
export function foldNode(
  node: FileNode,
  inputs: readonly (Tensor | null)[],
  outputShape: () => Shape | null,
): Tensor | null {
  const [x = null] = inputs;
  if (reshaping.has(node.opType)) {
    const shape = outputShape();
    return x === null || shape === null ? null : sameShape(shape, x.shape) ? x : { ...x, shape };
  }
  // a constant that stays what it is stays the same one
  if (node.opType === "Identity") return x;
  if (node.opType === "Expand" && x !== null && sameShape(outputShape() ?? [], x.shape)) return x;
  if (node.opType === "Transpose" && x !== null) {
    return outputShape() === null ? null : transpose(x, node.attributes.perm);
  }
  // arithmetic on shapes has few whole numbers, and each of them is held anew here
  const wholes = inputs.reduce((sum, one) => sum + (one?.dtype === "int64" ? one.data.length : 0), 0);
  if (wholes > LARGEST) return null;
  // what is left out counts as null
  const operands = inputs.map(numbersOf);
  const padded = node.opType === "Concat" ? operands : [...operands, null, null, null, null];
  if (node.opType === "Slice") return sliced(node, padded);
  const fold = Object.hasOwn(folds, node.opType) ? folds[node.opType] : undefined;
  const result = fold?.(padded, node) ?? null;
  return result === null ? null : tensorOf(result);
}

function sliced(node: FileNode, [x, starts, ends, axes, steps]: Inputs): Tensor | null {
  if (x === null || starts === null || ends === null || node.inputs.length < 3) return null;
  const each = Array.from(starts.data);
  const given = {
    starts: each,
    ends: Array.from(ends.data),
    axes: Array.from(axes?.data ?? each.keys(), (axis) => normalizeAxis(axis, x.shape.length)),
    steps: Array.from(steps?.data ?? each.map(() => 1)),
  };
  const isWhole = Object.values(given).every(({ length }) => length === each.length);
  if (!isWhole || given.steps.includes(0)) return null;
  const ranges = rangesOf(x.shape, given);
  const strides = stridesOf(x.shape);
  const shape = ranges.map(rangeLength);
  const data = new Float64Array(sizeOf(shape));
  const moved = ranges.map(({ step }, axis) => step * strides[axis]);
  const offset = ranges.reduce((sum, { start }, axis) => sum + start * strides[axis], 0);
  positions(shape, moved, offset, (to, from) => {
    data[to] = x.data[from];
  });
  return tensorOf({ dtype: x.dtype, shape, data });
}

/** True for a result that is large, and larger than what it is made from: a few bytes may ask for any length. */
function grows(size: number, ...from: readonly Numbers[]): boolean {
  return size > Math.max(LARGEST, ...from.map(({ data }) => data.length));
}

function numbersOf(tensor: Tensor | null): Numbers | null {
  if (tensor === null) return null;
  return tensor.dtype === "int64"
    ? { ...tensor, data: Array.from(tensor.data as BigInt64Array, Number) }
    : (tensor as Numbers);
}

function tensorOf({ dtype, shape, data }: Numbers): Tensor {
  if (dtype === "int64") return { dtype, shape, data: BigInt64Array.from(Array.from(data), bigIntOf) };
  return { dtype, shape, data: arrayOf[dtype].from(Array.from(data)) } as Tensor;
}

/** Numbers beyond 64 bits stay at their ends: files write the largest of them for "to the end". */
function bigIntOf(value: number): bigint {
  if (value >= 2 ** 63) return 2n ** 63n - 1n;
  return value < -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(value));
}

function pairwise(a: Numbers | null, b: Numbers | null, compute: (a: number, b: number) => number): Numbers | null {
  if (a === null || b === null) return null;
  const shape = broadcastShapes(a.shape, b.shape);
  if (grows(sizeOf(shape), a, b)) return null;
  const [left, right] = [broadcast(a, shape).data, broadcast(b, shape).data];
  return { dtype: a.dtype, shape, data: Array.from(left, (value, index) => compute(value, right[index])) };
}

function broadcast(x: Numbers, shape: Shape): Numbers {
  const extra = shape.length - x.shape.length;
  const own = stridesOf(x.shape);
  const strides = shape.map((_, axis) => (axis < extra || x.shape[axis - extra] === 1 ? 0 : own[axis - extra]));
  const data = new Float64Array(sizeOf(shape));
  positions(shape, strides, 0, (to, from) => {
    data[to] = x.data[from];
  });
  return { dtype: x.dtype, shape, data };
}

function concatenate(inputs: Inputs, axis: number): Numbers | null {
  const parts = inputs.filter((input) => input !== null);
  if (parts.length !== inputs.length || parts.length === 0) return null;
  const [first] = parts;
  const at = normalizeAxis(axis, first.shape.length);
  const outer = sizeOf(first.shape.slice(0, at));
  if (grows(parts.reduce((sum, part) => sum + sizeOf(part.shape), 0))) return null;
  const data: number[] = [];
  for (let row = 0; row < outer; row++) {
    for (const part of parts) {
      const inner = sizeOf(part.shape.slice(at));
      for (let index = row * inner; index < (row + 1) * inner; index++) data.push(part.data[index]);
    }
  }
  const length = parts.reduce((sum, part) => sum + part.shape[at], 0);
  return { dtype: first.dtype, shape: first.shape.map((one, index) => (index === at ? length : one)), data };
}

function gather(x: Numbers, indices: Numbers, axis: number): Numbers | null {
  const at = normalizeAxis(axis, x.shape.length);
  const [outer, length, inner] = [x.shape.slice(0, at), x.shape[at], x.shape.slice(at + 1)];
  const [rows, width] = [sizeOf(outer), sizeOf(inner)];
  if (grows(rows * indices.data.length * width, x)) return null;
  const data: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (const index of Array.from(indices.data)) {
      const start = (row * length + (index < 0 ? index + length : index)) * width;
      for (let column = 0; column < width; column++) data.push(x.data[start + column]);
    }
  }
  return { dtype: x.dtype, shape: [...outer, ...indices.shape, ...inner], data };
}

/** Which entry of a scale belongs to an element; null if it is neither one number nor one a channel. */
function perChannel(shape: Shape, scale: Shape, axis: number): ((index: number) => number) | null {
  if (sizeOf(scale) === 1) return () => 0;
  const at = normalizeAxis(axis, shape.length);
  if (scale.length !== 1 || scale[0] !== shape[at]) return null;
  const inner = sizeOf(shape.slice(at + 1));
  return (index) => Math.floor(index / inner) % shape[at];
}

function product(data: ArrayLike<number>): number {
  return Array.from(data).reduce((result, value) => result * value, 1);
}

function isInteger({ dtype }: { dtype: Tensor["dtype"] }): boolean {
  return dtype !== "float32" && dtype !== "float64" && dtype !== "float16";
}

function mapped<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

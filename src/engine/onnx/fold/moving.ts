/** @file Computes what moves elements, picks them or makes a pattern of them. */

import { type Shape, broadcastShapes, normalizeAxis, sizeOf } from "../../../core/index.ts";
import { positions, rangeLength, rangesOf, stridesOf } from "../element-order.ts";
import { dtypeOfFileCode } from "../proto/codes.ts";
import { type Fold, type Inputs, type Numbers, broadcast, grows, strided } from "./numbers.ts";

export const movingFolds: Readonly<Record<string, Fold | undefined>> = {
  Concat: (inputs, { attributes: { axis }, inputs: names }) =>
    typeof axis === "number" ? concatenate(inputs.slice(0, names.length), axis) : null,
  ConstantOfShape: ([shape], { attributes: { value } }) => {
    if (shape === null) return null;
    const fill = typeof value === "object" && "dtype" in value ? value : null;
    return filled(Array.from(shape.data), { dtype: fill?.dtype ?? "float32", value: Number(fill?.data[0] ?? 0) });
  },
  EyeLike: ([x], { attributes: { dtype, k = 0 }, name }) => {
    if (x?.shape.length !== 2 || typeof k !== "number") return null;
    const type = typeof dtype === "number" ? dtypeOfFileCode(dtype, `EyeLike node "${name}"`) : x.dtype;
    return { dtype: type, shape: x.shape, data: byPlace(x, (row, column) => Number(column - row === k)) };
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
  GatherElements: ([x, indices], { attributes: { axis = 0 } }) => {
    if (x === null || indices === null || typeof axis !== "number") return null;
    const at = elementPlaces(x, indices, axis);
    return { dtype: x.dtype, shape: indices.shape, data: at.map((place) => x.data[place]) };
  },
  GatherND: ([x, indices], { attributes: { batch_dims: batchDims = 0 } }) => {
    if (x === null || indices === null || batchDims !== 0) return null;
    const { places, inner } = rowPlaces(x, indices);
    if (grows(places.length * inner, x)) return null;
    const data = places.flatMap((place) => Array.from({ length: inner }, (_, index) => x.data[place + index]));
    const tail = x.shape.slice(indices.shape[indices.shape.length - 1]);
    return { dtype: x.dtype, shape: [...indices.shape.slice(0, -1), ...tail], data };
  },
  ScatterElements: ([x, indices, updates], { attributes: { axis = 0, reduction = "none" } }) => {
    if (x === null || indices === null || updates === null || typeof axis !== "number") return null;
    return scattered(x, { places: elementPlaces(x, indices, axis), inner: 1, updates, reduction });
  },
  ScatterND: ([x, indices, updates], { attributes: { reduction = "none" } }) => {
    if (x === null || indices === null || updates === null) return null;
    return scattered(x, { ...rowPlaces(x, indices), updates, reduction });
  },
  NonZero: ([x]) => {
    if (x === null) return null;
    const strides = stridesOf(x.shape);
    const found = Array.from(x.data, (value, index) => (value === 0 ? -1 : index)).filter((index) => index >= 0);
    const data = x.shape.flatMap((length, axis) => found.map((index) => Math.floor(index / strides[axis]) % length));
    return { dtype: "int64", shape: [x.shape.length, found.length], data };
  },
  OneHot: ([indices, depth, values], { attributes: { axis = -1 } }) => {
    if (indices === null || depth === null || values === null || typeof axis !== "number") return null;
    const [length, rank] = [depth.data[0], indices.shape.length + 1];
    const at = normalizeAxis(axis, rank);
    const shape = [...indices.shape.slice(0, at), length, ...indices.shape.slice(at)];
    const result = filled(shape, { dtype: values.dtype, value: values.data[0] });
    if (result === null) return null;
    const [data, inner] = [Float64Array.from(result.data), sizeOf(shape.slice(at + 1))];
    for (const [index, given] of Array.from(indices.data).entries()) {
      const hot = given < 0 ? given + length : given;
      if (hot < 0 || hot >= length) continue;
      data[(Math.floor(index / inner) * length + hot) * inner + (index % inner)] = values.data[1];
    }
    return { ...result, data };
  },
  Pad: ([x, pads, value, axes], { attributes: { mode = "constant" } }) => {
    if (x === null || pads === null || mode !== "constant") return null;
    return padded(x, { pads: everyAxis(pads.data, axes, x.shape.length), value: value?.data[0] ?? 0 });
  },
  Range: ([start, limit, delta]) => {
    if (start === null || limit === null || delta === null) return null;
    const count = Math.max(0, Math.ceil((limit.data[0] - start.data[0]) / delta.data[0]));
    if (!Number.isSafeInteger(count) || grows(count)) return null;
    const data = Array.from({ length: count }, (_, index) => start.data[0] + index * delta.data[0]);
    return { dtype: start.dtype, shape: [count], data };
  },
  Slice: (inputs, { inputs: names }) => (names.length < 3 ? null : sliced(inputs)),
  Tile: ([x, repeats]) => {
    if (x?.shape.length !== repeats?.data.length || x === null || repeats === null) return null;
    const times = Array.from(repeats.data);
    if (grows(x.data.length * times.reduce((product, one) => product * one, 1), x)) return null;
    const [strides, own] = [stridesOf(x.shape), x.shape.map((length, axis) => [times[axis], length])];
    // each axis as two: the repeats, which stand still, and the axis itself
    const spread = strided(x, { shape: own.flat(), strides: strides.flatMap((stride) => [0, stride]), offset: 0 });
    return { ...spread, shape: own.map(([count, length]) => count * length) };
  },
  Trilu: ([x, k], { attributes: { upper = 1 } }) => {
    if (x === null || x.shape.length < 2) return null;
    const diagonal = k?.data[0] ?? 0;
    const isKept = (row: number, column: number): boolean =>
      upper === 1 ? column - row >= diagonal : column - row <= diagonal;
    return { ...x, data: byPlace(x, (row, column, value) => (isKept(row, column) ? value : 0)) };
  },
};

function filled(shape: Shape, { dtype, value }: { dtype: Numbers["dtype"]; value: number }): Numbers | null {
  if (grows(sizeOf(shape)) || shape.some((length) => length < 0)) return null;
  return { dtype, shape, data: new Float64Array(sizeOf(shape)).fill(value) };
}

/** A value for each element by its row and column, those of the last two axes. */
function byPlace({ shape, data }: Numbers, compute: (row: number, column: number, value: number) => number): number[] {
  const [rows, columns] = shape.slice(-2);
  return Array.from(data, (value, index) => compute(Math.floor(index / columns) % rows, index % columns, value));
}

function sliced([x, starts, ends, axes, steps]: Inputs): Numbers | null {
  if (x === null || starts === null || ends === null) return null;
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
  const own = stridesOf(x.shape);
  const offset = ranges.reduce((sum, { start }, axis) => sum + start * own[axis], 0);
  const strides = ranges.map(({ step }, axis) => step * own[axis]);
  return strided(x, { shape: ranges.map(rangeLength), strides, offset });
}

/** All begins, then all ends, of which a list of axes may name some. */
function everyAxis(pads: ArrayLike<number>, axes: Numbers | null, rank: number): readonly number[] {
  if (axes === null) return Array.from(pads);
  const result = Array.from({ length: 2 * rank }, () => 0);
  for (const [index, axis] of Array.from(axes.data).entries()) {
    const at = normalizeAxis(axis, rank);
    result[at] = pads[index];
    result[at + rank] = pads[index + axes.data.length];
  }
  return result;
}

function padded(x: Numbers, { pads, value }: { pads: readonly number[]; value: number }): Numbers | null {
  const rank = x.shape.length;
  if (pads.length !== 2 * rank || pads.some((pad) => pad < 0)) return null;
  const shape = x.shape.map((length, axis) => length + pads[axis] + pads[axis + rank]);
  const result = filled(shape, { dtype: x.dtype, value });
  if (result === null) return null;
  const [data, strides] = [Float64Array.from(result.data), stridesOf(shape)];
  const offset = strides.reduce((sum, stride, axis) => sum + stride * pads[axis], 0);
  positions(x.shape, strides, offset, (from, to) => {
    data[to] = x.data[from];
  });
  return { ...result, data };
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

/** Where the elements of x lie that indices name along an axis, each at its own place on the others. */
function elementPlaces(x: Numbers, indices: Numbers, axis: number): number[] {
  const at = normalizeAxis(axis, x.shape.length);
  const [strides, own] = [stridesOf(x.shape), stridesOf(indices.shape)];
  return Array.from(indices.data, (index, place) =>
    indices.shape.reduce((sum, length, one) => {
      const coordinate = one === at ? (index < 0 ? index + x.shape[at] : index) : Math.floor(place / own[one]) % length;
      return sum + coordinate * strides[one];
    }, 0),
  );
}

/** Where the rows of x begin whose coordinates on its first axes the last axis of indices says, and how long they are. */
function rowPlaces(x: Numbers, indices: Numbers): { places: number[]; inner: number } {
  const depth = indices.shape[indices.shape.length - 1];
  const strides = stridesOf(x.shape);
  const given = Array.from(indices.data);
  const places = Array.from({ length: depth === 0 ? 0 : given.length / depth }, (_, row) =>
    given
      .slice(row * depth, (row + 1) * depth)
      .reduce((sum, index, axis) => sum + (index < 0 ? index + x.shape[axis] : index) * strides[axis], 0),
  );
  return { places, inner: sizeOf(x.shape.slice(depth)) };
}

function scattered(
  x: Numbers,
  {
    places,
    inner,
    updates,
    reduction,
  }: { places: readonly number[]; inner: number; updates: Numbers; reduction: unknown },
): Numbers | null {
  if (reduction !== "none" && reduction !== "add") return null;
  const data = Float64Array.from(x.data);
  for (const [row, place] of places.entries()) {
    for (let index = 0; index < inner; index++) {
      const update = updates.data[row * inner + index];
      data[place + index] = reduction === "add" ? data[place + index] + update : update;
    }
  }
  return { ...x, data };
}

/** Which entry of a scale belongs to an element; null if it is neither one number nor one a channel. */
function perChannel(shape: Shape, scale: Shape, axis: number): ((index: number) => number) | null {
  if (sizeOf(scale) === 1) return () => 0;
  const at = normalizeAxis(axis, shape.length);
  if (scale.length !== 1 || scale[0] !== shape[at]) return null;
  const inner = sizeOf(shape.slice(at + 1));
  return (index) => Math.floor(index / inner) % shape[at];
}

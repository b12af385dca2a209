/** @file Computes along axes: sums, products, extremes, and where the extremes lie. */

import { normalizeAxis, sizeOf } from "../../../core/index.ts";
import { stridesOf } from "../element-order.ts";
import { type Fold, type Numbers, listOf, strided } from "./numbers.ts";

const reductions: Readonly<Record<string, (row: readonly number[]) => number>> = {
  ReduceSum: sum,
  ReduceMean: (row) => sum(row) / row.length,
  ReduceProd: (row) => row.reduce((product, value) => product * value, 1),
  ReduceMax: largest,
  ReduceMin: (row) => -largest(row.map((value) => -value)),
  ReduceL2: (row) => Math.sqrt(row.reduce((total, value) => total + value * value, 0)),
};

export const reductionFolds: Readonly<Record<string, Fold | undefined>> = {
  ...Object.fromEntries(Object.entries(reductions).map(([opType, reduce]) => [opType, reduction(reduce)])),
  ArgMax: position((row) => row.indexOf(largest(row))),
  ArgMin: position((row) => row.indexOf(-largest(row.map((value) => -value)))),
  CumSum: ([x, axis], { attributes: { exclusive = 0, reverse = 0 } }) => {
    if (x === null || axis === null) return null;
    const at = normalizeAxis(axis.data[0], x.shape.length);
    const { rows } = rowsAlong(x, [at]);
    const data = new Float64Array(x.data.length);
    const [step, places] = [stridesOf(x.shape)[at], firstPlaces(x, at)];
    for (const [index, row] of rows.entries()) {
      let total = 0;
      for (let k = 0; k < row.length; k++) {
        const place = reverse === 1 ? row.length - 1 - k : k;
        data[places[index] + place * step] = exclusive === 1 ? total : total + row[place];
        total += row[place];
      }
    }
    return { ...x, data };
  },
};

function reduction(reduce: (row: readonly number[]) => number): Fold {
  return ([x, axesInput], { attributes: { axes, keepdims = 1, noop_with_empty_axes: noop = 0 } }) => {
    if (x === null) return null;
    const named = listOf(axesInput, axes) ?? [];
    if (named.length === 0 && noop === 1) return x;
    const reduced = named.length === 0 ? [...x.shape.keys()] : named.map((axis) => normalizeAxis(axis, x.shape.length));
    const { shape, rows } = rowsAlong(x, reduced);
    const kept = keepdims === 1 ? shape : shape.filter((_, axis) => !reduced.includes(axis));
    return { dtype: x.dtype, shape: kept, data: rows.map(reduce) };
  };
}

function position(find: (row: readonly number[]) => number): Fold {
  return ([x], { attributes: { axis = 0, keepdims = 1, select_last_index: last = 0 } }) => {
    if (x === null || typeof axis !== "number" || last !== 0) return null;
    const at = normalizeAxis(axis, x.shape.length);
    const { shape, rows } = rowsAlong(x, [at]);
    return { dtype: "int64", shape: keepdims === 1 ? shape : shape.toSpliced(at, 1), data: rows.map(find) };
  };
}

/** The elements that are reduced to one, for each of the result; its shape has 1 for the axes that are reduced. */
function rowsAlong(x: Numbers, reduced: readonly number[]): { shape: number[]; rows: number[][] } {
  const isReduced = (axis: number): boolean => reduced.includes(axis);
  const order = [...x.shape.keys()].sort((a, b) => Number(isReduced(a)) - Number(isReduced(b)) || a - b);
  const strides = stridesOf(x.shape);
  const turned = strided(x, { shape: order.map((a) => x.shape[a]), strides: order.map((a) => strides[a]), offset: 0 });
  const shape = x.shape.map((length, axis) => (isReduced(axis) ? 1 : length));
  const [count, width] = [sizeOf(shape), x.data.length / Math.max(1, sizeOf(shape))];
  const data = Array.from(turned.data);
  return { shape, rows: Array.from({ length: count }, (_, row) => data.slice(row * width, (row + 1) * width)) };
}

/** Where each row along an axis begins, in the order of {@link rowsAlong}. */
function firstPlaces(x: Numbers, axis: number): ArrayLike<number> {
  const places: Numbers = {
    dtype: "int64",
    shape: x.shape,
    data: Array.from({ length: x.data.length }, (_, at) => at),
  };
  return rowsAlong(places, [axis]).rows.map(([first]) => first);
}

function sum(row: readonly number[]): number {
  return row.reduce((total, value) => total + value, 0);
}

function largest(row: readonly number[]): number {
  return row.reduce((most, value) => Math.max(most, value), -Infinity);
}

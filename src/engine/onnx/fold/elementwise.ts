/** @file Computes element by element. */

import { broadcastShapes, sizeOf } from "../../../core/index.ts";
import { dtypeOfFileCode } from "../proto/codes.ts";
import { type Fold, type Numbers, broadcast, grows, isInteger, pairwise } from "./numbers.ts";

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Pow: (a, b) => a ** b,
  And: (a, b) => Number(a !== 0 && b !== 0),
  Or: (a, b) => Number(a !== 0 || b !== 0),
  Xor: (a, b) => Number((a !== 0) !== (b !== 0)),
};

const extremes: Readonly<Record<string, (a: number, b: number) => number>> = { Min: Math.min, Max: Math.max };

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  Equal: (a, b) => a === b,
  Less: (a, b) => a < b,
  LessOrEqual: (a, b) => a <= b,
  Greater: (a, b) => a > b,
  GreaterOrEqual: (a, b) => a >= b,
};

const functions: Readonly<Record<string, (x: number) => number>> = {
  Neg: (x) => -x,
  Abs: Math.abs,
  Sign: Math.sign,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: toNearestEven,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Sin: Math.sin,
  Cos: Math.cos,
  Tanh: Math.tanh,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Reciprocal: (x) => 1 / x,
  Not: (x) => Number(x === 0),
};

export const elementwiseFolds: Readonly<Record<string, Fold | undefined>> = {
  ...mapped(
    arithmetic,
    (compute): Fold =>
      ([a, b]) =>
        pairwise(a, b, compute),
  ),
  ...mapped(extremes, (compute): Fold => (inputs, { inputs: names }) => {
    const [first = null, ...others] = inputs.slice(0, names.length);
    return others.reduce((result, other) => pairwise(result, other, compute), first);
  }),
  ...mapped(comparisons, (compare): Fold => ([a, b]) => {
    const result = pairwise(a, b, (x, y) => Number(compare(x, y)));
    return result === null ? null : { ...result, dtype: "bool" };
  }),
  ...mapped(
    functions,
    (compute): Fold =>
      ([x]) =>
        x === null ? null : { ...x, data: Array.from(x.data, compute) },
  ),
  // whole numbers are divided towards zero
  Div: ([a, b]) => pairwise(a, b, a !== null && isInteger(a) ? (x, y) => Math.trunc(x / y) : (x, y) => x / y),
  // the sign is the divisor's, or with fmod the dividend's
  Mod: ([a, b], { attributes: { fmod = 0 } }) =>
    pairwise(a, b, (x, y) => (fmod === 1 ? x % y : x - y * Math.floor(x / y))),
  Cast: ([x], { attributes: { to }, name }) => {
    if (x === null || typeof to !== "number") return null;
    const dtype = dtypeOfFileCode(to, `Cast node "${name}"`);
    const convert = dtype === "bool" ? (v: number) => Number(v !== 0) : isInteger({ dtype }) ? Math.trunc : Number;
    return { dtype, shape: x.shape, data: Array.from(x.data, (value) => convert(value)) };
  },
  Clip: ([x, low, high]) => {
    if (x === null) return null;
    const [least, most] = [low?.data[0] ?? -Infinity, high?.data[0] ?? Infinity];
    return { ...x, data: Array.from(x.data, (value) => Math.min(Math.max(value, least), most)) };
  },
  Where: ([condition, a, b]) => {
    if (condition === null || a === null || b === null) return null;
    const shape = [condition, a, b].map((one) => one.shape).reduce(broadcastShapes);
    if (grows(sizeOf(shape), condition, a, b)) return null;
    const [test, yes, no] = [condition, a, b].map((one): Numbers["data"] => broadcast(one, shape).data);
    return { dtype: a.dtype, shape, data: Array.from(test, (value, index) => (value !== 0 ? yes[index] : no[index])) };
  },
};

function toNearestEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

function mapped<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

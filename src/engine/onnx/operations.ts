/** @file A graph builder with one method an operator, for code that reads like the formula. */

import { type DType, type Shape, float32, int64, scalar } from "../../core/index.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { RawAttribute, Value } from "./graph.ts";
import { dtypeCodes } from "./proto/codes.ts";

type Attributes = Readonly<Record<string, RawAttribute>>;

/** Attribute and constant-input operators take plain numbers here; everything else takes values. */
export class Operations extends GraphBuilder {
  /** A float32 scalar constant. */
  scalar(value: number): Value {
    return this.constant(scalar(value));
  }

  /** A constant int64 vector. */
  ints(values: readonly number[]): Value {
    return this.constant(int64(values));
  }

  /** A constant float32 vector. */
  floats(values: readonly number[]): Value {
    return this.constant(float32(values));
  }

  add = (a: Value, b: Value): Value => this.op("Add", [a, b]);
  sub = (a: Value, b: Value): Value => this.op("Sub", [a, b]);
  /** a * b; the number 1, as a constant, is left out. */
  mul = (a: Value, b: Value): Value => (this.#isOne(b) ? a : this.#isOne(a) ? b : this.op("Mul", [a, b]));
  div = (a: Value, b: Value): Value => this.op("Div", [a, b]);
  pow = (a: Value, b: Value): Value => this.op("Pow", [a, b]);
  max = (a: Value, b: Value): Value => this.op("Max", [a, b]);
  min = (a: Value, b: Value): Value => this.op("Min", [a, b]);
  /** a * factor, for a plain number. */
  scale = (a: Value, factor: number): Value => this.mul(a, this.scalar(factor));
  neg = (a: Value): Value => this.op("Neg", [a]);
  exp = (a: Value): Value => this.op("Exp", [a]);
  log = (a: Value): Value => this.op("Log", [a]);
  sqrt = (a: Value): Value => this.op("Sqrt", [a]);
  sign = (a: Value): Value => this.op("Sign", [a]);
  erf = (a: Value): Value => this.op("Erf", [a]);
  sin = (a: Value): Value => this.op("Sin", [a]);
  cos = (a: Value): Value => this.op("Cos", [a]);
  tanh = (a: Value): Value => this.op("Tanh", [a]);
  sigmoid = (a: Value): Value => this.op("Sigmoid", [a]);
  relu = (a: Value): Value => this.op("Relu", [a]);
  square = (a: Value): Value => this.mul(a, a);
  reciprocal = (a: Value): Value => this.op("Reciprocal", [a]);
  softmax = (a: Value, axis = -1): Value => this.op("Softmax", [a], { axis });
  logSoftmax = (a: Value, axis = -1): Value => this.op("LogSoftmax", [a], { axis });

  equal = (a: Value, b: Value): Value => this.op("Equal", [a, b]);
  greater = (a: Value, b: Value): Value => this.op("Greater", [a, b]);
  less = (a: Value, b: Value): Value => this.op("Less", [a, b]);
  where = (condition: Value, a: Value, b: Value): Value => this.op("Where", [condition, a, b]);
  cast = (a: Value, to: DType): Value => (a.dtype === to ? a : this.op("Cast", [a], { to: dtypeCodes[to] }));

  matMul = (a: Value, b: Value): Value => this.op("MatMul", [a, b]);
  gemm = (a: Value, b: Value, c: Value | null = null, attributes: Attributes = {}): Value =>
    this.op("Gemm", c === null ? [a, b] : [a, b, c], attributes);
  /** Batched product of optionally transposed matrices: onnxruntime's FusedMatMul. */
  fusedMatMul = (a: Value, b: Value, attributes: { transA?: 0 | 1; transB?: 0 | 1; alpha?: number }): Value =>
    this.op("FusedMatMul", [a, b], attributes, { domain: "com.microsoft" });
  conv = (x: Value, weight: Value, attributes: Attributes): Value => this.op("Conv", [x, weight], attributes);

  reshape = (a: Value, shape: Shape): Value =>
    shape.length === a.shape.length && shape.every((length, axis) => length === a.shape[axis])
      ? a
      : this.op("Reshape", [a, this.ints(shape)], { allowzero: 0 });
  transpose = (a: Value, perm: readonly number[]): Value => this.op("Transpose", [a], { perm });
  expand = (a: Value, shape: Shape): Value => this.op("Expand", [a, this.ints(shape)]);
  concat = (values: readonly Value[], axis: number): Value =>
    values.length === 1 ? values[0] : this.op("Concat", values, { axis });
  gather = (a: Value, indices: Value, axis: number): Value => this.op("Gather", [a, indices], { axis });
  /** Elements from start to end (exclusive) on the given axes. */
  slice = (
    a: Value,
    {
      starts,
      ends,
      axes,
      steps,
    }: { starts: readonly number[]; ends: readonly number[]; axes: readonly number[]; steps?: readonly number[] },
  ): Value =>
    this.op("Slice", [a, this.ints(starts), this.ints(ends), this.ints(axes), this.ints(steps ?? axes.map(() => 1))]);
  /** Zero padding: all begins, then all ends. */
  pad = (a: Value, pads: readonly number[]): Value =>
    pads.every((length) => length === 0) ? a : this.op("Pad", [a, this.ints(pads)], { mode: "constant" });
  reduceSum = (a: Value, axes: readonly number[], keepdims: 0 | 1 = 0): Value =>
    this.op("ReduceSum", [a, this.ints(axes)], { keepdims });
  reduceMean = (a: Value, axes: readonly number[], keepdims: 0 | 1 = 0): Value =>
    this.op("ReduceMean", [a], { axes, keepdims });

  /** The value with `step - 1` zeros after every element along one axis. */
  spaceOut = (a: Value, { axis, step }: { axis: number; step: number }): Value => {
    if (step === 1) return a;
    const split = [...a.shape.slice(0, axis + 1), 1, ...a.shape.slice(axis + 1)];
    const pads = Array.from({ length: 2 * split.length }, (_, index) =>
      index === split.length + axis + 1 ? step - 1 : 0,
    );
    const spaced = a.shape.map((length, index) => (index === axis ? length * step : length));
    return this.reshape(this.pad(this.reshape(a, split), pads), spaced);
  };

  #isOne(value: Value): boolean {
    return value.shape.length === 0 && value.dtype === "float32" && Number(this.constantOf(value)?.data[0]) === 1;
  }
}

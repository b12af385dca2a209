/** @file Tensors: what is copied, what is shared, and when two are the same. */

import { describe, expect, test } from "vitest";
import { bitIdentical, bytesOf, float32, int64, scalar, zeros } from "./tensor.ts";

describe("float32", () => {
  test("takes numbers, as a vector unless a shape is given", () => {
    expect(float32([1, 2, 3]).shape).toEqual([3]);
    expect(float32([1, 2, 3, 4], [2, 2])).toEqual({
      dtype: "float32",
      shape: [2, 2],
      data: new Float32Array([1, 2, 3, 4]),
    });
  });

  test("does not copy an array", () => {
    const data = new Float32Array(2);
    expect(float32(data).data).toBe(data);
  });

  test("refuses data that do not fill the shape", () => {
    expect(() => float32([1, 2, 3], [2, 2])).toThrow("internal: tensor [2, 2] over 3 elements");
  });
});

test("int64, scalar and zeros have the element types and shapes their names say", () => {
  expect(int64([-1, 2 ** 53 - 1]).data).toEqual(new BigInt64Array([-1n, 9007199254740991n]));
  expect(scalar(0.5)).toEqual({ dtype: "float32", shape: [], data: new Float32Array([0.5]) });
  expect(zeros([2, 3])).toEqual({ dtype: "float32", shape: [2, 3], data: new Float32Array(6) });
});

test("bytesOf shares the tensor's own part of its memory", () => {
  const whole = new Float32Array([1, 2, 3]);
  const bytes = bytesOf(float32(whole.subarray(1)));
  expect(bytes).toHaveLength(8);
  bytes.fill(0);
  expect(whole).toEqual(new Float32Array([1, 0, 0]));
});

describe("bitIdentical", () => {
  const a = float32([1, Number.NaN], [2]);

  test("is true for equal bits, also NaN's", () => {
    expect(bitIdentical(a, float32([1, Number.NaN], [2]))).toBe(true);
  });

  test("tells apart values, signs of 0, shapes and element types", () => {
    expect(bitIdentical(a, float32([2, Number.NaN], [2]))).toBe(false);
    expect(bitIdentical(float32([0]), float32([-0]))).toBe(false);
    expect(bitIdentical(a, float32([1, Number.NaN], [2, 1]))).toBe(false);
    expect(bitIdentical(zeros([1]), { dtype: "int32", shape: [1], data: new Int32Array(1) })).toBe(false);
  });
});

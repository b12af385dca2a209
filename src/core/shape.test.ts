/** @file Shapes: sizes, broadcasting and axes. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GraphError } from "./errors.ts";
import { broadcastShapes, formatShape, normalizeAxis, sameShape, sizeOf } from "./shape.ts";

const shapes = fc.array(fc.constantFrom(1, 3), { maxLength: 4 });

test("the size of a shape is the product of its lengths, 1 for a scalar and 0 for nothing", () => {
  expect([sizeOf([2, 3, 4]), sizeOf([]), sizeOf([5, 0])]).toEqual([24, 1, 0]);
});

test("shapes are printed as error messages have them", () => {
  expect([formatShape([64, 3, 32]), formatShape([])]).toEqual(["[64, 3, 32]", "[]"]);
});

test("shapes are the same where rank and lengths are", () => {
  expect([sameShape([2, 3], [2, 3]), sameShape([2, 3], [3, 2]), sameShape([2], [2, 1]), sameShape([], [])]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

describe("broadcastShapes", () => {
  test.each([
    { a: [2, 3], b: [3], result: [2, 3] },
    { a: [3, 1], b: [4, 1, 2], result: [4, 3, 2] },
    { a: [], b: [2], result: [2] },
    { a: [0], b: [1], result: [0] },
    { a: [], b: [], result: [] },
  ])("of $a and $b is $result", ({ a, b, result }) => {
    expect(broadcastShapes(a, b)).toEqual(result);
  });

  test("does not depend on the order", () => {
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        expect(broadcastShapes(a, b)).toEqual(broadcastShapes(b, a));
        expect(broadcastShapes(a, a)).toEqual(a);
      }),
      { seed: 1 },
    );
  });

  test("refuses lengths that differ, both not 1", () => {
    expect(() => broadcastShapes([2, 3], [2])).toThrow(
      new GraphError("broadcast: expected equal lengths or 1 on every axis, got [2, 3] and [2]."),
    );
    expect(() => broadcastShapes([0], [2])).toThrow(GraphError);
  });
});

describe("normalizeAxis", () => {
  test("counts negative axes from the end", () => {
    expect([normalizeAxis(0, 3), normalizeAxis(2, 3), normalizeAxis(-1, 3), normalizeAxis(-3, 3)]).toEqual([
      0, 2, 2, 0,
    ]);
  });

  test.each([3, -4, 0.5, Number.NaN])("refuses %d of three axes", (axis) => {
    expect(() => normalizeAxis(axis, 3)).toThrow(new GraphError(`axis: expected an integer in [-3, 3), got ${axis}.`));
  });
});

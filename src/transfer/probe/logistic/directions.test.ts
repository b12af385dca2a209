import { expect, test } from "vitest";
import { drawnProblem, rowsIn, valuesOf } from "../probe-data.fixture.ts";
import { standardizationOf, standardizeRows } from "../standardization.ts";
import { leadingDirections } from "./directions.ts";
import { dot } from "./vectors.ts";

const session = { threads: 1 };

/** Rows whose mean square along axis k is (k + 1)^-2 times as large as along the first, and 0 between axes. */
function rowsAlongAxes(width: number): { rows: ReturnType<typeof rowsIn>; spreads: number[] } {
  const count = 2 * width;
  const values = new Float32Array(count * width);
  for (let axis = 0; axis < width; axis++) {
    values[2 * axis * width + axis] = 100 / (axis + 1);
    values[(2 * axis + 1) * width + axis] = -100 / (axis + 1);
  }
  return {
    rows: rowsIn(values, width),
    spreads: Array.from({ length: width }, (_, k) => (100 / (k + 1)) ** 2 / width),
  };
}

test("all directions of few features are found, with the mean square along each", async () => {
  const { rows, spreads } = rowsAlongAxes(6);
  const found = await leadingDirections(rows, { seed: 1, session });
  expect(found.vectors).toHaveLength(6);
  // float32 products of X^T X: relative to the largest
  found.spreads.forEach((spread, index) =>
    expect(Math.abs(spread / spreads[0] - (index + 1) ** -2)).toBeLessThan(1e-5),
  );
  found.vectors.forEach((vector, index) => expect(Math.abs(vector[index])).toBeCloseTo(1, 3));
  expect(found.rest / spreads[0]).toBeLessThan(1e-6);
});

test("of many features the 32 largest are found, nearly, and the rest share what is left", async () => {
  const { rows, spreads } = rowsAlongAxes(100);
  const { vectors, spreads: found, rest } = await leadingDirections(rows, { seed: 1, session });
  expect(found).toHaveLength(32);
  // the smaller ones are mixed with those that are left out
  for (let index = 0; index < 16; index++) expect(found[index] / spreads[index]).toBeCloseTo(1, 1);
  const left = spreads.reduce((sum, spread) => sum + spread, 0) - found.reduce((sum, spread) => sum + spread, 0);
  expect(rest / (left / 68)).toBeCloseTo(1, 3);
  for (const [a, one] of vectors.entries()) {
    for (const [b, other] of vectors.entries()) expect(dot(one, other)).toBeCloseTo(a === b ? 1 : 0, 8);
  }
});

test("there are no more than rows", async () => {
  const { rows } = drawnProblem({ seed: 4, count: 5, width: 30, numClasses: 2 });
  const centered = standardizeRows(rows, standardizationOf(rows));
  const { spreads, rest } = await leadingDirections(centered, { seed: 1, session });
  const values = valuesOf(centered);
  const total = values.reduce((sum, value) => sum + value ** 2, 0) / 5;
  expect(spreads.length).toBeLessThanOrEqual(5);
  expect(spreads.reduce((sum, spread) => sum + spread, 0)).toBeCloseTo(total, 4);
  expect(rest).toBeLessThan(1e-6 * total);
});

test("there are none where all features are 0", async () => {
  const found = await leadingDirections(rowsIn(new Float32Array(12), 4), { seed: 1, session });
  expect(found).toEqual({ width: 4, vectors: [], spreads: [], rest: 0 });
});

test("they depend on the seed alone", async () => {
  const { rows } = drawnProblem({ seed: 4, count: 90, width: 60, numClasses: 2 });
  const first = await leadingDirections(rows, { seed: 1, session });
  expect(await leadingDirections(rows, { seed: 1, session })).toEqual(first);
  expect(await leadingDirections(rows, { seed: 2, session })).not.toEqual(first);
});

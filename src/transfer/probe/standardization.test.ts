import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TrainingError } from "../../core/index.ts";
import { largest as largestOf, sumOf } from "./logistic/vectors.ts";
import { drawnProblem, logitsOf, rowsIn, valuesOf } from "./probe-data.fixture.ts";
import { foldStandardization, standardizationOf, standardizeRows } from "./standardization.ts";

describe("standardizationOf", () => {
  test("gives mean and 1 / deviation of each feature", () => {
    const { mean, scale } = standardizationOf(rowsIn([1, -4, 3, -4.5, 5, -3.5], 2));
    expect([...mean]).toEqual([3, -4]);
    expect(scale[0]).toBeCloseTo(1 / Math.sqrt(8 / 3), 12);
    expect(scale[1]).toBeCloseTo(1 / Math.sqrt(0.5 / 3), 12);
  });

  test("leaves out features that do not vary, or by less than a millionth of the one that varies most", () => {
    const rows = rowsIn([7, 0, 1e6, 0.1, 7, 0.5, -1e6, 0.1, 7, 2, 1e6, 0.1], 4);
    const { scale } = standardizationOf(rows);
    expect([...scale].map((value) => value > 0)).toEqual([false, false, true, false]);
  });

  test("keeps its digits far from 0", () => {
    const far = standardizationOf(rowsIn([2 ** 20 + 1, 2 ** 20 + 2, 2 ** 20 + 4], 1));
    const near = standardizationOf(rowsIn([1, 2, 4], 1));
    expect(far.mean[0]).toBe(2 ** 20 + near.mean[0]);
    expect(far.scale[0]).toBeCloseTo(near.scale[0], 12);
  });

  test("is the same over several blocks of rows", () => {
    const [count, width] = [1000, 1280];
    const { rows } = drawnProblem({ seed: 3, count, width, numClasses: 2 });
    const values = valuesOf(rows);
    const { mean, scale } = standardizationOf(rows);
    for (const feature of [0, 640, 1279]) {
      const own = Array.from({ length: count }, (_, row) => values[row * width + feature]);
      const expected = own.reduce((sum, value) => sum + value, 0) / count;
      const variance = own.reduce((sum, value) => sum + (value - expected) ** 2, 0) / count;
      expect(mean[feature]).toBeCloseTo(expected, 12);
      expect(scale[feature]).toBeCloseTo(1 / Math.sqrt(variance), 10);
    }
  });

  test("leaves out rows of weight 0, and counts all others alike", () => {
    const some = standardizationOf(rowsIn([9, 1, 2, 4, -7], 1), [0, 1, 0.5, 3, 0]);
    const alone = standardizationOf(rowsIn([1, 2, 4], 1));
    expect(some.mean[0]).toBeCloseTo(alone.mean[0], 12);
    expect(some.scale[0]).toBeCloseTo(alone.scale[0], 12);
  });

  test.each([Number.NaN, Infinity])("refuses %d", (value) => {
    expect(() => standardizationOf(rowsIn([1, 2, 3, 1, value, 2], 3))).toThrow(
      new TrainingError(
        "features: expected finite numbers, got others in feature 1. Look at the network that makes them.",
      ),
    );
  });
});

test("standardized rows have mean 0 and deviation 1, or that times the factor, and 0 where a feature is left out", () => {
  const rows = rowsIn([1, 5, 2, 5, 6, 5], 2);
  const standardization = standardizationOf(rows);
  const standardized = standardizeRows(rows, standardization);
  const values = valuesOf(standardized);
  expect(values[0] + values[2] + values[4]).toBeCloseTo(0, 6);
  expect(values[0] ** 2 + values[2] ** 2 + values[4] ** 2).toBeCloseTo(3, 6);
  expect([values[1], values[3], values[5]]).toEqual([0, 0, 0]);
  expect([...valuesOf(standardizeRows(rows, standardization, 0.25))]).toEqual([...values].map((value) => value / 4));
});

test("a folded classifier gives the logits of the one of standardized features", () => {
  const shape = fc.record({
    seed: fc.integer({ min: 0, max: 1000 }),
    count: fc.integer({ min: 2, max: 20 }),
    width: fc.integer({ min: 1, max: 40 }),
    numClasses: fc.integer({ min: 2, max: 6 }),
  });
  const place = fc.double({ min: -50, max: 50, noNaN: true });
  fc.assert(
    fc.property(shape, place, fc.double({ min: 0.001, max: 1000, noNaN: true }), (problem, offset, unit) => {
      const drawn = valuesOf(drawnProblem(problem).rows);
      const rows = rowsIn(
        drawn.map((value) => (value + offset) * unit),
        problem.width,
      );
      const standardization = standardizationOf(rows);
      const weight = Array.from(drawn.subarray(0, problem.width)).flatMap((value) => [value, -value]);
      const bias = Float64Array.from([0.5, -2]);
      const expected = logitsOf(standardizeRows(rows, standardization), { weight, bias });
      const classifier = foldStandardization({ weight, bias }, standardization);
      const folded = logitsOf(rows, classifier);
      // of what is added up
      const largest = 1 + sumOf(classifier.weight.map(Math.abs)) * largestOf(valuesOf(rows));
      expected.forEach((logits, row) =>
        logits.forEach((logit, of) => expect(Math.abs(folded[row][of] - logit)).toBeLessThan(1e-5 * largest)),
      );
    }),
    { seed: 5, numRuns: 60 },
  );
});

import { describe, expect, test } from "vitest";
import { golden } from "../golden-scores.fixture.ts";
import { pca } from "./pca.ts";

describe("pca", () => {
  test.each(golden.features)("is NumPy's: $name", ({ features, labels, pca: expected }) => {
    const { scores, explained } = pca(features, labels.length);
    expect(Math.max(...expected.scores.map((value, index) => Math.abs(value - scores[index])))).toBeLessThan(1e-7);
    expect(Math.max(...expected.explained.map((value, index) => Math.abs(value - explained[index])))).toBeLessThan(
      1e-9,
    );
  });

  test("of points on a line has one component, and zeros for the other", () => {
    const { scores, explained } = pca([0, 0, 3, 4, 6, 8], 3);
    // the first of the two points farthest from the middle lies on the positive side
    expect([...scores].map((value) => Number(value.toFixed(9)))).toEqual([5, 0, 0, 0, -5, 0]);
    expect([...explained]).toEqual([1, 0]);
  });

  test("of equal points is the origin", () => {
    expect(pca([2, 2, 2, 2], 2)).toEqual({ scores: new Float64Array(4), explained: new Float64Array(2) });
  });

  test("of numbers that are none is refused, and names the feature", () => {
    expect(() => pca([1, 2, 3, Infinity], 2)).toThrow(
      "features: expected finite numbers, got others in feature 1. Look at the network that makes them, and at its normalization.",
    );
  });
});

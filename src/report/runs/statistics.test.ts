import { describe, expect, it } from "vitest";
import {
  coversZero,
  differenceOfAccuracies,
  mean,
  pairedDifference,
  standardDeviation,
  studentT975,
} from "./statistics.ts";

describe("studentT975", () => {
  // Table of Student's t, two-sided 95 %; closed forms for 1 and 2 degrees of freedom.
  it.each([
    [1, Math.tan(0.475 * Math.PI)],
    [2, 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2))],
    [3, 3.182446],
    [4, 2.776445],
    [9, 2.262157],
    [29, 2.04523],
    [100, 1.983972],
    [1_000_000, 1.959966],
  ])("is the tabulated value for %d degrees of freedom", (degreesOfFreedom, expected) => {
    expect(studentT975(degreesOfFreedom)).toBeCloseTo(expected, 5);
  });
});

describe("differenceOfAccuracies", () => {
  it("gives the raw difference and the Agresti-Caffo interval", () => {
    const difference = differenceOfAccuracies({ accuracy: 0.9, images: 2000 }, { accuracy: 0.88, images: 2000 });
    expect(difference.estimate).toBeCloseTo(0.02, 12);
    expect(difference.low).toBeCloseTo(0.000576779, 8);
    expect(difference.high).toBeCloseTo(0.03938326, 8);
  });

  it("keeps a width where both models are always right", () => {
    const difference = differenceOfAccuracies({ accuracy: 1, images: 200 }, { accuracy: 1, images: 200 });
    expect(difference.estimate).toBe(0);
    expect(difference.high).toBeCloseTo(0.013687813, 8);
    expect(coversZero(difference)).toBe(true);
  });

  it("stays inside [-1, 1] for tiny test sets", () => {
    const difference = differenceOfAccuracies({ accuracy: 1, images: 1 }, { accuracy: 0, images: 1 });
    expect(difference.high).toBe(1);
  });
});

describe("pairedDifference", () => {
  it("is the mean with Student's t times its standard error", () => {
    // Mean 2, sd 1, n = 3: margin 4.302653 / sqrt(3).
    const difference = pairedDifference([0.01, 0.02, 0.03]);
    expect(difference.estimate).toBeCloseTo(0.02, 12);
    expect(difference.low).toBeCloseTo(0.02 - (4.302653 * 0.01) / Math.sqrt(3), 7);
    expect(coversZero(difference)).toBe(true);
  });

  it("settles a small difference that every seed agrees on", () => {
    expect(coversZero(pairedDifference([0.01, 0.011, 0.012, 0.01]))).toBe(false);
  });

  it("refuses a single pair", () => {
    expect(() => pairedDifference([0.1])).toThrow(
      new RangeError("pairedDifference: expected at least 2 differences, got 1."),
    );
  });
});

it("computes mean and sample standard deviation", () => {
  expect(mean([1, 2, 3, 6])).toBe(3);
  expect(standardDeviation([1, 3])).toBeCloseTo(Math.SQRT2, 12);
  expect(standardDeviation([1])).toBeNaN();
});

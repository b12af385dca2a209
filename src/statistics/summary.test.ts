import { describe, expect, it } from "vitest";
import { relativeError, golden } from "./golden.fixture.ts";
import { mean, quantile, standardDeviation, summarize } from "./summary.ts";

describe("summarize", () => {
  it("gives SciPy's mean, deviation and t interval", () => {
    for (const { values, level, ...expected } of golden.summaries) {
      const summary = summarize(values, { level });
      expect(summary.count).toBe(values.length);
      expect(relativeError(summary.mean, expected.mean)).toBeLessThanOrEqual(1e-14);
      expect(relativeError(summary.standardDeviation, expected.standardDeviation)).toBeLessThanOrEqual(1e-12);
      expect(relativeError(summary.interval?.low, expected.low)).toBeLessThanOrEqual(1e-9);
      expect(relativeError(summary.interval?.high, expected.high)).toBeLessThanOrEqual(1e-9);
    }
  });

  it("says why one value has no interval", () => {
    expect(summarize([0.9])).toEqual({
      count: 1,
      mean: 0.9,
      standardDeviation: null,
      interval: null,
    });
  });

  it("refuses no values, values that are not finite, and levels that are none", () => {
    expect(() => summarize([])).toThrow(new RangeError("summarize: expected at least 1 value, got 0."));
    expect(() => summarize([1, Number.NaN])).toThrow(new RangeError("summarize: expected finite values, got NaN."));
    expect(() => summarize([1, 2], { level: 1 })).toThrow(
      new RangeError("summarize: expected a level between 0 and 1, got 1."),
    );
  });
});

it("computes mean and sample standard deviation, NaN where there is none", () => {
  expect(mean([1, 2, 3, 6])).toBe(3);
  expect(mean([])).toBeNaN();
  expect(standardDeviation([1, 3])).toBeCloseTo(Math.SQRT2, 12);
  expect(standardDeviation([1])).toBeNaN();
});

describe("quantile", () => {
  it("is NumPy's", () => {
    for (const { values, quantiles } of golden.summaries) {
      for (const [p, expected] of quantiles)
        expect(relativeError(quantile(values, p), expected)).toBeLessThanOrEqual(1e-14);
    }
  });

  it("refuses a share outside [0, 1]", () => {
    expect(() => quantile([1], 2)).toThrow(new RangeError("quantile: expected a share in [0, 1], got 2."));
  });
});

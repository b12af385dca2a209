import { describe, expect, it } from "vitest";
import { relativeError, golden } from "../golden.fixture.ts";
import { normalCdf, normalQuantile, normalSurvival } from "./normal.ts";

describe("normalSurvival", () => {
  it("is SciPy's to 1e-12, far into the tail", () => {
    for (const [z, expected] of golden.distributions.normalSurvival)
      expect(relativeError(normalSurvival(z), expected)).toBeLessThanOrEqual(1e-12);
  });

  it("is 0 and 1 at the ends", () => {
    expect(normalSurvival(Number.POSITIVE_INFINITY)).toBe(0);
    expect(normalSurvival(Number.NEGATIVE_INFINITY)).toBe(1);
  });
});

describe("normalQuantile", () => {
  it("is SciPy's to 1e-13", () => {
    for (const [p, expected] of golden.distributions.normalQuantile)
      expect(relativeError(normalQuantile(p), expected)).toBeLessThanOrEqual(1e-13);
  });

  it("undoes the distribution", () => {
    for (const p of [1e-300, 1e-9, 0.2, 0.5, 0.8, 1 - 1e-9])
      expect(relativeError(normalCdf(normalQuantile(p)), p)).toBeLessThanOrEqual(1e-12);
  });

  it("refuses what is no probability", () => {
    expect(() => normalQuantile(-0.1)).toThrow(
      new RangeError("normalQuantile: expected a probability in [0, 1], got -0.1."),
    );
  });
});

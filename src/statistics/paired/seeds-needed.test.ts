import { describe, expect, it } from "vitest";
import { golden } from "../golden.fixture.ts";
import { pairedTPower, seedsNeeded } from "./seeds-needed.ts";

/** Differences with mean `effect` and standard deviation 1. */
const withEffect = (effect: number): number[] => [effect - Math.SQRT1_2, effect + Math.SQRT1_2];

describe("pairedTPower", () => {
  it("is what SciPy's noncentral t gives", () => {
    for (const [effect, pairs, alpha, expected] of golden.distributions.pairedTPower) {
      expect(pairedTPower(effect, { pairs, alpha })).toBeCloseTo(expected, 8);
    }
  });

  it("is alpha without an effect, and does not mind its sign", () => {
    expect(pairedTPower(0, { pairs: 5, alpha: 0.05 })).toBeCloseTo(0.05, 10);
    expect(pairedTPower(-0.7, { pairs: 5, alpha: 0.05 })).toBe(pairedTPower(0.7, { pairs: 5, alpha: 0.05 }));
  });

  it("refuses a single pair and an alpha that is no probability", () => {
    expect(() => pairedTPower(1, { pairs: 1, alpha: 0.05 })).toThrow(
      new RangeError("pairedTPower: expected at least 2 pairs, got 1."),
    );
    expect(() => pairedTPower(1, { pairs: 3, alpha: 0 })).toThrow(
      new RangeError("pairedTPower: expected alpha between 0 and 1, got 0."),
    );
  });
});

describe("seedsNeeded", () => {
  it("is the first number of pairs whose power SciPy puts at 0.8", () => {
    for (const [effect, alpha, power, pairs] of golden.distributions.seedsNeeded) {
      expect(seedsNeeded(withEffect(effect), { alpha, power })).toEqual({ kind: "pairs", pairs });
    }
  });

  it("says where no number can be named", () => {
    expect(seedsNeeded(withEffect(0.01))).toEqual({ kind: "beyond", limit: 1000 });
    expect(seedsNeeded([0.1, -0.1])).toEqual({ kind: "unknown", reason: "no difference" });
    expect(seedsNeeded([0.1, 0.1, 0.1])).toEqual({ kind: "unknown", reason: "no spread" });
  });

  it("refuses a power that is no probability", () => {
    expect(() => seedsNeeded([1, 2], { power: 1 })).toThrow(
      new RangeError("seedsNeeded: expected a power between 0 and 1, got 1."),
    );
  });
});

import { describe, expect, it } from "vitest";
import { relativeError, golden } from "../golden.fixture.ts";
import { pairedTTest } from "./paired-t.ts";

describe("pairedTTest", () => {
  it("is SciPy's ttest_rel with its interval", () => {
    for (const { differences, ...expected } of golden.paired) {
      const test = pairedTTest(differences);
      expect(relativeError(test.t, expected.t)).toBeLessThanOrEqual(1e-12);
      expect(relativeError(test.p, expected.p)).toBeLessThanOrEqual(1e-11);
      expect(test.interval.low).toBeCloseTo(expected.low, 9);
      expect(test.interval.high).toBeCloseTo(expected.high, 9);
      expect(test.degreesOfFreedom).toBe(differences.length - 1);
      expect(test.noSpread).toBe(false);
    }
  });

  it("says that equal differences have no spread", () => {
    expect(pairedTTest([0, 0, 0])).toMatchObject({ t: 0, p: 1, noSpread: true });
    expect(pairedTTest([-0.1, -0.1, -0.1])).toMatchObject({ t: -Infinity, p: 0, noSpread: true });
  });

  it("refuses a single pair and differences that are not finite", () => {
    expect(() => pairedTTest([0.1])).toThrow(new RangeError("pairedTTest: expected at least 2 differences, got 1."));
    expect(() => pairedTTest([0.1, Infinity])).toThrow(
      new RangeError("pairedTTest: expected finite values, got Infinity."),
    );
  });
});

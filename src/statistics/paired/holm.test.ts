import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distance, golden } from "../golden.fixture.ts";
import { holm } from "./holm.ts";

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });

describe("holm", () => {
  it("is the closed test over all sets of hypotheses", () => {
    for (const { p, adjusted } of golden.holm) expect(distance(holm(p), adjusted)).toBeLessThanOrEqual(1e-12);
  });

  it("is the example worked by hand", () => {
    // sorted 0.01, 0.03, 0.04: 3 x 0.01; 2 x 0.03; max(0.06, 1 x 0.04)
    expect(distance(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06])).toBeLessThanOrEqual(1e-12);
    expect(holm([])).toEqual([]);
  });

  it("keeps the order of the p values, and lies between them and Bonferroni's", () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const adjusted = holm(p);
        for (const [i, value] of adjusted.entries()) {
          expect(value).toBeGreaterThanOrEqual(p[i]);
          expect(value).toBeLessThanOrEqual(Math.min(1, p.length * p[i]));
          for (const [j, other] of adjusted.entries()) expect(p[i] < p[j] && value > other).toBe(false);
        }
      }),
      { seed: 1 },
    );
  });

  it("does not depend on the order in which tests are listed", () => {
    fc.assert(
      fc.property(pValues, (p) => {
        expect(holm(p.toReversed())).toEqual(holm(p).toReversed());
      }),
      { seed: 1 },
    );
  });

  it("refuses what is no p value", () => {
    expect(() => holm([0.1, Number.NaN])).toThrow(new RangeError("holm: expected p values in [0, 1], got NaN."));
  });
});

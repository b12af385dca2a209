import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relativeError, golden } from "./golden.fixture.ts";
import { kendallTauB, spearman } from "./rank-correlation.ts";

describe.each([
  { name: "spearman", correlate: spearman },
  { name: "kendallTauB", correlate: kendallTauB },
] as const)("$name", ({ name, correlate }) => {
  it("has SciPy's coefficient and p value, with and without ties", () => {
    for (const { a, b, [name]: expected } of golden.rankCorrelations) {
      const { coefficient, p, pairs } = correlate(a, b);
      expect(pairs).toBe(a.length);
      expect(coefficient).toBeCloseTo(expected[0], 12);
      expect(relativeError(p, expected[1])).toBeLessThanOrEqual(1e-9);
    }
  });

  it("is 1 for the same order and -1 for the opposite one", () => {
    expect(correlate([1, 5, 9, 30], [2, 3, 4, 5]).coefficient).toBeCloseTo(1, 12);
    expect(correlate([1, 5, 9, 30], [5, 4, 3, 2]).coefficient).toBeCloseTo(-1, 12);
  });

  it("is null where one side has no order", () => {
    expect(correlate([1, 1, 1], [1, 2, 3])).toMatchObject({ coefficient: null, p: null });
  });

  it("knows only order: monotone maps change nothing", () => {
    const pair = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 3, maxLength: 12 }), (rows) => {
        const [a, b] = [rows.map(([x]) => x), rows.map(([, y]) => y)];
        expect(
          correlate(
            a.map((x) => x ** 3),
            b,
          ),
        ).toEqual(correlate(a, b));
      }),
      { seed: 1 },
    );
  });

  it("refuses lists that do not fit, and two pairs", () => {
    expect(() => correlate([1, 2, 3], [1, 2])).toThrow(
      new RangeError(`${name}: expected two lists of one length, got 3 and 2 values.`),
    );
    expect(() => correlate([1, 2], [1, 2])).toThrow(new RangeError(`${name}: expected at least 3 pairs, got 2.`));
  });
});

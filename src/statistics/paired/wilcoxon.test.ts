import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relativeError, golden } from "../golden.fixture.ts";
import { wilcoxonSignedRank } from "./wilcoxon.ts";

describe("wilcoxonSignedRank", () => {
  it("is SciPy's exact test where there are neither ties nor zeros", () => {
    const plain = golden.paired.filter(({ wilcoxon }) => wilcoxon.scipyExactP !== null);
    expect(plain.length).toBeGreaterThanOrEqual(5);
    for (const { differences, wilcoxon } of plain) {
      const test = wilcoxonSignedRank(differences);
      expect(test.method).toBe("exact");
      expect(relativeError(test.p, wilcoxon.scipyExactP ?? Number.NaN)).toBeLessThanOrEqual(1e-12);
    }
  });

  it("counts all signs of the ranks at hand, also with ties and without zeros", () => {
    for (const { differences, wilcoxon } of golden.paired) {
      const test = wilcoxonSignedRank(differences);
      expect(test.statistic).toBe(wilcoxon.statistic);
      expect(relativeError(test.rankBiserial, wilcoxon.rankBiserial)).toBeLessThanOrEqual(1e-12);
    }
    const counted = golden.paired.filter(({ wilcoxon }) => wilcoxon.allSignsP !== null);
    expect(counted.length).toBeGreaterThanOrEqual(7);
    for (const { differences, wilcoxon } of counted) {
      expect(relativeError(wilcoxonSignedRank(differences).p, wilcoxon.allSignsP ?? Number.NaN)).toBeLessThanOrEqual(
        1e-12,
      );
    }
  });

  it("is SciPy's normal approximation, with its treatment of ties and zeros, on request and from 51 pairs on", () => {
    for (const { differences, wilcoxon } of golden.paired) {
      expect(
        relativeError(wilcoxonSignedRank(differences, { method: "normal" }).p, wilcoxon.normalP),
      ).toBeLessThanOrEqual(1e-12);
      const expected = differences.filter((difference) => difference !== 0).length > 50 ? "normal" : "exact";
      expect(wilcoxonSignedRank(differences).method).toBe(expected);
    }
  });

  it("cannot go below 2^(1 - n)", () => {
    expect(wilcoxonSignedRank([1, 2, 3, 4, 5]).p).toBe(0.0625);
  });

  it("says nothing where every difference is 0", () => {
    expect(wilcoxonSignedRank([0, 0])).toEqual({ pairs: 0, statistic: 0, p: 1, method: "exact", rankBiserial: 0 });
  });

  it("gives the same p for the opposite differences, in any order", () => {
    const differences = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(differences, (values) => {
        const opposite = values.map((value) => -value).reverse();
        expect(wilcoxonSignedRank(opposite).p).toBeCloseTo(wilcoxonSignedRank(values).p, 12);
      }),
      { seed: 1 },
    );
  });
});

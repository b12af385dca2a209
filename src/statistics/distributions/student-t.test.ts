import { describe, expect, it } from "vitest";
import { relativeError, golden } from "../golden.fixture.ts";
import { studentTCdf, studentTQuantile, studentTSurvival } from "./student-t.ts";

describe("studentTSurvival", () => {
  it("is SciPy's to 1e-11, far into the tail", () => {
    for (const [t, df, expected] of golden.distributions.studentTSurvival) {
      expect(relativeError(studentTSurvival(t, df), expected)).toBeLessThanOrEqual(1e-11);
    }
  });

  it("is 0 and 1 at the ends", () => {
    expect(studentTSurvival(Number.POSITIVE_INFINITY, 3)).toBe(0);
    expect(studentTSurvival(Number.NEGATIVE_INFINITY, 3)).toBe(1);
  });
});

describe("studentTQuantile", () => {
  it("is SciPy's to 1e-8, which is as far as SciPy's own quantile is exact", () => {
    for (const [p, df, expected] of golden.distributions.studentTQuantile) {
      expect(relativeError(studentTQuantile(p, df), expected)).toBeLessThanOrEqual(1e-8);
    }
  });

  it("has the closed forms of one and two degrees of freedom to 1e-13", () => {
    expect(relativeError(studentTQuantile(0.975, 1), Math.tan(0.475 * Math.PI))).toBeLessThanOrEqual(1e-13);
    expect(relativeError(studentTQuantile(0.975, 2), 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2)))).toBeLessThanOrEqual(1e-13);
  });

  it("undoes the distribution", () => {
    for (const df of [1, 4, 33, 2000, 1_000_000]) {
      for (const p of [1e-9, 0.01, 0.4, 0.7, 0.999])
        expect(relativeError(studentTCdf(studentTQuantile(p, df), df), p)).toBeLessThanOrEqual(1e-12);
    }
  });

  it("is infinite at the ends and 0 in the middle", () => {
    expect([0, 0.5, 1].map((p) => studentTQuantile(p, 4))).toEqual([-Infinity, 0, Infinity]);
  });

  it("refuses what is no probability and no degrees of freedom", () => {
    expect(() => studentTQuantile(1.1, 4)).toThrow(
      new RangeError("studentTQuantile: expected a probability in [0, 1], got 1.1."),
    );
    expect(() => studentTQuantile(0.9, 0)).toThrow(
      new RangeError("studentTQuantile: expected positive degrees of freedom, got 0."),
    );
  });
});

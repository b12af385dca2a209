import { describe, expect, it } from "vitest";
import { bcaEnds, bootstrapInterval, percentileEnds } from "./bootstrap.ts";
import { distance, golden } from "./golden.fixture.ts";
import { quantile, standardDeviation } from "./summary.ts";

it("reads SciPy's percentile and BCa ends off SciPy's replicates", () => {
  for (const { replicates, level, estimate, leftOut, ...expected } of golden.bootstraps) {
    const values = Float64Array.from(replicates);
    const percentile = percentileEnds(values, level);
    expect(distance([percentile.low, percentile.high], expected.percentile)).toBeLessThanOrEqual(1e-12);
    const bca = bcaEnds(values, { estimate, leftOut, level });
    expect(distance([bca.low, bca.high], expected.BCa)).toBeLessThanOrEqual(1e-9);
  }
});

describe("bootstrapInterval", () => {
  const values = [0.9, 0.95, 0.91, 0.99, 0.93];

  it("gives the same interval for the same seed, and another for another", () => {
    const first = bootstrapInterval(values, { seed: 3, resamples: 500 });
    expect(bootstrapInterval(values, { seed: 3, resamples: 500 })).toEqual(first);
    expect(bootstrapInterval(values, { seed: 4, resamples: 500 })).not.toEqual(first);
    expect(first).toMatchObject({ method: "BCa", resamples: 500, level: 0.95 });
  });

  it("comes close to the quantiles of all resamples of three values", () => {
    const three = [1, 2, 4];
    const all = three.flatMap((a) => three.flatMap((b) => three.map((c) => (a + b + c) / 3)));
    const { low, high, estimate } = bootstrapInterval(three, { method: "percentile", level: 0.8 });
    // the 0.1 and 0.9 quantiles lie inside steps of the distribution, which 10,000 draws find exactly
    expect([low, high]).toEqual([quantile(all, 0.1), quantile(all, 0.9)]);
    expect(estimate).toBeCloseTo(7 / 3, 12);
  });

  it("takes any statistic, and needs its values to differ for a width", () => {
    const { low, high } = bootstrapInterval(values, { statistic: standardDeviation, resamples: 1000 });
    expect(low).toBeLessThan(standardDeviation(values));
    expect(high).toBeGreaterThan(standardDeviation(values));
    expect(bootstrapInterval([2, 2, 2])).toMatchObject({ low: 2, high: 2, estimate: 2 });
  });

  it("refuses one value and few resamples", () => {
    expect(() => bootstrapInterval([1])).toThrow(
      new RangeError("bootstrapInterval: expected at least 2 values, got 1."),
    );
    expect(() => bootstrapInterval(values, { resamples: 10 })).toThrow(
      new RangeError("bootstrapInterval: expected at least 100 resamples, got 10."),
    );
  });
});

import { expect, it } from "vitest";
import { pairedBootstrap } from "./paired-bootstrap.ts";

it("comes close to the p value over all resamples of four differences", () => {
  const differences = [0.01, 0.02, -0.005, 0.03];
  const observed = 0.01375;
  const centred = differences.map((difference) => difference - observed);
  const sums = centred.reduce((all) => all.flatMap((sum) => centred.map((value) => sum + value)), [0]);
  const exact = sums.filter((sum) => Math.abs(sum / 4) >= observed - 1e-12).length / sums.length;
  const { p, estimate, low, high } = pairedBootstrap(differences, { seed: 1 });
  expect(estimate).toBeCloseTo(observed, 12);
  // 4 standard errors of a share from 10,000 draws
  expect(Math.abs(p - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / 10_000));
  expect(low).toBeLessThan(observed);
  expect(high).toBeGreaterThan(observed);
});

it("is sure of nothing where the differences are centred, and of a difference that dwarfs its spread", () => {
  expect(pairedBootstrap([-0.01, 0.01], { resamples: 200 }).p).toBe(1);
  expect(pairedBootstrap([0.5, 0.51, 0.49], { resamples: 200 }).p).toBe(1 / 201);
});

it("gives the same numbers for the same seed", () => {
  const differences = [0.01, 0.02, -0.005];
  expect(pairedBootstrap(differences, { seed: 9, resamples: 300 })).toEqual(
    pairedBootstrap(differences, { seed: 9, resamples: 300 }),
  );
});

it("refuses a single pair", () => {
  expect(() => pairedBootstrap([0.1])).toThrow(
    new RangeError("pairedBootstrap: expected at least 2 differences, got 1."),
  );
});

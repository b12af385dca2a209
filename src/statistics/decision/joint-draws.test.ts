import { expect, it } from "vitest";
import { drawLuck, drawPrior, drawScores } from "./joint-draws.ts";

const estimates = {
  means: [0.8, 0.7, 0.7],
  images: [Float64Array.of(4e-4, 3e-4, 4e-4), Float64Array.of(3e-4, 9e-4, 3e-4), Float64Array.of(4e-4, 3e-4, 4e-4)],
  seeds: [0, 0, 1e-4],
  seedDegreesOfFreedom: [4, 4, 8],
  testImages: 100,
};

it("has the means and the covariance that were asked for, also where two cells answer alike", () => {
  const draws = 40_000;
  const all: number[][] = [];
  drawScores(estimates, { luck: drawLuck(estimates, { draws }) }, (accuracies) => all.push([...accuracies]));
  expect(all).toHaveLength(draws);
  const mean = (of: (row: number[]) => number): number => all.reduce((sum, row) => sum + of(row), 0) / draws;
  const means = [0, 1, 2].map((cell) => mean((row) => row[cell]));
  means.forEach((value, cell) => expect(Math.abs(value - estimates.means[cell])).toBeLessThan(6e-4));
  const covariance = (a: number, b: number): number => mean((row) => (row[a] - means[a]) * (row[b] - means[b]));
  expect(covariance(0, 1) / 3e-4).toBeCloseTo(1, 1);
  expect(covariance(1, 1) / 9e-4).toBeCloseTo(1, 1);
  // Student's t with 8 degrees of freedom: variance 8 / 6
  expect(covariance(2, 2) / (4e-4 + (1e-4 * 8) / 6)).toBeCloseTo(1, 1);
});

it("gives the same draws again", () => {
  const first = (): number[] => {
    const drawn: number[] = [];
    drawScores(estimates, { luck: drawLuck(estimates, { draws: 5, seed: 3 }) }, (accuracies) =>
      drawn.push(...accuracies),
    );
    return drawn;
  };
  expect(first()).toEqual(first());
});

it("knows a prior as Gauss's formulas have it where seeds leave nothing open", () => {
  // an own variance of 1e-4 of each measured cell; before that cells were 0.02 apart, give or take 0.01
  const measured = {
    means: [0.8, 0.8],
    images: [Float64Array.of(1e-4, 0), Float64Array.of(0, 1e-4)],
    seeds: [0, 0],
    seedDegreesOfFreedom: [4, 4],
    testImages: 1000,
  };
  const prior = { means: [0.81, 0.79], covariance: [Float64Array.of(1 + 5e-5, 1), Float64Array.of(1, 1 + 5e-5)] };
  const draws = 40_000;
  const differences: number[] = [];
  const levels: number[] = [];
  drawScores(measured, { luck: drawLuck(measured, { draws }), prior: drawPrior(prior, { draws }) }, ([a, b]) => {
    differences.push(a - b);
    levels.push((a + b) / 2);
  });
  const meanOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / draws;
  const varianceOf = (values: number[], mean = meanOf(values)): number =>
    meanOf(values.map((value) => (value - mean) ** 2));
  // the difference: 0 measured with 2e-4, 0.02 before with 1e-4; the level is as measured
  expect(meanOf(differences)).toBeCloseTo((0.02 * 2e-4) / 3e-4, 3);
  expect(varianceOf(differences) / ((2e-4 * 1e-4) / 3e-4)).toBeCloseTo(1, 1);
  expect(meanOf(levels)).toBeCloseTo(0.8, 3);
  expect(varianceOf(levels) / 5e-5).toBeCloseTo(1, 1);
});

it("lets seeds count by their variance, which is wider than their scale", () => {
  const measured = {
    means: [0.8, 0.8],
    images: [Float64Array.of(1e-9, 0), Float64Array.of(0, 1e-9)],
    seeds: [1e-4, 1e-4],
    seedDegreesOfFreedom: [8, 8],
    testImages: 1000,
  };
  const prior = { means: [0.81, 0.79], covariance: [Float64Array.of(1 + 5e-5, 1), Float64Array.of(1, 1 + 5e-5)] };
  const draws = 40_000;
  let sum = 0;
  drawScores(
    measured,
    { luck: drawLuck(measured, { draws }), prior: drawPrior(prior, { draws }) },
    ([a, b]) => (sum += a - b),
  );
  // 2e-4 times 8 / 6 measured, 1e-4 before
  expect(sum / draws).toBeCloseTo((0.02 * 2.667e-4) / 3.667e-4, 3);
});

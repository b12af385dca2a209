import { expect, it } from "vitest";
import { drawScores } from "./joint-draws.ts";

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
  drawScores(estimates, { draws }, (accuracies) => all.push([...accuracies]));
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
    drawScores(estimates, { draws: 5, seed: 3 }, (accuracies) => drawn.push(...accuracies));
    return drawn;
  };
  expect(first()).toEqual(first());
});

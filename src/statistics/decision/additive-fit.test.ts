import { expect, it } from "vitest";
import { additiveFit } from "./additive-fit.ts";

const row = (...accuracies: number[]) => accuracies.map((accuracy, seed) => ({ seed, accuracy }));

it("leaves nothing of strategies and seeds that add up", () => {
  const { means, residuals, degreesOfFreedom } = additiveFit([row(0.5, 0.6, 0.4), row(0.7, 0.8, 0.6)]);
  expect(means[0]).toBeCloseTo(0.5, 12);
  expect(means[1]).toBeCloseTo(0.7, 12);
  for (const residual of residuals.flat()) expect(residual).toBeCloseTo(0, 12);
  expect(degreesOfFreedom).toBe(2);
});

it("does not count easy seeds for those that had them", () => {
  // seed 2 is 0.2 easier; the first strategy has it, the second has not
  const { means } = additiveFit([row(0.5, 0.5, 0.7), row(0.6, 0.6)]);
  expect(means[1] - means[0]).toBeCloseTo(0.1, 9);
});

it("believes trusted strategies about a seed", () => {
  const wild = row(0.2, 0.9);
  const { residuals } = additiveFit([row(0.5, 0.5), row(0.6, 0.6), wild], [1, 1, 1e-9]);
  for (const residual of [...residuals[0], ...residuals[1]]) expect(residual).toBeCloseTo(0, 6);
});

it("has no degrees of freedom with one seed", () => {
  expect(additiveFit([row(0.5), row(0.6)]).degreesOfFreedom).toBe(0);
});

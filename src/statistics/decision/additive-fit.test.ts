import { expect, it } from "vitest";
import { stream } from "../../core/index.ts";
import { additiveFit } from "./additive-fit.ts";

const row = (...accuracies: number[]) => accuracies.map((accuracy, seed) => ({ seed, accuracy }));

it("leaves nothing of strategies and seeds that add up", () => {
  const { means, residuals, degreesOfFreedom } = additiveFit([row(0.5, 0.6, 0.4), row(0.7, 0.8, 0.6)]);
  expect(means[0]).toBeCloseTo(0.5, 12);
  expect(means[1]).toBeCloseTo(0.7, 12);
  for (const residual of residuals.flat()) expect(residual).toBeCloseTo(0, 12);
  expect(degreesOfFreedom).toEqual([1, 1]);
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
  expect(additiveFit([row(0.5), row(0.6)]).degreesOfFreedom).toEqual([0, 0]);
});

it("shares degrees of freedom so that squares over them have the variances, trusted strategies having fewer", () => {
  const deviations = [0.01, 0.02, 0.06];
  const weights = deviations.map((deviation) => 1 / deviation ** 2);
  const random = stream(0, "additive-fit");
  const studies = 4000;
  const variances = deviations.map(() => 0);
  for (let study = 0; study < studies; study++) {
    const easy = [0, 0, 0].map(() => 0.05 * random.normal());
    const rows = deviations.map((deviation) => row(...easy.map((seed) => 0.5 + seed + deviation * random.normal())));
    const { residuals, degreesOfFreedom } = additiveFit(rows, weights);
    residuals.forEach((own, index) => {
      const squares = own.reduce((sum, residual) => sum + residual ** 2, 0);
      variances[index] += squares / degreesOfFreedom[index] / studies;
    });
  }
  variances.forEach((variance, index) => expect(Math.sqrt(variance) / deviations[index]).toBeCloseTo(1, 1));
});

import { describe, expect, test } from "vitest";
import { symmetricBeta } from "./beta-variate.ts";
import { stream } from "./random.ts";

const COUNT = 20_000;

function draw(shape: number): number[] {
  const random = stream(3, "beta", shape);
  return Array.from({ length: COUNT }, () => symmetricBeta(random, shape));
}

/** Regularized incomplete beta function I_x(shape, shape) at known places. */
const quartiles = [
  // arcsine law
  { shape: 0.5, at: 0.25, below: 1 / 3 },
  { shape: 1, at: 0.25, below: 0.25 },
  // 3x² − 2x³
  { shape: 2, at: 0.25, below: 3 / 16 - 2 / 64 },
];

describe("symmetricBeta", () => {
  test.each([0.05, 0.2, 0.5, 1, 2, 8])("has the mean, variance and fourth moment of shape %d", (shape) => {
    const centred = draw(shape).map((value) => value - 0.5);
    const moment = (power: number): number => centred.reduce((sum, value) => sum + value ** power, 0) / COUNT;
    // Var = 1 / (4 (2a + 1)); E(x − ½)⁴ = 3 / (16 (2a + 1)(2a + 3)); tolerances are five standard errors or more
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / (4 * (2 * shape + 1)) / COUNT));
    expect(Math.abs(moment(2) - 1 / (4 * (2 * shape + 1)))).toBeLessThan((5 * 0.25) / 2 / Math.sqrt(COUNT));
    expect(Math.abs(moment(4) - 3 / (16 * (2 * shape + 1) * (2 * shape + 3)))).toBeLessThan(
      (5 * 0.0625) / 2 / Math.sqrt(COUNT),
    );
  });

  test.each(quartiles)("of shape $shape lies below $at as often as it should", ({ shape, at, below }) => {
    const share = draw(shape).filter((value) => value < at).length / COUNT;
    expect(Math.abs(share - below)).toBeLessThan(5 * Math.sqrt((below * (1 - below)) / COUNT));
  });

  test("stays in [0, 1] where gamma variates are too small for a float", () => {
    const random = stream(4, "beta");
    const values = Array.from({ length: 500 }, () => symmetricBeta(random, 1e-4));
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    // nearly every value is at one of the ends, each as often as the other
    const high = values.filter((value) => value > 0.5).length;
    expect(Math.abs(high - 250)).toBeLessThan(5 * Math.sqrt(125));
  });
});

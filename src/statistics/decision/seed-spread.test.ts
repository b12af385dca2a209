import { describe, expect, it } from "vitest";
import { type Cell, seedSpreads } from "./seed-spread.ts";

function cell(strategy: string, accuracies: number[], trainImages = 100): Cell {
  return { strategy, trainImages, results: accuracies.map((accuracy, seed) => ({ seed, accuracy })) };
}

describe("seedSpreads", () => {
  it("takes the usual spread where one seed says nothing", () => {
    const [[spread]] = seedSpreads([[cell("a", [0.9])]]);
    // a tenth of √(0.9 · 0.1) / 100^¼
    expect(spread.mean).toBeCloseTo(0.9, 12);
    expect(Math.sqrt(spread.variance)).toBeCloseTo((0.1 * 0.3) / Math.sqrt(10), 12);
    expect(spread.degreesOfFreedom).toBe(4);
  });

  it("draws a spread towards that of the others, and gains degrees of freedom by seeds", () => {
    const calm = ["a", "b", "c", "d"].map((name, index) =>
      cell(name, index % 2 === 0 ? [0.9, 0.91, 0.89] : [0.91, 0.9, 0.89]),
    );
    const [spreads] = seedSpreads([[...calm, cell("wild", [0.95, 0.7, 0.9])]]);
    expect(spreads[4].variance).toBeGreaterThan(4 * spreads[0].variance);
    // two of three seeds, less what a strategy itself says of them: the wild one next to nothing
    expect(spreads[4].degreesOfFreedom).toBeGreaterThan(3 + 1.9);
    expect(spreads[4].degreesOfFreedom).toBeLessThan(3 + 2);
    expect(spreads[0].degreesOfFreedom).toBeCloseTo(3 + (2 * 3) / 4, 0);
    expect(spreads[0].degreesOfFreedom).toBeLessThan(spreads[4].degreesOfFreedom);
    // what is wild does not hide what the others have in common
    const [alone] = seedSpreads([calm]);
    expect(spreads[0].variance).toBeLessThan(6 * alone[0].variance);
  });

  it("lets one budget lean on another", () => {
    const noisy = [cell("a", [0.6, 0.9, 0.75]), cell("b", [0.9, 0.6, 0.75])];
    const [, [besideNoise]] = seedSpreads([noisy, [cell("a", [0.9])]]);
    const [[alone]] = seedSpreads([[cell("a", [0.9])]]);
    expect(besideNoise.variance).toBeGreaterThan(alone.variance);
  });
});

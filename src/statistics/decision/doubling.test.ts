import { describe, expect, it } from "vitest";
import { gainOfDoubling } from "./doubling.ts";

/** Accuracies whose errors fall as a power of the number of images. */
const powerLaw = (power: number, sizes: readonly number[]) =>
  sizes.map((images) => ({ images, accuracy: 1 - 0.5 * (images / 10) ** -power }));

describe("gainOfDoubling", () => {
  it("follows a curve that is steeper or flatter than usual, halfway where it is short", () => {
    const foretold = [0.1, 0.3, 0.6].map((power) => {
      const curve = powerLaw(power, [25, 50, 80]);
      const told = gainOfDoubling(curve, 0.8);
      if (told === null) throw new Error("expected a gain");
      return told;
    });
    const gains = foretold.map(({ gain }) => gain);
    expect(gains).toEqual(gains.toSorted((a, b) => a - b));
    for (const [index, power] of [0.1, 0.3, 0.6].entries()) {
      const truth = 0.2 * (1 - 2 ** -power);
      expect(foretold[index].low).toBeLessThan(truth);
      expect(foretold[index].high).toBeGreaterThan(truth);
    }
  });

  it("draws the curve's power towards the usual one, with an interval that is even in the power", () => {
    // ln(2)² / 2 / 0.12² is known of 0.6, 1 / 0.15² of 0.25
    const told = gainOfDoubling(powerLaw(0.6, [10, 20]), 0.8);
    const powerOf = (gain = Number.NaN): number => -Math.log2(1 - gain / 0.2);
    expect(powerOf(told?.gain)).toBeCloseTo(0.3455, 4);
    // 1.645 · √(1 / 61.13 + 0.075²)
    expect(powerOf(told?.high) - powerOf(told?.gain)).toBeCloseTo(0.2439, 4);
    expect(powerOf(told?.gain) - powerOf(told?.low)).toBeCloseTo(0.2439, 4);
  });

  it("has little to bring where little is wrong", () => {
    const curve = powerLaw(0.3, [25, 50]);
    const [far, near] = [0.6, 0.98].map((accuracy) => gainOfDoubling(curve, accuracy)?.gain ?? Number.NaN);
    expect(near).toBeCloseTo(far / 20, 12);
  });

  it("says nothing of one point, or of two at the same number of images", () => {
    expect(gainOfDoubling([{ images: 10, accuracy: 0.5 }], 0.5)).toBeNull();
    expect(
      gainOfDoubling(
        [
          { images: 10, accuracy: 0.5 },
          { images: 10, accuracy: 0.6 },
        ],
        0.6,
      ),
    ).toBeNull();
  });
});

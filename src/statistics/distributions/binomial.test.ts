import { expect, it } from "vitest";
import { binomialSurvival } from "./binomial.ts";

/** The sum over all outcomes of at least so many hits, term by term. */
function bySum(hits: number, trials: number, chance: number): number {
  let [term, sum] = [(1 - chance) ** trials, 0];
  for (let count = 0; count <= trials; count++) {
    if (count >= hits) sum += term;
    term *= ((trials - count) / (count + 1)) * (chance / (1 - chance));
  }
  return sum;
}

it("is the sum of the probabilities of so many hits or more", () => {
  for (const [trials, chance] of [
    [1, 0.5],
    [20, 0.5],
    [20, 0.1],
    [153, 0.5425],
    [245, 0.506],
  ]) {
    for (let hits = 0; hits <= trials; hits++) {
      const expected = bySum(hits, trials, chance);
      // the sum of up to 246 terms loses about that many units in the last place
      expect(Math.abs(binomialSurvival(hits, { trials, chance }) - expected)).toBeLessThan(1e-11 * expected + 1e-16);
    }
  }
});

it("holds far out and for many trials", () => {
  // SciPy 1.10.1: binom.sf(1315, 2000, 0.5) and binom.sf(2166, 8000, 0.125); a relative 1e-9 is left for logarithms of size 1000
  expect(binomialSurvival(1316, { trials: 2000, chance: 0.5 }) / 2.9658801588265315e-46).toBeCloseTo(1, 9);
  expect(binomialSurvival(2167, { trials: 8000, chance: 0.125 }) / 2.5991624279764756e-268).toBeCloseTo(1, 9);
});

it("is certain of no hits or more, and where nothing can miss", () => {
  expect(binomialSurvival(0, { trials: 5, chance: 0.2 })).toBe(1);
  expect(binomialSurvival(5, { trials: 5, chance: 1 })).toBe(1);
  expect(binomialSurvival(1, { trials: 5, chance: 0 })).toBe(0);
});

it("refuses more hits than trials and a chance that is none", () => {
  expect(() => binomialSurvival(6, { trials: 5, chance: 0.5 })).toThrow(
    new RangeError("binomialSurvival: expected integers 0 <= hits <= trials and chance in [0, 1], got 6 of 5 at 0.5."),
  );
  expect(() => binomialSurvival(1, { trials: 5, chance: 1.5 })).toThrow(RangeError);
});

/** @file What is said of crossovers. */

import { describe, expect, it } from "vitest";
import { findCrossover, judgeBudgets } from "../../statistics/index.ts";
import { describeCrossover } from "./crossover-sentence.ts";

/** Of two curves whose differences scratch − last-layer at each budget are those given, one a seed. */
function sentence(rows: Record<number, number[]>): string {
  const budgets = Object.entries(rows).map(([budget, differences]) => {
    const strategy = (name: string, shifts: number[]) => ({
      strategy: name,
      transfers: name !== "scratch",
      results: shifts.map((shift, seed) => ({ seed, accuracy: 0.5 + shift })),
      trainImages: 2 * Number(budget),
      testImages: 10_000,
      seconds: 1,
    });
    const level = differences.map(() => 0);
    return { budget: Number(budget), strategies: [strategy("scratch", differences), strategy("last-layer", level)] };
  });
  const { estimates, placed } = judgeBudgets(budgets);
  if (estimates === null) throw new Error("nothing is ranked");
  const placedRows = budgets.map(({ budget }, index) => ({ budget, strategies: placed[index] }));
  return describeCrossover(findCrossover(["scratch", "last-layer"], placedRows, { estimates }));
}

describe("describeCrossover", () => {
  it("names the place with its interval, also of one seed", () => {
    expect(sentence({ 10: [-0.1, -0.12, -0.11], 1000: [0.3, 0.31, 0.29] })).toMatch(
      /^scratch overtakes last-layer at about 34 images per class \(95 % interval \d+ to \d+; 3 seeds\)\.$/,
    );
    expect(sentence({ 10: [-0.4], 1000: [0.4] })).toMatch(
      /^scratch overtakes last-layer at about 100 images per class \(95 % interval \d+ to \d+; 1 seed\)\.$/,
    );
  });

  it("says on which side the two cannot be told apart", () => {
    expect(sentence({ 10: [-0.01, -0.01, 0.005, -0.02], 100: [0.1, 0.11, 0.12, 0.1] })).toMatch(
      /^The mean curves of scratch and last-layer cross at about 12 images per class, but below it the two cannot be told apart \(95 % interval from below the smallest budget to \d+; 4 seeds\)\.$/,
    );
    expect(sentence({ 10: [-0.1, 0.3, -0.3], 100: [0.3, -0.2, 0.1] })).toMatch(
      /^The mean curves of scratch and last-layer cross at about \d+ images per class, but on either side of it the two cannot be told apart \(the 95 % interval reaches beyond the budgets on both sides; 3 seeds\)\.$/,
    );
  });

  it("claims no crossover of flat, noisy curves, even where the few seeds agree on a place", () => {
    expect(sentence({ 10: [-0.001, -0.02, -0.004], 100: [0.001, 0.015, 0.003] })).toMatch(
      /^The mean curves of scratch and last-layer cross at about \d+ images per class, but on either side of it the two cannot be told apart \(.*; 3 seeds\)\.$/,
    );
    expect(sentence({ 10: [-0.1, -0.11, -0.105], 100: [0.001, 0.015, 0.003] })).toMatch(
      /cross at about \d+ images per class, but above it the two cannot be told apart \(.*; 3 seeds\)\.$/,
    );
  });

  it("says who is ahead where nothing crosses", () => {
    expect(sentence({ 10: [-0.1, -0.2], 1250: [-0.1, -0.2] })).toBe(
      "No crossover within the budgets, 10 to 1,250 images per class: last-layer is ahead everywhere (2 seeds).",
    );
    expect(sentence({ 10: [0.1], 100: [0] })).toBe(
      "No crossover within the budgets, 10 to 100 images per class: scratch is ahead or level everywhere (1 seed).",
    );
    expect(sentence({ 10: [0], 100: [0] })).toBe(
      "scratch and last-layer are level at every budget, 10 to 100 images per class (1 seed).",
    );
  });

  it("lists several crossings, and says what is missing", () => {
    expect(sentence({ 10: [-0.1], 1000: [0.1], 100_000: [-0.1] })).toBe(
      "The order of scratch and last-layer changes 2 times within the budgets (1 seed), so there is no one crossover: " +
        "scratch overtakes last-layer at about 100 images per class and last-layer overtakes scratch at about 10,000 images per class.",
    );
    expect(sentence({ 10: [0.1] })).toBe(
      "A crossover of scratch and last-layer needs at least two budgets that both were trained with.",
    );
  });
});

/** @file What is said of crossovers. */

import { describe, expect, it } from "vitest";
import { type Curve, findCrossover } from "../../statistics/index.ts";
import { describeCrossover } from "./crossover-sentence.ts";

/** A curve from budget → accuracies of seeds 0, 1, … */
function curve(strategy: string, rows: Record<number, number[]>): Curve {
  const points = Object.entries(rows).map(([budget, accuracies]) => ({
    budget: Number(budget),
    results: accuracies.map((accuracy, seed) => ({ seed, accuracy })),
  }));
  return { strategy, points };
}

/** Two curves whose differences scratch − last-layer are those given. */
function curves(rows: Record<number, number[]>): [Curve, Curve] {
  const shifted = Object.entries(rows).map(([budget, row]) => [budget, row.map((difference) => 0.5 + difference)]);
  const level = Object.entries(rows).map(([budget, row]) => [budget, row.map(() => 0.5)]);
  return [curve("scratch", Object.fromEntries(shifted)), curve("last-layer", Object.fromEntries(level))];
}

describe("describeCrossover", () => {
  const sentence = (rows: Record<number, number[]>) => describeCrossover(findCrossover(...curves(rows)));

  it("names the place with its interval", () => {
    expect(sentence({ 10: [-0.1, -0.12, -0.11], 1000: [0.3, 0.31, 0.29] })).toMatch(
      /^scratch overtakes last-layer at about 34 images per class \(95 % interval 32 to 36; 3 seeds\)\.$/,
    );
    expect(sentence({ 10: [-0.01, -0.01, 0.005, -0.02], 100: [0.1, 0.11, 0.12, 0.1] })).toMatch(
      /^The mean curves of scratch and last-layer cross at about 12 images per class, but below it the two cannot be told apart \(95 % interval from below the smallest budget to \d+; 4 seeds\)\.$/,
    );
    expect(sentence({ 10: [-0.1, 0.3, -0.3], 100: [0.3, -0.2, 0.1] })).toMatch(
      /^The mean curves of scratch and last-layer cross at about 22 images per class, but on either side of it the two cannot be told apart \(the 95 % interval reaches beyond the budgets on both sides; 3 seeds\)\.$/,
    );
  });

  it("claims no crossover of flat, noisy curves, even where the few seeds agree on a place", () => {
    // every seed crosses here, so resampling them always does; their spread is as large as the differences
    expect(sentence({ 10: [-0.001, -0.02, -0.004], 100: [0.001, 0.015, 0.003] })).toMatch(
      /^The mean curves of scratch and last-layer cross at about \d+ images per class, but on either side of it the two cannot be told apart \(95 % interval \d+ to \d+; 3 seeds\)\.$/,
    );
    expect(sentence({ 10: [-0.1, -0.11, -0.105], 100: [0.001, 0.015, 0.003] })).toMatch(
      /cross at about \d+ images per class, but above it the two cannot be told apart \(95 % interval \d+ to \d+; 3 seeds\)\.$/,
    );
  });

  it("says why there is no interval", () => {
    expect(sentence({ 10: [-0.1], 1000: [0.3] })).toBe(
      "scratch overtakes last-layer at about 32 images per class (1 seed). An interval needs at least 3 seeds that both strategies have at every budget, got 1.",
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
    const strategies = ["scratch", "last-layer"] as const;
    expect(describeCrossover({ kind: "not comparable", strategies, reason: "no shared seed" })).toBe(
      "A crossover of scratch and last-layer cannot be looked for: no seed has both at every budget.",
    );
  });
});

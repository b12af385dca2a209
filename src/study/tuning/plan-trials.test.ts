/** @file Candidates, rounds and the allowance that every strategy has. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TuningConfig } from "../file/tuning-schema.ts";
import { FIRST_SHARE, reachBeyond, candidateFactors, chooseFinalists, planTrials } from "./plan-trials.ts";

const tuning: TuningConfig = {
  factors: [0.25, 0.5, 1, 2, 4],
  learningRates: null,
  validation: 0.2,
  epochs: null,
  compute: 4,
};

describe("candidates", () => {
  test("are multiples of the recipe's own rate, itself among them", () => {
    expect(candidateFactors({ ...tuning, factors: [3, 0.5] }, 0.02)).toEqual([0.5, 1, 3]);
  });

  test("given as rates stand beside the recipe's own", () => {
    expect(candidateFactors({ ...tuning, learningRates: [0.04, 0.01, 0.02] }, 0.02)).toEqual([0.5, 1, 2]);
  });

  test.each([
    { best: 0.25, beyond: 1 / 16 },
    { best: 4, beyond: 16 },
    { best: 2, beyond: null },
    { best: 1, beyond: null },
  ])("with the best at $best have $beyond beside them", ({ best, beyond }) => {
    expect(reachBeyond(tuning, { factors: tuning.factors, best })).toBe(beyond);
  });

  test("that were given are not added to, and the recipe's own rate is no edge", () => {
    expect(reachBeyond({ ...tuning, learningRates: [0.1, 0.2] }, { factors: [1, 2, 4], best: 4 })).toBeNull();
    expect(reachBeyond(tuning, { factors: [1, 2], best: 1 })).toBeNull();
  });

  test.each([
    { ranked: [4, 2, 1, 0.5, 0.25], half: [1, 2, 4] },
    { ranked: [0.5, 0.25, 2, 4, 1], half: [0.25, 0.5, 1] },
    { ranked: [1, 2, 0.5, 4, 0.25, 16], half: [0.5, 1, 2] },
    { ranked: [1, 3], half: [1, 3] },
  ])("of the rank $ranked go on as $half", ({ ranked, half }) => {
    expect(chooseFinalists(ranked)).toEqual(half);
  });
});

describe("a plan", () => {
  const cellsOf = (seeds: number, budgets: number) =>
    Array.from({ length: seeds * budgets }, (_, index) => ({
      seed: Math.floor(index / budgets),
      imagesPerClass: 50 * ((index % budgets) + 1),
    }));
  const given = { folds: 5, candidates: 5, compute: 4 };

  test("of one run tries every candidate on one fold and half of them on two others", () => {
    const cell = { seed: 0, imagesPerClass: 50 };
    expect(planTrials(cellsOf(1, 1), given)).toEqual({
      first: [{ ...cell, fold: 4 }],
      second: [
        { ...cell, fold: 0 },
        { ...cell, fold: 1 },
      ],
    });
  });

  test("where images are held back by the study uses each run's once a round", () => {
    const { first, second } = planTrials(cellsOf(2, 1), { ...given, folds: null, compute: 100 });
    expect(first.map(({ fold }) => fold)).toEqual([null, null]);
    expect(second.map(({ seed }) => seed)).toEqual([0, 1]);
  });

  test("judges every budget, keeps to its allowance, and never judges by what chose", () => {
    const sizes = fc.record({ seeds: fc.integer({ min: 1, max: 6 }), budgets: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 2, max: 9 }),
        ({ seeds, budgets }, compute, candidates) => {
          const cells = cellsOf(seeds, budgets);
          const { first, second } = planTrials(cells, { folds: 5, candidates, compute });
          expect(new Set(second.map(({ imagesPerClass }) => imagesPerClass)).size).toBe(budgets);
          const key = (slot: unknown): string => JSON.stringify(slot);
          const all = [...first, ...second].map(key);
          expect(new Set(all).size).toBe(all.length);
          const half = Math.max(2, Math.ceil((candidates + 1) / 2));
          const spent = first.length * (candidates + 1) * FIRST_SHARE + second.length * half;
          const least = (candidates + 1) * FIRST_SHARE + Math.max(2, budgets) * half;
          // floating point of thirds
          expect(spent).toBeLessThanOrEqual(Math.max(least, compute * cells.length) + 1e-9);
        },
      ),
      { seed: 6 },
    );
  });
});

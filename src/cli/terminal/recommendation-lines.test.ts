/** @file What the terminal says of recommendations and seeds. */

import { describe, expect, test } from "vitest";
import type { BudgetRecommendation, SeedsRecord } from "../../study/index.ts";
import { recommendationLines, seedsLine, soFarTeller } from "./recommendation-lines.ts";

const prospect = { accuracy: 0.9, interval: [0.87, 0.93] as [number, number], expectedRegret: 0.01, seeds: 2 };
const unsure: BudgetRecommendation = {
  imagesPerClass: "all",
  region: 0.01,
  prospects: [
    { ...prospect, strategy: "last-layer", probability: 0.71, seconds: 3.2, inTheRunning: true },
    { ...prospect, strategy: "full", probability: 0.6, seconds: 80, inTheRunning: true },
    { ...prospect, strategy: "l2-sp", probability: 0.5, seconds: 80, inTheRunning: true },
    { ...prospect, strategy: "scratch", probability: 0, seconds: 80, inTheRunning: false },
  ],
  recommended: "last-layer",
  isSure: false,
  sureFrom: 0.75,
  equals: [],
  seedsNeeded: 6,
  regretOfImages: 0.002,
  doubling: null,
};
const sure: BudgetRecommendation = { ...unsure, isSure: true, equals: ["full"], region: 0.013, imagesPerClass: 50 };

test("twice as many images are worth a sentence where that is known", () => {
  const doubling = { gain: 0.018, low: 0.006, high: 0.031, level: 0.9 };
  const [line] = recommendationLines([{ ...sure, doubling }], { isFinished: true });
  expect(line).toMatch(/ Twice as many images would likely bring \+1\.8 points \(90 % interval \+0\.6 to \+3\.1\)\.$/);
});

describe("so far", () => {
  test("is one line, said again only when it changes", () => {
    const tell = soFarTeller();
    expect(tell(unsure)).toBe(
      "so far, of 4 strategies: last-layer, 71 % likely within 1 point of the best (2 others in the running)",
    );
    expect(tell(structuredClone(unsure))).toBeNull();
    expect(tell({ ...unsure, recommended: "full" })).toMatch(/^so far, of 4 strategies: full, 60 % likely/);
  });

  test("names the budget where there is one, each on its own", () => {
    const tell = soFarTeller();
    tell(unsure);
    const [chosen, , , out] = sure.prospects;
    expect(tell({ ...sure, prospects: [chosen, out] })).toBe(
      "so far with 50 images of each class, of 2 strategies: last-layer, 71 % likely within 1.3 points of the best",
    );
    expect(tell({ ...sure, imagesPerClass: 5, prospects: [chosen] })).toBeNull();
  });
});

describe("in the end", () => {
  test("what is sure comes with its equals", () => {
    expect(recommendationLines([sure], { isFinished: true })).toEqual([
      "Recommended with 50 images of each class: last-layer, test accuracy 90.0 % (90 % interval 87.0 to 93.0 %), " +
        "71 % likely within 1.3 points of the best, 3.2 s a run. As good, and no cheaper: full.",
    ]);
  });

  test("what is not comes with what would settle it", () => {
    const [seeds, images] = recommendationLines([unsure, { ...unsure, seedsNeeded: null }], { isFinished: true });
    expect(seeds).toMatch(
      /^Not sure yet: last-layer, .* Still open: full and l2-sp\. About 6 seeds in all would settle it\.$/,
    );
    expect(images).toMatch(/ More seeds would not settle it; more test images might\.$/);
  });
});

test("one strategy alone is an answer only where no other is to come", () => {
  const alone = { ...sure, prospects: sure.prospects.slice(0, 1) };
  expect(recommendationLines([alone, unsure], { isFinished: false })).toEqual([
    expect.stringMatching(/^Not sure yet: last-layer/),
  ]);
  expect(recommendationLines([alone], { isFinished: true })).toHaveLength(1);
});

describe("seeds", () => {
  const budgets: Extract<SeedsRecord["stopped"], { code: "settled" }>["budgets"] = [
    {
      imagesPerClass: "all",
      recommended: "full",
      expectedRegret: 0,
      regretOfImages: 0,
      inTheRunning: [],
      state: "one-left",
    },
  ];
  const rounds = [0, 1].map((seed) => ({ seed, strategies: ["source", "full", "last-layer"], budgets: [] }));

  test("that are added are named with their strategies", () => {
    expect(seedsLine({ rounds, stopped: null })).toBe("Seed 1 too, of full and last-layer: which is best is open.");
  });

  test.each<[NonNullable<SeedsRecord["stopped"]>, string]>([
    [{ code: "settled", budgets }, "No more seeds: one strategy alone is in the running."],
    [{ code: "most-seeds", budgets, seeds: 10 }, "No more seeds: 10 is the most."],
    [{ code: "nothing-ranked" }, "No more seeds: no strategy has learned its task."],
    [
      { code: "time", budgets, timeSeconds: 600, elapsedSeconds: 500, nextSeconds: 200 },
      "No more seeds: the next would take about 3 min 20 s, and 8 min 20 s of 10 min 00 s are over.",
    ],
  ])("end with a reason: %j", (stopped, line) => {
    expect(seedsLine({ rounds, stopped })).toBe(line);
  });
});

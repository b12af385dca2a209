/** @file What to type next. */

import { expect, test } from "vitest";
import type { BudgetRecommendation } from "../../study/index.ts";
import { answerLines, nextCommand } from "./recommend.ts";

const finished = {
  finishedAt: "2026-01-01T00:00:00Z",
  command: "npx graft run --data ./a --seeds auto --out 'my folder'",
};
const recommendation = (isSure: boolean, seedsNeeded: number | null): BudgetRecommendation =>
  ({ isSure, seedsNeeded }) as BudgetRecommendation;
const next = (
  recommendations: BudgetRecommendation[],
  summary: { finishedAt: string | null; command: string } = finished,
) => nextCommand({ summary, recommendations, directory: "runs/a" });

test("an unfinished study goes on", () => {
  expect(next([], { ...finished, finishedAt: null })).toBe("graft resume runs/a");
});

test("a finished one is made again with the seeds that the least sure of its budgets needs", () => {
  expect(next([recommendation(false, 5), recommendation(true, 3), recommendation(false, 8)])).toBe(
    "npx graft run --data ./a --seeds 8",
  );
});

test("a folder is left out however it is quoted", () => {
  const command = "graft run --data './it'\\''s a' --out './it'\\''s b' --time=10m --epochs 3";
  expect(next([recommendation(false, 5)], { ...finished, command })).toBe(
    "graft run --data './it'\\''s a' --epochs 3 --seeds 5",
  );
});

test("one strategy alone is an answer only where no other is to come", () => {
  const alone: BudgetRecommendation = {
    imagesPerClass: "all",
    region: 0.01,
    prospects: [
      {
        strategy: "full",
        accuracy: 0.9,
        interval: [0.87, 0.93],
        probability: 1,
        expectedRegret: 0,
        seconds: 3,
        seeds: 1,
        inTheRunning: true,
      },
    ],
    recommended: "full",
    isSure: true,
    sureFrom: 0.75,
    equals: [],
    seedsNeeded: 1,
    regretOfImages: 0,
    doubling: null,
  };
  expect(answerLines([alone], { isFinished: false })).toEqual([
    "No recommendation yet: one strategy alone has finished that learned its task.",
  ]);
  expect(answerLines([alone], { isFinished: true })).toEqual([expect.stringMatching(/^Recommended: full, /)]);
});

test("there is nothing to type where it is sure, or seeds are not what is missing", () => {
  expect(next([recommendation(true, 3)])).toBeNull();
  expect(next([recommendation(false, null)])).toBeNull();
});

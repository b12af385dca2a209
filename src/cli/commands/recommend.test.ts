/** @file What to type next. */

import { expect, test } from "vitest";
import type { BudgetRecommendation } from "../../study/index.ts";
import { nextCommand } from "./recommend.ts";

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

test("there is nothing to type where it is sure, or seeds are not what is missing", () => {
  expect(next([recommendation(true, 3)])).toBeNull();
  expect(next([recommendation(false, null)])).toBeNull();
});

/** @file What displays keep in mind of a study. */

import { expect, test } from "vitest";
import { followStudy } from "./follow-study.ts";
import { run, summary } from "./study.fixture.ts";

test("runs are named with their seed from the second one on", () => {
  const { newsOf, titleOf } = followStudy();
  expect(newsOf({ type: "study-started", directory: "runs/small", summary, resumed: false })).toBeNull();
  expect(titleOf(run)).toBe("From scratch");
  const rounds = [0, 1].map((seed) => ({ seed, strategies: ["source", "scratch"], budgets: [] }));
  expect(newsOf({ type: "seeds", seeds: { rounds, stopped: null } })).toMatch(/^Seed 1 too, of scratch: /);
  expect(titleOf(run)).toBe("From scratch, seed 0");
});

/** @file What displays keep in mind of a study. */

import { expect, test } from "vitest";
import { type RunRecord, type TrainingConfig, resolveStudy } from "../../../study/index.ts";
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

test("what the source's features change of a recipe is said once, before the first run that has it", () => {
  const training = resolveStudy({ training: { epochs: 20 } }).training as TrainingConfig;
  const told = { ...run, strategy: "full", training };
  const settled = { ...told, training: { ...training, epochs: 19 }, sourceProbe: { accuracy: 0.937, strength: 0.01 } };
  const { newsOf } = followStudy();
  newsOf({ type: "study-started", directory: "runs/small", summary: { ...summary, runs: [told] }, resumed: false });
  const starting = (started: RunRecord) =>
    newsOf({ type: "run-started", run: started, index: 0, count: 2, resumedAtEpoch: 0, studyTimeLeftMs: null });
  expect(starting(told)).toBeNull();
  expect(starting(settled)).toBe(
    "full, since a linear probe on the source gets 93.7 % of held-out training images right: 19 epochs",
  );
  expect(starting({ ...settled, seed: 1 })).toBeNull();
});

/** @file What the command line says of learning rates that are tuned, and of those that are not. */

import { describe, expect, test } from "vitest";
import type { TuningRecord } from "../../../study/index.ts";
import { studyStarted, tuningProgress } from "./sentences.ts";
import { summary } from "./study.fixture.ts";

const few: TuningRecord = {
  strategy: "full",
  imagesPerClass: 10,
  seed: 0,
  trainImages: 20,
  trials: [],
  chosen: 0.01,
  durationMs: 0,
  reason: { code: "few-images", needed: 50 },
};

function started(fields: Partial<typeof summary>): string {
  return studyStarted({
    type: "study-started",
    directory: "runs/small",
    summary: { ...summary, ...fields },
    resumed: false,
  });
}

describe("a study that is to tune", () => {
  test("says once that it has too few images for that", () => {
    expect(started({ budgets: [10], tuning: [few, { ...few, strategy: "scratch" }] })).toMatch(
      /Learning rates are not tuned: trials need at least 50 training images in all, and there are 20; every run takes its recipe's own rate\. Recipe: SGD\.$/,
    );
  });

  test("says nothing of it where one of its budgets has enough", () => {
    expect(started({ budgets: [10, 100], tuning: [few] })).toMatch(/Recipe: SGD\.$/);
  });

  test("shows how far its trials are", () => {
    expect(tuningProgress({ type: "tuning", strategy: "full", share: 0.35, studyTimeLeftMs: 65_000 })).toBe(
      "Trying learning rates of full: 35 % of the trials, study 1 min 05 s left",
    );
  });
});

/** @file What is left of a study. */

import { expect, test } from "vitest";
import { createPace } from "../run/time-left.ts";
import { studyTimeLeft } from "./run-listener.ts";

const work = { training: 1e9, forward: 0, step: 1e9, feature: 0, evaluation: 0 };
const works = [work, work, work, work];
const runs = [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }];
const found = {
  records: new Map([
    ["a", { status: "done" }],
    ["b", { status: "running" }],
    ["c", { status: "failed" }],
  ] as const),
};
const study = { runs, works, found };

test("is what is left of its run and the runs after it that are not over", () => {
  const pace = createPace();
  pace.trained(1e9, 500);
  expect(studyTimeLeft({ ...study, pace }, 1)).toBe(1000);
  expect(studyTimeLeft({ ...study, pace }, 1, 120)).toBe(620);
  expect(studyTimeLeft({ ...study, pace }, 3, 120)).toBe(120);
});

test("cannot be told before something was measured, unless its last run can", () => {
  expect(studyTimeLeft({ ...study, pace: createPace() }, 1)).toBeNull();
  expect(studyTimeLeft({ ...study, pace: createPace() }, 1, 120)).toBeNull();
  expect(studyTimeLeft({ ...study, pace: createPace() }, 3, 120)).toBe(120);
});

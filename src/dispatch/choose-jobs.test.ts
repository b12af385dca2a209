/** @file Workers and threads by cores, plan and memory. */

import { expect, test } from "vitest";
import { resolveStudy } from "../study/index.ts";
import { fitMemory, shareCores } from "./choose-jobs.ts";

/** Four runs, two of which start from another. */
const classic = resolveStudy({});
/** Dozens, in chains of two. */
const curve = resolveStudy({ preset: "budget-curve" });

test.each([
  ["one core", classic, { cores: 1 }, { jobs: 1, threads: 1 }],
  ["two cores", curve, { cores: 2 }, { jobs: 1, threads: 2 }],
  ["few runs side by side, which keep their threads", classic, { cores: 16 }, { jobs: 2, threads: 8 }],
  ["many runs", curve, { cores: 16 }, { jobs: 8, threads: 2 }],
  ["threads that are named", curve, { cores: 16, threads: 4 }, { jobs: 4, threads: 4 }],
  ["jobs that are named", curve, { cores: 16, jobs: 3 }, { jobs: 3, threads: 5 }],
  ["more jobs than cores", curve, { cores: 2, jobs: 3 }, { jobs: 3, threads: 1 }],
  ["both named", curve, { cores: 2, jobs: 3, threads: 2 }, { jobs: 3, threads: 2 }],
])("cores are shared for %s", (_, config, given, expected) => {
  expect(shareCores(config, given)).toEqual(expected);
});

test("as many work as memory has room for, and one anyway", () => {
  expect(fitMemory(8, { freeBytes: 8e9, imageBytes: 0.5e9 })).toBe(4);
  expect(fitMemory(2, { freeBytes: 8e9, imageBytes: 0.5e9 })).toBe(2);
  expect(fitMemory(8, { freeBytes: 1e9, imageBytes: 0.5e9 })).toBe(1);
});

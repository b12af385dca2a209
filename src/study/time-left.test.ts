/** @file The time left, from the speed measured so far. */

import { describe, expect, test } from "vitest";
import { type RunWork, timeLeft, workOf } from "./time-left.ts";

const run: RunWork = { id: "M2", epochs: 4, trainImages: 900, heldOutImages: 300, cached: false };
const cached: RunWork = { ...run, id: "M3", cached: true };

describe("workOf", () => {
  test("an evaluated image counts a third of a trained one", () => {
    expect(workOf(run)).toBe(4 * (900 + 100));
  });

  test("a run on features costs one pass over its images", () => {
    expect(workOf(cached)).toBe(400);
  });
});

describe("timeLeft", () => {
  test("is what is left of the run, and that with all that follow", () => {
    expect(timeLeft(run, { done: 0.75, following: [run, cached], imagesPerSecond: 100 })).toEqual({
      runTimeLeftMs: 10_000,
      studyTimeLeftMs: 10_000 + 40_000 + 4_000,
    });
  });

  test("is nothing at the end of the last run", () => {
    expect(timeLeft(run, { done: 1, following: [], imagesPerSecond: 100 })).toEqual({
      runTimeLeftMs: 0,
      studyTimeLeftMs: 0,
    });
  });

  test("cannot be told on features, whose speed says nothing of the others, or without a speed", () => {
    expect(timeLeft(cached, { done: 0, following: [run], imagesPerSecond: 100 })).toBeNull();
    expect(timeLeft(run, { done: 0, following: [], imagesPerSecond: 0 })).toBeNull();
    expect(timeLeft(run, { done: 0, following: [], imagesPerSecond: NaN })).toBeNull();
  });
});

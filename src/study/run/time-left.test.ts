/** @file The time left, from the speed measured so far. */

import { describe, expect, test } from "vitest";
import { createPace, shareOf, sumOf } from "./time-left.ts";

const work = { training: 6e9, forward: 1e9 };

describe("a pace", () => {
  test("tells nothing before something was measured", () => {
    expect(createPace().timeOf(work)).toBeNull();
    expect(createPace().timeOf({ training: 0, forward: 0 })).toBe(0);
  });

  test("is that of steps for training, and that of features and evaluations for the rest", () => {
    const pace = createPace();
    pace.trained(2e8, 2);
    pace.passed(1e9, 5);
    expect(pace.timeOf(work)).toBeCloseTo(60 + 5, 9);
  });

  test("takes a step's operations for twice as slow until both are measured", () => {
    const afterFeatures = createPace();
    afterFeatures.passed(1e9, 5);
    expect(afterFeatures.timeOf(work)).toBeCloseTo(60 + 5, 9);
    const afterSteps = createPace();
    afterSteps.trained(2e8, 2);
    expect(afterSteps.timeOf(work)).toBeCloseTo(60 + 5, 9);
  });

  test("is the newest", () => {
    const pace = createPace();
    pace.trained(2e8, 2);
    pace.trained(2e8, 1);
    expect(pace.timeOf({ training: 1e9, forward: 0 })).toBeCloseTo(5, 9);
  });

  test("is not measured by small steps, nor by those that took no time", () => {
    const pace = createPace();
    pace.trained(9e7, 100);
    pace.trained(2e8, 0);
    pace.trained(2e8, NaN);
    pace.passed(9e7, 100);
    expect(pace.timeOf(work)).toBeNull();
  });
});

test("works add up, and a share of one is that of both kinds", () => {
  expect(sumOf([work, shareOf(work, 0.5)])).toEqual({ training: 9e9, forward: 1.5e9 });
  expect(sumOf([])).toEqual({ training: 0, forward: 0 });
});

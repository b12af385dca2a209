/** @file Schedules step by step, against PyTorch's and by hand. */

import { describe, expect, test } from "vitest";
import { type GoldenSchedule, readTrajectories } from "../../../test/golden/trajectories.ts";
import { ConfigError } from "../../core/index.ts";
import { type Schedule, constant, cosine, oneCycle, stepDecay, warmUp } from "./schedules.ts";

const golden = readTrajectories().schedules;

function rates(schedule: Schedule, totalSteps: number): number[] {
  return Array.from({ length: totalSteps }, (_, step) => schedule(step, totalSteps));
}

function scheduleOf(settings: GoldenSchedule, totalSteps: number): Schedule {
  switch (settings.kind) {
    case "oneCycle": {
      const { maxLearningRate, warmupFraction, initialDivisor, finalDivisor } = settings;
      return oneCycle(maxLearningRate, {
        rise: warmupFraction,
        startDivisor: initialDivisor,
        endDivisor: finalDivisor,
      });
    }
    case "cosine":
      return cosine(settings.learningRate, { floor: settings.minLearningRate });
    case "step": {
      const { learningRate, stepSize, gamma } = settings;
      const count = Math.ceil(totalSteps / stepSize) - 1;
      const at = Array.from({ length: count }, (_, index) => ((index + 1) * stepSize) / totalSteps);
      return stepDecay(learningRate, { at, factor: gamma });
    }
  }
}

test.each(golden)("$name has PyTorch's rate at every step", ({ settings, learningRates }) => {
  const found = rates(scheduleOf(settings, learningRates.length), learningRates.length);
  expect(found).toHaveLength(100);
  // both sides compute in float64, PyTorch's cosine from one step to the next
  found.forEach((rate, step) => expect(Math.abs(rate - learningRates[step])).toBeLessThan(1e-14));
});

test("a constant rate stays", () => {
  expect(rates(constant(0.3), 3)).toEqual([0.3, 0.3, 0.3]);
});

describe("stepDecay", () => {
  test("falls at the very step of its fraction, however the fraction rounds", () => {
    // 0.55 * 100 is 55.000000000000007
    for (let step = 1; step < 100; step++) {
      const found = rates(stepDecay(1, { at: [step / 100] }), 100);
      expect(found.indexOf(0.1)).toBe(step);
    }
    expect(rates(stepDecay(1, { at: [0.55] }), 100).indexOf(0.1)).toBe(55);
  });

  test("waits for the first step after a fraction between two", () => {
    expect(rates(stepDecay(1, { at: [0.5], factor: 0.5 }), 5)).toEqual([1, 1, 1, 0.5, 0.5]);
  });
});

describe("oneCycle", () => {
  test("begins at a 25th of its maximum and ends at a 250,000th", () => {
    const found = rates(oneCycle(1), 1000);
    expect(found[0]).toBeCloseTo(1 / 25, 12);
    expect(Math.max(...found)).toBe(1);
    expect(found.indexOf(1)).toBe(299);
    expect(found[999]).toBeCloseTo(1 / 25e4, 12);
  });

  test.each([1, 2, 3, 4, 5])("a run of %i steps has a rate above 0 at every step, and begins high", (totalSteps) => {
    const found = rates(oneCycle(0.1), totalSteps);
    expect(found.every((rate) => rate > 0 && rate <= 0.1)).toBe(true);
    expect(Math.max(...found)).toBeGreaterThan(0.08);
  });

  test("a run of one step has the maximum", () => {
    expect(rates(oneCycle(0.1), 1)).toEqual([0.1]);
  });
});

describe("warmUp", () => {
  test("rises by equal steps to the schedule", () => {
    expect(rates(warmUp(constant(1), { fraction: 0.4 }), 10)).toEqual([0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 1, 1]);
  });

  test("leaves the schedule's own fractions where they were", () => {
    const found = rates(warmUp(stepDecay(1, { at: [0.5] }), { fraction: 0.2 }), 10);
    expect(found.indexOf(0.1)).toBe(5);
    expect(found[2]).toBe(1);
  });

  test("of no length is the schedule", () => {
    expect(rates(warmUp(cosine(1), { fraction: 0 }), 7)).toEqual(rates(cosine(1), 7));
  });

  test.each([-0.1, 1, Number.NaN])("refuses a fraction of %d", (fraction) => {
    expect(() => warmUp(constant(1), { fraction })).toThrow(
      new ConfigError(`warm-up: expected a fraction in [0, 1), got ${fraction}.`),
    );
  });
});

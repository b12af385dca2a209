import { describe, expect, test } from "vitest";
import { int64, zeros } from "../../core/index.ts";
import type { BatchSource } from "./fit.ts";
import { type RangeTestEnd, type RangeTestPoint, rangeTest, suggestLearningRate } from "./range-test.ts";
import { oneByOne } from "./tiny-task.fixture.ts";
import type { Trainer } from "./trainer.ts";

/** Batches whose label tells the batch's place in its epoch. */
const data: BatchSource = {
  batchesPerEpoch: 3,
  imagesPerEpoch: 3,
  epoch: async function* (epoch) {
    for (let batch = 0; batch < 3; batch++) yield { input: zeros([1]), labels: int64([10 * epoch + batch]) };
  },
};

/** A trainer whose losses are given; it keeps what it was asked to do. */
function trainerOf(lossAt: (learningRate: number, step: number) => number): Trainer & { batches: number[] } {
  const batches: number[] = [];
  return {
    batches,
    ...oneByOne(async ({ labels }, { step, learningRate }) => {
      batches.push(Number(labels.data[0]));
      return { loss: lossAt(learningRate, step), correct: 0 };
    }),
    parameters: async () => ({}),
    averages: async () => null,
    slots: async () => ({}),
    close: async () => {},
  };
}

describe("rangeTest", () => {
  test("raises the rate exponentially, passing over the data as often as it needs", async () => {
    const trainer = trainerOf(() => 1);
    const { points, end } = await rangeTest({ trainer, data, from: 1e-4, to: 1, steps: 5 });
    expect(end).toBe("last step");
    expect(points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    points.forEach(({ learningRate }, index) => expect(learningRate).toBeCloseTo(10 ** (index - 4), 12));
    expect(trainer.batches).toEqual([0, 1, 2, 10, 11]);
  });

  test("smooths the loss without a bias at the start", async () => {
    const losses = [2, 1, 4];
    const trainer = trainerOf((_rate, step) => losses[step]);
    const { points } = await rangeTest({ trainer, data, from: 0.1, to: 1, steps: 3 });
    expect(points.map(({ loss }) => loss)).toEqual(losses);
    const expected = [2, (0.9 * 2 + 1) / 1.9, (0.81 * 2 + 0.9 * 1 + 4) / 2.71];
    points.forEach(({ smoothedLoss }, index) => expect(smoothedLoss).toBeCloseTo(expected[index], 12));
  });

  test("ends after the step at which the smoothed loss exceeds four times its minimum", async () => {
    const trainer = trainerOf((_rate, step) => (step < 4 ? 1 : 30));
    const { points, end } = await rangeTest({ trainer, data, from: 0.1, to: 1, steps: 50 });
    expect(end).toBe("loss rose");
    expect(points).toHaveLength(5);
    expect(points[4].smoothedLoss).toBeGreaterThan(4);
  });

  test.each([NaN, Infinity])("ends at a loss of %d, which is left out", async (loss) => {
    const trainer = trainerOf((_rate, step) => (step === 2 ? loss : 1));
    const { points, end } = await rangeTest({ trainer, data, from: 0.1, to: 1, steps: 50 });
    expect([end, points.length]).toEqual(["loss not finite", 2]);
  });

  test("stops at the signal, and tells of each step", async () => {
    const controller = new AbortController();
    const told: number[] = [];
    const { points, end } = await rangeTest({
      trainer: trainerOf(() => 1),
      data,
      from: 0.1,
      to: 1,
      steps: 50,
      signal: controller.signal,
      onStep: ({ step }) => {
        told.push(step);
        if (step === 4) controller.abort();
      },
    });
    expect([end, points.length, told]).toEqual(["interrupted", 4, [1, 2, 3, 4]]);
  });
});

describe("suggestLearningRate", () => {
  /** Ten points of loss 2 at rates up to 1e-5, then these at rates ten times higher each. */
  const points = (...smoothed: number[]): RangeTestPoint[] =>
    [...Array<number>(10).fill(2), ...smoothed].map((smoothedLoss, index) => ({
      step: index + 1,
      learningRate: 1e-5 * 10 ** Math.max(-1, index - 9),
      loss: 1,
      smoothedLoss,
    }));
  const rose: { end: RangeTestEnd } = { end: "loss rose" };

  test("is a tenth of the rate at the lowest smoothed loss, in two digits", () => {
    expect(suggestLearningRate(points(1.9, 1, 1.5, 9), rose)).toEqual({
      learningRate: 1e-4,
      atMinimum: expect.closeTo(1e-3, 12),
      stillFalling: false,
    });
    const uneven = points(1.9, 1, 1.5).map((point) => ({ ...point, learningRate: point.learningRate * 12.3456 }));
    expect(suggestLearningRate(uneven, rose)).toMatchObject({ learningRate: 0.0012 });
  });

  test("does not trust the luck of the first batches", () => {
    const lucky = points(1.5, 1.2, 1.6).map((point) => (point.step < 5 ? { ...point, smoothedLoss: 0.3 } : point));
    expect(suggestLearningRate(lucky, rose)).toMatchObject({ learningRate: 1e-4 });
  });

  test("says where the loss was still falling at the highest rate", () => {
    expect(suggestLearningRate(points(1.5, 1), { end: "last step" })).toMatchObject({ stillFalling: true });
    expect(suggestLearningRate(points(1.5, 1), rose)).toMatchObject({ stillFalling: false });
    expect(suggestLearningRate(points(1, 1.5), { end: "last step" })).toMatchObject({ stillFalling: false });
  });

  test.each([
    ["there is no point", [], "rates too high"],
    ["the loss never fell", points(3, 9), "loss hardly fell"],
    ["the loss fell by less than a twentieth", points(1.92, 3), "loss hardly fell"],
    ["it would lie below the rates that were tested", points(1, 9).map(nearTogether), "rates too high"],
  ])("is none where %s", (_why, some, reason) => {
    expect(suggestLearningRate(some, rose)).toBe(reason);
  });
});

/** The same losses at rates of which the highest is not ten times the lowest. */
function nearTogether(point: RangeTestPoint): RangeTestPoint {
  return { ...point, learningRate: 0.1 * 1.1 ** point.step };
}

/** @file The search for an oracle: which training is tried next. */

import { describe, expect, test } from "vitest";
import { epochsOf } from "../../bench/answers/oracle.ts";
import { linearScores } from "../../bench/answers/linear-scores.ts";
import { type Search, type Trial, type TriedTraining, bestOf, nextTrial } from "../../bench/answers/search.ts";

const search: Search = { firstRate: 0.002, steps: 100, augmentations: ["none", "mild", "photo"] };

/** Everything that a search tries, where `accuracyOf` says what comes of it. */
function follow(accuracyOf: (trial: Trial) => number | null, options: Search = search): TriedTraining[] {
  const tried: TriedTraining[] = [];
  for (;;) {
    const trial = nextTrial(tried, options);
    if (trial === null) return tried;
    if (tried.length > 60) throw new Error("the search does not end");
    tried.push({ ...trial, accuracy: accuracyOf(trial), logLoss: 1 });
  }
}

/** Higher the nearer the rate is to the best one. */
function peakAt(best: number): (trial: Trial) => number {
  return ({ rate }) => 1 - Math.abs(Math.log2(rate / best)) / 100;
}

function ratesOf(tried: readonly TriedTraining[]): number[] {
  return tried.filter(({ steps, augmentation }) => steps === 100 && augmentation === "none").map(({ rate }) => rate);
}

describe("nextTrial", () => {
  test("begins with three rates a factor 4 apart and then tries those a factor 2 from the best", () => {
    expect(ratesOf(follow(peakAt(0.002)))).toEqual([0.002, 0.0005, 0.008, 0.001, 0.004]);
  });

  test("goes on upwards where the best rate is the highest, until it is not", () => {
    expect(ratesOf(follow(peakAt(0.032)))).toEqual([0.002, 0.0005, 0.008, 0.032, 0.128, 0.016, 0.064]);
  });

  test("goes on downwards where the best rate is the lowest", () => {
    expect(ratesOf(follow(peakAt(0.000125)))).toEqual([0.002, 0.0005, 0.008, 0.000125, 0.00003125, 0.0000625, 0.00025]);
  });

  test("climbs on from a neighbour that turns out better, to what has no untried neighbour", () => {
    const tried = ratesOf(follow(peakAt(0.004)));
    expect(tried).toEqual([0.002, 0.0005, 0.008, 0.001, 0.004]);
    expect(new Set(ratesOf(follow(peakAt(0.016))))).toEqual(new Set([0.002, 0.0005, 0.008, 0.032, 0.004, 0.016]));
  });

  test("lowers the rate where every run diverges, and gives up a factor of a thousand below", () => {
    const tried = follow(() => null);
    expect(Math.min(...ratesOf(tried))).toBe(0.002 / 1024);
    expect(tried).toHaveLength(ratesOf(tried).length);
  });

  test("a rate that diverges bounds the climb", () => {
    const diverges = (trial: Trial): number | null => (trial.rate > 0.01 ? null : peakAt(1)(trial));
    expect(Math.max(...ratesOf(follow(diverges)))).toBe(0.032);
  });

  test("ends on a plateau, however wide", () => {
    // every rate is as good as every other one
    expect(follow(() => 1).length).toBeLessThan(20);
  });

  test("then trains the best rate three times as long, and then with the other augmentations", () => {
    const longerIsBetter = (trial: Trial): number => peakAt(0.002)(trial) + trial.steps / 1e5;
    expect(follow(longerIsBetter).slice(-3)).toMatchObject([
      { rate: 0.002, steps: 300, augmentation: "none" },
      { rate: 0.002, steps: 300, augmentation: "mild" },
      { rate: 0.002, steps: 300, augmentation: "photo" },
    ]);
  });

  test("augmentations are tried with the fewer steps where more did not help", () => {
    const shorterIsBetter = (trial: Trial): number => peakAt(0.002)(trial) - trial.steps / 1e5;
    expect(follow(shorterIsBetter, { ...search, augmentations: ["none", "mild"] }).slice(-2)).toMatchObject([
      { steps: 300, augmentation: "none" },
      { steps: 100, augmentation: "mild" },
    ]);
  });

  test("a search that was stopped anywhere goes on as if it had not been", () => {
    const whole = follow(peakAt(0.008));
    for (let length = 0; length < whole.length; length++) {
      const { rate, steps, augmentation } = whole[length];
      expect(nextTrial(whole.slice(0, length), search)).toEqual({ rate, steps, augmentation });
    }
    expect(nextTrial(whole, search)).toBeNull();
  });
});

test("the best is the most accurate, then the surest, and never one that diverged", () => {
  const a = { accuracy: 0.9, logLoss: 0.5 };
  const b = { accuracy: 0.9, logLoss: 0.4 };
  const c = { accuracy: 0.8, logLoss: 0.1 };
  const diverged = { accuracy: null, logLoss: null };
  expect(bestOf([diverged, c, a, b])).toBe(b);
  expect(bestOf([diverged])).toBeNull();
});

test.each([
  // steps, images, steps of one epoch, epochs
  [1000, 20, 100, 10],
  [1000, 200, 105, 10],
  [1000, 2000, 126, 8],
  [1000, 64_000, 2000, 1],
  [150, 245, 16, 9],
])("%i steps on %i images are epochs of %i steps, %i times", (steps, images, ofAnEpoch, epochs) => {
  const found = epochsOf(steps, images);
  const passes = Math.ceil(found.minStepsPerEpoch / Math.ceil(images / 32));
  expect([passes * Math.ceil(images / 32), found.epochs]).toEqual([ofAnEpoch, epochs]);
});

describe("linearScores", () => {
  const identity = { weight: Float32Array.from([1, 0, 0, 1]), bias: Float32Array.from([0, 0]) };

  test("are the share of right answers and the mean cross-entropy", () => {
    const features = Float32Array.from([2, 0, 0, 1]);
    const { accuracy, logLoss } = linearScores(identity, { features, labels: [0, 0] });
    expect(accuracy).toBe(0.5);
    // log(1 + e^-2) and log(1 + e)
    expect(logLoss).toBeCloseTo((Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.E)) / 2, 12);
  });

  test("are finite where logits are large, and a tie is the first class", () => {
    const features = Float32Array.from([1000, 0, 0, 0]);
    expect(linearScores(identity, { features, labels: [1, 0] })).toEqual({
      accuracy: 0.5,
      logLoss: (1000 + Math.log(2)) / 2,
    });
  });
});

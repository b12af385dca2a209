/** @file Scores of trials by hand, and what temperatures and errors do. */

import { describe, expect, test } from "vitest";
import { compare, isBroken, pool, trialScores } from "./evidence.ts";

describe("scores", () => {
  const labels = [0, 1, 0, 1, 0, 1, 0, 1];
  /** Logits [z, 0] or [0, z]: every answer is right but the last. */
  const logits = (size: number): Float32Array =>
    Float32Array.from(labels.flatMap((label, image) => ((label === 0) !== (image === 7) ? [size, 0] : [0, size])));

  test("say which answers are right", () => {
    expect(trialScores(logits(3), labels).correct).toEqual([true, true, true, true, true, true, true, false]);
  });

  test("do not depend on how sure a model is, but for the temperature's pull towards 1", () => {
    const total = (size: number): number =>
      trialScores(logits(size), labels).losses.reduce((sum, loss) => sum + loss, 0);
    // 7 of 8 right: the best logit is log 7, the loss 8 times the entropy of 1/8
    const best = -7 * Math.log(7 / 8) - Math.log(1 / 8);
    expect(total(Math.log(7))).toBeCloseTo(best, 6);
    // as they are, logits of 8 would cost 8 for the wrong answer; the pull leaves less than half an image's worth
    expect(total(8)).toBeLessThan(best + 0.5);
    expect(total(0.5)).toBeLessThan(best + 0.5);
  });

  test("of images that are all right do not go to 0", () => {
    const right = labels.flatMap((label) => (label === 0 ? [2, 0] : [0, 2]));
    const { losses } = trialScores(Float32Array.from(right), labels);
    expect(Math.min(...losses)).toBeGreaterThan(1e-3);
    // log(1 + e^-2) = 0.127 as they are
    expect(Math.max(...losses)).toBeLessThan(0.127);
  });

  test("are finite for logits that no exponential holds, and those of a broken model", () => {
    const scores = trialScores(Float32Array.of(5000, 0, 0, 5000), [0, 0]);
    expect(scores.losses.every(Number.isFinite)).toBe(true);
    expect(isBroken(scores, 2)).toBe(true);
  });

  test("of a model that is sure and wrong half of the time are not", () => {
    const scores = trialScores(
      Float32Array.from(labels.flatMap((_, image) => (image % 4 < 2 ? [30, 0] : [0, 30]))),
      labels,
    );
    expect(isBroken(scores, 2)).toBe(false);
  });
});

describe("a comparison", () => {
  const scores = (losses: number[], correct = losses.map((loss) => loss < 0.7)) => ({ losses, correct });

  test("is of the same images, one by one", () => {
    const evidence = compare([scores([1, 2, 3])], [scores([0.5, 1.4, 2.3])]);
    expect(evidence.improvement).toBeCloseTo(0.6, 12);
    // differences 0.5, 0.6, 0.7: deviation 0.1
    expect(evidence.standardError).toBeCloseTo(0.1 / Math.sqrt(3), 12);
    expect(evidence.accuracyGain).toBeCloseTo(1 / 3, 12);
  });

  test("is no surer than its folds agree", () => {
    const recipe = [scores([1, 1, 1]), scores([1, 1, 1])];
    const candidate = [scores([0.5, 0.5, 0.5]), scores([0.9, 0.9, 0.9])];
    // images: differences 0.5 and 0.1, deviation 0.219 over √6; folds: 0.283 over √2
    expect(compare(recipe, candidate).standardError).toBeCloseTo(0.2, 12);
  });

  test("of one image says nothing", () => {
    expect(compare([scores([1])], [scores([0.1])]).standardError).toBe(Infinity);
  });

  test("is pooled with budgets of equal say", () => {
    const all = pool([
      { improvement: 0.1, standardError: 0.03, accuracyGain: 0.01 },
      { improvement: 0.3, standardError: 0.04, accuracyGain: 0.03 },
    ]);
    expect(all.improvement).toBeCloseTo(0.2, 12);
    expect(all.standardError).toBeCloseTo(0.025, 12);
    expect(all.accuracyGain).toBeCloseTo(0.02, 12);
  });
});

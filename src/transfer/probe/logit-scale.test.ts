import { describe, expect, test } from "vitest";
import { hash32, hashSymmetric } from "../../../test/golden/hash-data.ts";
import { logitScale } from "./logit-scale.ts";
import { softmax } from "./probe-data.fixture.ts";

const [count, numClasses] = [40, 3];
const labels = Array.from({ length: count }, (_, row) => hash32(1, row) % numClasses);
const telling = Float64Array.from(hashSymmetric(2, count * numClasses, 100), (value, place) =>
  labels[Math.floor(place / numClasses)] === place % numClasses ? value + 60 : value,
);

/** As if one more image were evenly of every class. */
function smoothedLoss(factor: number, scores: Float64Array): number {
  return labels.reduce((sum, label, row) => {
    const probabilities = softmax(Array.from(scores.subarray(row * 3, row * 3 + 3), (score) => factor * score));
    const even = probabilities.reduce((total, probability) => total - Math.log(probability) / numClasses, 0);
    return sum + (count * -Math.log(probabilities[label]) + even) / (count + 1);
  }, 0);
}

describe("logitScale", () => {
  test("is where the loss is least", () => {
    const factor = logitScale({ scores: telling, labels, numClasses });
    expect(factor).toBeGreaterThan(0);
    const least = smoothedLoss(factor, telling);
    for (const other of [0.5, 0.9, 0.99, 1.01, 1.1, 2])
      expect(smoothedLoss(other * factor, telling)).toBeGreaterThan(least);
  });

  test("is as many times smaller as scores are larger, and does not mind what is added to a row", () => {
    const factor = logitScale({ scores: telling, labels, numClasses });
    const other = telling.map((score, place) => 1e6 * score + 1e4 * Math.floor(place / numClasses));
    expect((logitScale({ scores: other, labels, numClasses }) * 1e6) / factor).toBeCloseTo(1, 6);
  });

  test("is 0 where scores speak for the wrong classes", () => {
    expect(logitScale({ scores: telling.map((score) => -score), labels, numClasses })).toBe(0);
    expect(logitScale({ scores: new Float64Array(count * numClasses), labels, numClasses })).toBe(0);
  });

  test("is finite where scores are always right", () => {
    const scores = Float64Array.from({ length: count * numClasses }, (_, place) =>
      labels[Math.floor(place / numClasses)] === place % numClasses ? 5 : 1,
    );
    const factor = logitScale({ scores, labels, numClasses });
    // the share of each wrong class is that of the one more image: p = (1/3) / 41
    expect(softmax([5 * factor, factor, factor])[1]).toBeCloseTo(1 / 123, 8);
  });
});

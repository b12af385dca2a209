import { expect, test } from "vitest";
import type { FeatureRows } from "../feature-cache.ts";
import { linearMetrics } from "./linear-metrics.ts";

const values = [1, 0, 0, 1, 1, 1];
const features: FeatureRows = {
  count: 3,
  shape: [2],
  read: (rows, into) => rows.forEach((row, place) => into.set(values.slice(2 * row, 2 * row + 2), 2 * place)),
};

test("the mean cross-entropy and the share of right answers, the first of equals counting", () => {
  // logits 2 0 | 0 1 | 2 1
  const classifier = { weight: [2, 0, 0, 1], bias: [0, 0] };
  const losses = [Math.log(1 + Math.exp(-2)), Math.log(1 + Math.exp(1)), Math.log(1 + Math.exp(1))];
  const { loss, accuracy } = linearMetrics(classifier, { features, labels: [0, 0, 1] });
  expect(loss).toBeCloseTo((losses[0] + losses[1] + losses[2]) / 3, 12);
  expect(accuracy).toBeCloseTo(1 / 3, 12);
  const equal = { weight: [0, 0, 0, 0], bias: [0, 0] };
  expect(linearMetrics(equal, { features, labels: [0, 0, 1] }).accuracy).toBeCloseTo(2 / 3, 12);
});

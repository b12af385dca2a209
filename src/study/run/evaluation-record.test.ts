import { expect, it } from "vitest";
import type { ImageSubset } from "../../data/index.ts";
import { unpackPredictions } from "../../statistics/index.ts";
import { evaluationRecord } from "./evaluation-record.ts";

/** Four images of one pixel, the first of which is not of the task. */
const subset: ImageSubset = {
  part: { count: 4, pixels: Uint8Array.of(9, 10, 20, 30), labels: Uint16Array.of(2, 0, 1, 1) },
  indices: Uint32Array.of(1, 2, 3),
  labels: Uint16Array.of(0, 1, 1),
  classNames: ["a", "b", "c"],
};
const probabilities = Float64Array.from([0.9, 0.05, 0.05, 0.5, 0.3, 0.2, 0.1, 0.2, 0.7]);

it("keeps every answer and how sure it was, right ones too", () => {
  const { predicted = "" } = evaluationRecord({ subset, probabilities, detailed: true });
  const { labels, probabilities: sure } = unpackPredictions(predicted, 3);
  expect(Array.from(labels)).toEqual([0, 0, 2]);
  expect(Array.from(sure, (one) => one.toFixed(3))).toEqual(["0.900", "0.500", "0.700"]);
});

it("keeps no answers of runs that no report shows in detail", () => {
  expect(evaluationRecord({ subset, probabilities, detailed: false })).not.toHaveProperty("predicted");
});

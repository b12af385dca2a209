import { expect, it } from "vitest";
import { packPredictions, unpackPredictions } from "./packed-predictions.ts";

it("gives back what was packed, to a 65,535th", () => {
  const labels = [0, 999, 65_535];
  const probabilities = [0.25, 1, 0.333_333];
  const text = packPredictions({ labels, probabilities });
  expect(text).toHaveLength(16);
  const found = unpackPredictions(text, 3);
  expect(Array.from(found.labels)).toEqual(labels);
  Array.from(found.probabilities).forEach((value, image) =>
    expect(Math.abs(value - probabilities[image])).toBeLessThanOrEqual(0.5 / 65_535),
  );
});

it("refuses text of another number of images", () => {
  const text = packPredictions({ labels: [1], probabilities: [1] });
  expect(() => unpackPredictions(text, 2)).toThrow("unpackPredictions: expected answers to 2 images, got those to 1.");
});

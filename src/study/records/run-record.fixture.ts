/** @file A run of two epochs, as its record says it. */

import type { EpochRecord, RunRecord } from "./records.ts";

/** The epoch of a number. */
export const epoch = (number: number): EpochRecord => ({
  epoch: number,
  trainLoss: 1 / number,
  trainAccuracy: 0.5,
  testLoss: 2 / 3,
  testAccuracy: 0.25,
  learningRate: 0.01,
  trainDurationMs: 10,
  durationMs: 12,
  imagesPerSecond: 300,
});

/** A run under way. */
export const record: RunRecord = {
  id: "M2-scratch-seed0",
  model: "M2",
  strategy: "scratch",
  label: "no transfer",
  task: "target",
  seed: 0,
  startsFrom: null,
  status: "running",
  trainImages: 32,
  testImages: 8,
  totalParameters: 10,
  trainableParameters: 10,
  epochs: [epoch(1), epoch(2)],
  durationMs: 40,
  featureDurationMs: 0,
  imagesPerClass: "all",
  learningRate: 0.01,
  flops: { total: 0, backward: 0 },
};

/** @file Events of a small study, for tests of the displays. */

import type { EpochRecord, RunRecord, StudyEvent, StudySummary } from "../../../study/index.ts";

/** One epoch of a run. */
export const epochRecord: EpochRecord = {
  epoch: 2,
  trainLoss: 0.5124,
  trainAccuracy: 0.781,
  testLoss: 0.6012,
  testAccuracy: 0.7531,
  learningRate: 0.01,
  trainDurationMs: 9000,
  durationMs: 10_000,
  imagesPerSecond: 402.4,
};

/** A run of the target task under way. */
export const run: RunRecord = {
  id: "M2-scratch-seed0",
  model: "M2",
  strategy: "scratch",
  label: "no transfer",
  task: "target",
  seed: 0,
  startsFrom: null,
  status: "running",
  trainImages: 10_000,
  testImages: 2000,
  totalParameters: 581_026,
  trainableParameters: 581_026,
  epochs: [],
  durationMs: 0,
  featureDurationMs: 0,
  imagesPerClass: "all",
  learningRate: 0.01,
  flops: { total: 0, backward: 0 },
};

/** A study of that run. */
export const summary: StudySummary = {
  formatVersion: 1,
  name: "small",
  protocol: "",
  notes: [],
  dataset: { name: "tiny", title: "Tiny", classNames: ["ant", "bee"], checksum: "", provenance: "made in a test" },
  source: { classIds: [0], classNames: ["ant"], trainImages: 1, validationImages: 0, testImages: 1 },
  target: { classIds: [1], classNames: ["bee"], trainImages: 1, validationImages: 0, testImages: 1 },
  seeds: [0],
  epochs: 20,
  batchSize: 32,
  recipe: "SGD",
  runs: [run],
  budgets: ["all"],
  tuning: [],
  transferability: [],
  featureMaps: [],
  firstFilters: [],
  examples: { channels: 1, height: 1, width: 1, classes: [] },
  machine: { platform: "", cpu: "", threads: 2, device: "cpu", node: "", onnxruntime: "", graft: "" },
  startedAt: "2026-01-01T00:00:00Z",
  finishedAt: null,
  durationMs: 0,
  command: "graft run",
};

/** A batch of the run's second epoch. */
export const batchEvent: Extract<StudyEvent, { type: "batch" }> = {
  type: "batch",
  run,
  epoch: 2,
  epochs: 20,
  batch: 100,
  batches: 400,
  loss: 0.4567,
  accuracy: 0.8123,
  imagesPerSecond: 1234.5,
  runTimeLeftMs: 65_000,
  studyTimeLeftMs: 600_000,
};

/** @file `results.csv`: the whole study as tidy data, one row a run and epoch. */

import { csvCell } from "../core/index.ts";
import type { EpochRecord, RunRecord } from "../study/index.ts";
import { type StoredSummary, completeSummary } from "./runs/complete-summary.ts";

const columns = {
  study: ({ study }) => study,
  run: ({ run }) => run.id,
  model: ({ run }) => run.model,
  strategy: ({ run }) => run.strategy,
  task: ({ run }) => run.task,
  seed: ({ run }) => run.seed,
  epoch: ({ epoch }) => epoch.epoch,
  train_loss: ({ epoch }) => epoch.trainLoss,
  train_accuracy: ({ epoch }) => epoch.trainAccuracy,
  validation_loss: ({ epoch }) => epoch.validationLoss,
  validation_accuracy: ({ epoch }) => epoch.validationAccuracy,
  test_loss: ({ epoch }) => epoch.testLoss,
  test_accuracy: ({ epoch }) => epoch.testAccuracy,
  learning_rate: ({ epoch }) => epoch.learningRate,
  train_duration_ms: ({ epoch }) => epoch.trainDurationMs,
  duration_ms: ({ epoch }) => epoch.durationMs,
  images_per_second: ({ epoch }) => epoch.imagesPerSecond,
  // later columns go to the end, so that readers by position go on working
  images_per_class: ({ run }) => run.imagesPerClass,
  run_learning_rate: ({ run }) => run.learningRate,
} satisfies Record<
  string,
  (row: { study: string; run: RunRecord; epoch: EpochRecord }) => Parameters<typeof csvCell>[0]
>;

/**
 * The CSV of a study: a header line, then runs in their order and epochs in theirs.
 *
 * Numbers are the shortest decimals that read back to the same float64; `NaN` and `Infinity` are
 * written so, absent values as nothing. Lines end in a line feed. Quoting follows RFC 4180.
 */
export function resultsCsv(stored: StoredSummary): string {
  const summary = completeSummary(stored);
  const rows = summary.runs.flatMap((run) =>
    run.epochs.map((epoch) => Object.values(columns).map((read) => read({ study: summary.name, run, epoch }))),
  );
  return [Object.keys(columns), ...rows].map((row) => `${row.map(csvCell).join(",")}\n`).join("");
}

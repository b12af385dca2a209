/** @file The numbers behind a curve: one value an epoch, averaged over seeds. */

import { isNumber } from "../../../core/index.ts";
import type { EpochRecord } from "../../../study/index.ts";
import { outcomeWords } from "../../outcome-words.ts";
import { type ModelRuns, modelOutcome } from "../../runs/models.ts";
import { mean } from "../../../statistics/index.ts";

/** What a curve shows. */
export type Metric = "trainAccuracy" | "testAccuracy" | "trainLoss" | "testLoss";

export type Quantity = "accuracy" | "loss";

/** One point of a curve. `low` and `high` are the extremes over seeds, equal to `value` with one seed. */
export interface CurvePoint {
  epoch: number;
  value: number;
  low: number;
  high: number;
}

/** What a metric measures, which decides its axis. */
export function quantityOf(metric: Metric): Quantity {
  return metric === "trainAccuracy" || metric === "testAccuracy" ? "accuracy" : "loss";
}

/** The curve of a model: means over its drawn runs. Values that are not finite are left out. */
export function curve(model: ModelRuns, metric: Metric): CurvePoint[] {
  const byEpoch = new Map<number, number[]>();
  for (const run of model.drawn) {
    for (const record of run.epochs) collect(byEpoch, record, metric);
  }
  return [...byEpoch]
    .map(([epoch, values]) => ({ epoch, value: mean(values), low: Math.min(...values), high: Math.max(...values) }))
    .sort((a, b) => a.epoch - b.epoch);
}

function collect(byEpoch: Map<number, number[]>, record: EpochRecord, metric: Metric): void {
  const value = record[metric];
  if (!isNumber(value)) return;
  const values = byEpoch.get(record.epoch);
  if (values) values.push(value);
  else byEpoch.set(record.epoch, [value]);
}

/** What is not as planned with a model, for its legend entry; empty if every run finished and had learned. */
export function statusNote(model: ModelRuns): string {
  const unfinished = model.runs.length - model.done.length;
  const words = outcomeWords[modelOutcome(model)];
  if (unfinished === 0) return words;
  if (model.done.length > 0) {
    const missing = `${unfinished} of ${model.runs.length} seeds not finished, left out`;
    return words === "" ? missing : `${words}; ${missing}`;
  }
  const word = model.runs.some((run) => run.status === "failed") ? "failed" : "not finished";
  const last = Math.max(0, ...model.runs.map((run) => run.epochs.length));
  return last === 0 ? word : `${word} after epoch ${last}`;
}

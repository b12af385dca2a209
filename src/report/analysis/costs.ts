/** @file What strategies cost: seconds and floating point operations, and what fine-tuning made the network forget. */

import { isNumber } from "../../core/index.ts";
import { type Summary, mean, summarize } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { type Budget, type StrategyRuns, accuracyOf } from "./study-design.ts";

/** Means over the finished seeds of a strategy at a budget. */
export interface Cost {
  durationMs: number;
  /** Operations; 0 where they were not counted. */
  flops: { total: number; backward: number };
  accuracy: Summary | null;
}

/** The cost of a strategy at a budget; null where no run finished. */
export function costAt(strategy: StrategyRuns, budget: Budget): Cost | null {
  const runs = strategy.at(budget);
  if (runs.length === 0) return null;
  const accuracies = runs.map(accuracyOf).filter(isNumber);
  return {
    durationMs: mean(runs.map((run) => run.durationMs)),
    flops: {
      total: mean(runs.map((run) => run.flops.total)),
      backward: mean(runs.map((run) => run.flops.backward)),
    },
    accuracy: accuracies.length > 0 ? summarize(accuracies) : null,
  };
}

/** The source's accuracy on its own test set before fine-tuning, the mean over seeds; null where no source finished. */
export function sourceAccuracy(summary: StudySummary): number | null {
  const sources = summary.runs.filter((run) => run.task === "source" && run.status === "done");
  const accuracies = sources.map(accuracyOf).filter(isNumber);
  return accuracies.length > 0 ? mean(accuracies) : null;
}

/** The accuracy that is left on the source task with the source's own head; null where it was not measured. */
export function rememberedAt(strategy: StrategyRuns, budget: Budget): Summary | null {
  const left = strategy
    .at(budget)
    .map((run) => run.sourceAccuracy)
    .filter(isNumber);
  return left.length > 0 ? summarize(left) : null;
}

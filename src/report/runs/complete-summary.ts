/** @file The report's door: summaries of earlier versions get what they lack. */

import type { RunRecord, StudySummary } from "../../study/index.ts";

/** What `summary.json` files of earlier versions lack. */
type Later = "budgets" | "tuning" | "transferability" | "featureMaps" | "firstFilters";
type LaterOfRun = "imagesPerClass" | "learningRate" | "flops";

type StoredRun = Omit<RunRecord, LaterOfRun> & Partial<Pick<RunRecord, LaterOfRun>>;

/** A summary of this or an earlier version. */
export type StoredSummary = Omit<StudySummary, Later | "runs"> &
  Partial<Pick<StudySummary, Later>> & { runs: StoredRun[] };

/** The same summary with every list present; what was not measured then is empty, and operations not counted are 0. */
export function completeSummary(stored: StoredSummary): StudySummary {
  const runs = stored.runs.map(completeRun);
  return {
    ...stored,
    runs,
    budgets: stored.budgets ?? budgetsOf(runs),
    tuning: stored.tuning ?? [],
    transferability: stored.transferability ?? [],
    featureMaps: stored.featureMaps ?? [],
    firstFilters: stored.firstFilters ?? [],
  };
}

function completeRun(run: StoredRun): RunRecord {
  return {
    ...run,
    imagesPerClass: run.imagesPerClass ?? "all",
    learningRate: run.learningRate ?? Math.max(0, ...run.epochs.map((epoch) => epoch.learningRate)),
    flops: run.flops ?? { total: 0, backward: 0 },
  };
}

function budgetsOf(runs: readonly RunRecord[]): (number | "all")[] {
  const size = (budget: number | "all"): number => (budget === "all" ? Number.POSITIVE_INFINITY : budget);
  const asked = runs.filter((run) => run.task === "target").map((run) => run.imagesPerClass);
  return [...new Set(asked)].sort((a, b) => size(a) - size(b));
}

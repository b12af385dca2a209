/** @file What a study under way reports to whoever shows it. */

import type { BudgetRecommendation, SeedsRecord } from "./answer-record.ts";
import type { EpochRecord, RunRecord, StudySummary } from "./records.ts";

/** In the order in which they happen; every run is started, may extract features, has epochs, and is finished. */
export type StudyEvent =
  | { type: "study-started"; directory: string; summary: StudySummary; resumed: boolean }
  /** Trials of learning rates, before the first run that they are for; `share` of a strategy's trials is done, 0–1. */
  | { type: "tuning"; strategy: string; share: number }
  | {
      type: "run-started";
      run: RunRecord;
      index: number;
      count: number;
      resumedAtEpoch: number;
      studyTimeLeftMs: number | null;
    }
  | { type: "features"; run: RunRecord; images: number; totalImages: number; studyTimeLeftMs: number | null }
  | {
      type: "batch";
      run: RunRecord;
      /** From 1. */
      epoch: number;
      epochs: number;
      /** From 1. */
      batch: number;
      batches: number;
      /** Means over the epoch so far. */
      loss: number;
      accuracy: number;
      imagesPerSecond: number;
      /** Of this run, in this epoch and the following; null until it can be told. */
      runTimeLeftMs: number | null;
      /** Of the whole study. */
      studyTimeLeftMs: number | null;
    }
  | { type: "epoch"; run: RunRecord; record: EpochRecord; epochs: number; stopped: string | null }
  | { type: "run-finished"; run: RunRecord; index: number; count: number }
  /** After a run on the target that is done: what to do at its budget, as far as the study has come. */
  | { type: "recommendation"; recommendation: BudgetRecommendation }
  /** Where seeds are left to Graft, after each round of them: one more, or why there is none. */
  | { type: "seeds"; seeds: SeedsRecord }
  | { type: "study-finished"; directory: string; summary: StudySummary; interrupted: boolean };

export type StudyListener = (event: StudyEvent) => void;

/** @file What a study under way reports to whoever shows it. */

import type { BudgetRecommendation, SeedsRecord } from "./answer-record.ts";
import type { DiscardedRun } from "./discard-damaged.ts";
import type { EpochRecord, RunRecord, StudySummary } from "./records.ts";

/** From little to much, in milliseconds. */
export interface TimeRange {
  readonly lowMs: number;
  readonly highMs: number;
}

/** What takes a while beside steps and features. */
export type StageName =
  /** What the study's work costs on this machine. */
  | "measuring"
  /** How near the source is to the images, by a probe on held-out training images. */
  | "asking-source"
  /** Scores, maps and filters. */
  | "analysing"
  /** Held-out images after an epoch, and at the end of a run. */
  | "scoring"
  /** Where a finished model looked. */
  | "mapping"
  /** For a head. */
  | "solving";

/** What a strategy trains. */
export interface StrategyForecast {
  readonly strategy: string;
  readonly runs: number;
  /** In the network's order; those of all its stages. */
  readonly layers: readonly string[];
  readonly everything: boolean;
  /** True if its head is solved for. */
  readonly solved: boolean;
  /** Of all its runs together, at most. */
  readonly steps: number;
}

/** What a study is about to train, and how long that takes on this machine. */
export interface StudyForecast {
  readonly strategies: readonly StrategyForecast[];
  readonly time: TimeRange | null;
  /** Where seeds are left to Graft and time allows, how many may follow, and the time of all of them together with these. */
  readonly moreSeeds: { readonly most: number; readonly highMs: number | null } | null;
}

/** In the order in which they happen; a study that goes on begins with the runs that have to begin anew; every run is started, may extract features, has epochs, and is finished. */
export type StudyEvent =
  | ({ type: "run-discarded" } & DiscardedRun)
  | { type: "study-started"; directory: string; summary: StudySummary; resumed: boolean }
  /** After a few steps of each strategy were measured, before the first run. */
  | { type: "forecast"; forecast: StudyForecast }
  /** Something begins that is told of by its name alone. */
  | { type: "stage"; stage: StageName; run: RunRecord | null; studyTimeLeftMs: number | null }
  /** Trials of learning rates, before the first run that they are for; `share` of a strategy's trials is done, 0–1. */
  | { type: "tuning"; strategy: string; share: number; studyTimeLeftMs: number | null }
  | {
      type: "run-started";
      run: RunRecord;
      index: number;
      count: number;
      resumedAtEpoch: number;
      studyTimeLeftMs: number | null;
    }
  | { type: "features"; run: RunRecord; images: number; totalImages: number; studyTimeLeftMs: number | null }
  /** Batches of the run are computed so many images at a time: whole ones would take more memory than a step may. */
  | { type: "parts"; run: RunRecord; batchSize: number; atATime: number }
  /** How far a stage of a run is that passes over images. */
  | {
      type: "stage-progress";
      stage: StageName;
      run: RunRecord;
      images: number;
      totalImages: number;
      studyTimeLeftMs: number | null;
    }
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

/** @file What the stages of a run are trained with, and what each leaves to the next. */

import type { Parameters } from "../../engine/nn/index.ts";
import type { Callback, FitResult, Progress, TrainedState } from "../../engine/training/index.ts";
import type { PlacedStage } from "../../transfer/index.ts";
import type { StageName } from "../records/events.ts";
import type { EpochRecord, RunRecord } from "../records/records.ts";
import type { TailOptions, HeldOutSet } from "./tail.ts";

/** What the stages of a run share. */
export interface StageOptions extends Omit<TailOptions, "stage" | "start"> {
  /** Sets that are measured after every epoch. */
  heldOut: readonly HeldOutSet[];
  /** That a step may take; see `StudyFile`. */
  memoryBytes: number | undefined;
  /** Takes the time that features take. */
  record: Pick<RunRecord, "featureDurationMs" | "probe">;
  listener: Omit<RunListener, "onEpoch">;
  signal: AbortSignal | undefined;
}

/** What a run reports while it trains. */
export interface RunListener {
  onStage(stage: StageName): void;
  onFeatures(images: number, total: number): void;
  /** How far a stage is. */
  onProgress(stage: StageName, images: number, total: number): void;
  /** That batches are computed so many images at a time, since whole ones would take more memory than a step may. */
  onParts(batchSize: number, atATime: number): void;
  onBatch: NonNullable<Callback["onBatchEnd"]>;
  onEpoch(record: EpochRecord, stopped: string | null): void;
}

/** Where a run stands between two stages. */
export interface StageState {
  /** Every parameter that a stage has trained or may have. */
  readonly parameters: Parameters;
  readonly slots: Parameters;
  /** Names of the parameters that steps or a solver have updated. */
  readonly updated: readonly string[];
  readonly progress: Progress;
}

export interface StageContext {
  /** What the run started with; later stages overwrite parts of it. */
  readonly start: Parameters;
  readonly stage: PlacedStage;
  readonly state: StageState;
  /** Told the trainer of the stage, before its first step. */
  readonly callbacksFor: (stateOf: StateOf) => readonly Callback[];
}

/** The state of a run while one of its stages is under way. */
export type StateOf = (trained: TrainedState) => Promise<Omit<StageState, "progress">>;

export interface StageOutcome {
  readonly result: FitResult;
  readonly state: StageState;
  /** The stage's parameters as the network has them, once it is over. */
  fold(parameters: Parameters): Parameters;
}

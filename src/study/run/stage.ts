/** @file What a stage of a run is trained with, and what it leaves to the next. */

import type { ImageShape } from "../../data/index.ts";
import type { Normalization, Parameters } from "../../engine/nn/index.ts";
import type { SessionOptions } from "../../engine/runtime/index.ts";
import type { Callback, FitResult, Progress, TrainedState } from "../../engine/training/index.ts";
import type { FeatureCache, StagePart } from "../../transfer/index.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { TaskData } from "../material/tasks.ts";
import type { RunRecord } from "../records/records.ts";
import type { RunNetwork } from "./network.ts";
import type { RunListener } from "./options.ts";
import type { HeldOutSet } from "./trained-part.ts";

/** What the stages of a run share. */
export interface StageOptions {
  run: PlannedRun;
  whole: RunNetwork;
  task: TaskData;
  /** Sets that are measured after every epoch. */
  heldOut: readonly HeldOutSet[];
  normalization: Normalization;
  imageShape: ImageShape;
  features: FeatureCache;
  session: SessionOptions;
  /** Takes the time that features take. */
  record: Pick<RunRecord, "featureDurationMs" | "probe">;
  listener: Pick<RunListener, "onFeatures" | "onBatch">;
  signal: AbortSignal | undefined;
}

/** Where a run stands between two stages. */
export interface StageState {
  /** Every parameter that a stage has trained or may have. */
  readonly parameters: Parameters;
  readonly slots: Parameters;
  readonly progress: Progress;
}

export interface StageContext {
  /** What the run started with; later stages overwrite parts of it. */
  readonly start: Parameters;
  readonly stage: StagePart;
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

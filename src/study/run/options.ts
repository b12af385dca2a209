/** @file What one run of a study is trained with. */

import type { ImageShape } from "../../data/index.ts";
import type { Network, Parameters } from "../../engine/nn/index.ts";
import type { SessionOptions } from "../../engine/runtime/index.ts";
import type { Callback } from "../../engine/training/index.ts";
import type { FeatureCache } from "../../transfer/index.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { ImagePreparation } from "../material/study-data.ts";
import type { SeedTasks } from "../material/tasks.ts";
import type { EpochRecord, RunRecord } from "../records/records.ts";
import type { RunCheckpoint } from "../records/run-checkpoint.ts";
import type { RunStore } from "../records/run-store.ts";
import type { RunNetwork } from "./network.ts";

export interface TrainRunOptions {
  run: PlannedRun;
  whole: RunNetwork;
  /** Filled in as the run goes on. */
  record: RunRecord;
  imageShape: ImageShape;
  /** How photographs got that shape, for those who use the exported model. */
  preparation: ImagePreparation;
  tasks: SeedTasks;
  /** Weights of the run that this one starts from. */
  transferred: Parameters | null;
  /** The network of the seed's source run, where there is one. */
  sourceNetwork: Network | null;
  /** True if the record is to keep curves and images. */
  detailed: boolean;
  features: FeatureCache;
  store: RunStore;
  session: SessionOptions;
  /** Where an earlier process stopped. */
  checkpoint: RunCheckpoint | null;
  /** Shorter epochs share a checkpoint. */
  checkpointEveryMs: number;
  listener: RunListener;
  signal: AbortSignal | undefined;
}

/** What a run reports while it trains. */
export interface RunListener {
  onFeatures(images: number, total: number): void;
  onBatch: NonNullable<Callback["onBatchEnd"]>;
  onEpoch(record: EpochRecord, stopped: string | null): void;
}

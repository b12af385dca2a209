/** @file What every run of a study shares. */

import type { Parameters } from "../../engine/nn/index.ts";
import type { Device, SessionOptions } from "../../engine/runtime/index.ts";
import type { FeatureCache } from "../../transfer/index.ts";
import { PRETRAINED, type PlannedRun, isShownInDetail } from "../file/plan.ts";
import type { StudyData, StudySplit } from "../material/study-data.ts";
import { type SeedTasks, taskOf } from "../material/tasks.ts";
import type { StudyListener } from "../records/events.ts";
import type { OtherMachine } from "../records/fingerprint.ts";
import type { TuningRecord } from "../records/records.ts";
import { readWeights } from "../records/resume-point.ts";
import type { RunStore, StudyFile } from "../records/run-store.ts";
import type { Costs, Piece } from "../run/costs.ts";
import type { RunNetwork } from "../run/network.ts";
import type { StageOptions } from "../run/stage.ts";
import { type Found, readFound } from "./found.ts";
import { piecesOfRuns } from "./run-pieces.ts";
import type { RunSettler } from "./settle-run.ts";

/** What runs are trained with. */
export interface RunContext {
  study: Pick<StudyFile, "threads" | "device" | "memoryBytes">;
  data: StudyData;
  tasksOf: (seed: number) => SeedTasks;
  networks: Map<string, RunNetwork>;
  features: FeatureCache;
  signal: AbortSignal | undefined;
}

/** A study under way. */
export interface StudyContext extends RunContext {
  study: StudyFile;
  split: StudySplit;
  /** Settles runs that are added. */
  settle: RunSettler;
  /** Settled, those that were admitted so far; what awaits a source is filled in before its run begins. */
  runs: PlannedRun[];
  /** What each run takes, in the order of the runs. */
  works: readonly (readonly Piece[])[];
  costs: Costs;
  store: RunStore;
  /** What is known of rates before anything is tuned. */
  untuned: readonly TuningRecord[];
  /** What the folder said when it was last looked at. */
  found: Found;
  /** Fills in the times left of events. */
  listener: StudyListener;
  checkpointEveryMs: number;
  /** This machine, where it is of another kind than the study's. */
  otherMachine: OtherMachine | null;
  /** Units of work that are done at once. */
  jobs: number;
}

/** Finds what units of work have written to the folder since. */
export async function lookAgain(context: StudyContext): Promise<void> {
  context.found = await readFound(context, context.found);
}

/** What each run takes, as it is settled now. */
export function worksOfStudy({
  runs,
  networks,
  tasksOf,
  study,
}: Pick<StudyContext, "runs" | "networks" | "tasksOf" | "study">): Piece[][] {
  return piecesOfRuns(runs, {
    wholeOf: (run) => networkOf(networks, run),
    taskOf: (run) => taskOf(tasksOf(run.seed), run),
    isMapped: (run) => isShownInDetail(study.config, run),
  });
}

/** The weights that a run starts from; null for random ones. */
export async function startingWeights(
  { data, store }: Pick<StudyContext, "data" | "store">,
  { startsFrom }: PlannedRun,
): Promise<Parameters | null> {
  if (startsFrom === null) return null;
  if (startsFrom !== PRETRAINED) return readWeights(store, startsFrom);
  if (data.backbone === undefined) throw new Error("internal: no network that was trained elsewhere");
  return data.backbone.parameters;
}

/** The network of a run of the study. */
export function networkOf(networks: ReadonlyMap<string, RunNetwork>, run: PlannedRun): RunNetwork {
  const network = networks.get(run.id);
  if (network === undefined) throw new Error(`internal: no network for ${run.id}`);
  return network;
}

/** What a study computes with, until its signal. */
export function sessionOf({ study, signal }: Pick<RunContext, "study" | "signal">): SessionOptions {
  return { threads: study.threads, device: study.device as Device, ...(signal === undefined ? {} : { signal }) };
}

/** What the stages of a run are trained with, measured by nobody and watched by nobody. */
export function stageOptionsOf(context: RunContext, run: PlannedRun): StageOptions {
  const { study, networks, tasksOf, data, features, signal } = context;
  const tasks = tasksOf(run.seed);
  return {
    run,
    whole: networkOf(networks, run),
    task: taskOf(tasks, run),
    heldOut: [],
    normalization: tasks.normalization,
    imageShape: data.dataset.imageShape,
    features,
    session: sessionOf(context),
    memoryBytes: study.memoryBytes,
    record: { featureDurationMs: 0 },
    listener: { onStage: () => {}, onFeatures: () => {}, onProgress: () => {}, onParts: () => {}, onBatch: () => {} },
    signal,
  };
}

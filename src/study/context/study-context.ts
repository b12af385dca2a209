/** @file What every run of a study shares. */

import type { Parameters } from "../../engine/nn/index.ts";
import type { Device, SessionOptions } from "../../engine/runtime/index.ts";
import type { FeatureCache } from "../../transfer/index.ts";
import { PRETRAINED, type PlannedRun } from "../file/plan.ts";
import type { StudyData, StudySplit } from "../material/study-data.ts";
import { type SeedTasks, taskOf } from "../material/tasks.ts";
import type { StudyListener } from "../records/events.ts";
import type { StudySummary } from "../records/records.ts";
import { readWeights } from "../records/resume-point.ts";
import type { RunStore, StudyFile } from "../records/run-store.ts";
import { worksOf } from "../run/flops.ts";
import type { RunNetwork } from "../run/network.ts";
import type { Pace, RunWork } from "../run/time-left.ts";

/** A study under way. */
export interface StudyContext {
  study: StudyFile;
  data: StudyData;
  split: StudySplit;
  tasksOf: (seed: number) => SeedTasks;
  /** Settled; what awaits a source is filled in before its run begins. */
  runs: PlannedRun[];
  networks: Map<string, RunNetwork>;
  /** What each run takes, in the order of the runs. */
  works: readonly RunWork[];
  pace: Pace;
  store: RunStore;
  features: FeatureCache;
  summary: StudySummary;
  listener: StudyListener;
  signal: AbortSignal | undefined;
  checkpointEveryMs: number;
  /** Time that earlier processes spent on the study. */
  earlierMs: number;
}

/** What each run takes, as it is settled now. */
export function worksOfStudy({
  runs,
  networks,
  tasksOf,
}: Pick<StudyContext, "runs" | "networks" | "tasksOf">): RunWork[] {
  return worksOf(runs, {
    wholeOf: (run) => networkOf(networks, run),
    taskOf: (run) => taskOf(tasksOf(run.seed), run),
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

/** What a study computes with. */
export function sessionOf({ study }: Pick<StudyContext, "study">): SessionOptions {
  return { threads: study.threads, device: study.device as Device };
}

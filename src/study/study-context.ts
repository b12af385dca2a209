/** @file What every run of a study shares; made, and checked, before anything is written. */

import type { Parameters } from "../engine/nn/index.ts";
import type { Device, SessionOptions } from "../engine/runtime/index.ts";
import { type FeatureCache, createFeatureCache } from "../transfer/index.ts";
import { seedsOf } from "./config.ts";
import type { StudyListener } from "./events.ts";
import { freshRecord, freshSummary } from "./fresh-summary.ts";
import { PRETRAINED, type PlannedRun, planStudy } from "./plan.ts";
import type { StudySummary } from "./records.ts";
import { readWeights } from "./resume-point.ts";
import { worksOf } from "./run-flops.ts";
import { type RunNetwork, usesFeatures } from "./run-network.ts";
import { type RunStore, type StudyFile, holdsSummary, readSummary } from "./run-store.ts";
import { type StudyData, type StudySplit, splitStudy } from "./study-data.ts";
import { studySettler } from "./settle-run.ts";
import { type SeedTasks, seedTasks, taskOf } from "./tasks.ts";
import { type Pace, type RunWork, createPace } from "./time-left.ts";
import { checkTrainable } from "./trainable-study.ts";
import { untunedRecords } from "./tuning/tuned-runs.ts";

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

/** What a study is run with. */
interface Surroundings {
  data: StudyData;
  store: RunStore;
  listener?: StudyListener;
  signal?: AbortSignal;
  checkpointEveryMs?: number;
}

/** Everything that can be wrong with a study is found here, before anything is written. */
export async function prepareStudy(
  study: StudyFile,
  { data, listener, signal, store, checkpointEveryMs = checkpointInterval(study) }: Surroundings,
): Promise<StudyContext> {
  const { config } = study;
  const split = splitStudy(config, data);
  const tasksOf = remembered((seed) => seedTasks(config, { data, split, seed }));
  checkTrainable(config, data);
  const settle = studySettler(config, { data, tasksOf });
  const settled = await Promise.all(
    planStudy(config).map(async (draft) => {
      const record = await store.readRun(draft.id);
      const { run, whole } = settle(draft, record ?? undefined);
      return { run, whole, record: record ?? freshRecord(run, { tasks: tasksOf(run.seed), network: whole }) };
    }),
  );
  const runs = settled.map(({ run }) => run);
  const networks = new Map(settled.map(({ run, whole }) => [run.id, whole]));
  const records = settled.map(({ record }) => record);
  const trainImagesOf = (run: PlannedRun): number => taskOf(tasksOf(run.seed), run).train.indices.length;
  const earlier = holdsSummary(store.directory) ? await readSummary(store.directory) : null;
  const summary = await freshSummary({ study, data, split, tasks: tasksOf(seedsOf(config)[0]), runs, records });
  return {
    study,
    data,
    split,
    tasksOf,
    runs,
    networks,
    works: worksOfStudy({ runs, networks, tasksOf }),
    pace: createPace(),
    store,
    features: createFeatureCache({
      session: { threads: study.threads, device: study.device as Device },
      memoryLimitBytes: config.featureMemoryMb * 1024 * 1024,
      plannedBoundaries: runs.flatMap((run) =>
        networkOf(networks, run)
          .stages.filter((stage) => usesFeatures(run, stage))
          .map(({ boundary }) => boundary),
      ),
    }),
    summary: {
      ...summary,
      tuning: earlier?.tuning ?? (config.tuning === null ? [] : untunedRecords(runs, trainImagesOf)),
      transferability: earlier?.transferability ?? [],
      featureMaps: earlier?.featureMaps ?? [],
      firstFilters: earlier?.firstFilters ?? [],
      durationMs: earlier?.durationMs ?? 0,
      finishedAt: earlier?.finishedAt ?? null,
    },
    listener: listener ?? (() => {}),
    signal,
    checkpointEveryMs,
    earlierMs: earlier?.durationMs ?? 0,
  };
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

function remembered<T>(make: (seed: number) => T): (seed: number) => T {
  const known = new Map<number, T>();
  return (seed) => {
    const value = known.get(seed) ?? make(seed);
    known.set(seed, value);
    return value;
  };
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

/** A device that can be lost leaves what was saved last. */
function checkpointInterval({ device }: StudyFile): number {
  return device === "cpu" ? 5000 : 0;
}

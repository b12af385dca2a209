/** @file What every run of a study shares; made, and checked, before anything is written. */

import type { ClassSplit, ImageDataset } from "../data/index.ts";
import type { Device } from "../engine/runtime/index.ts";
import { type FeatureCache, createFeatureCache } from "../transfer/index.ts";
import { middleBudget, seedsOf } from "./config.ts";
import type { StudyListener } from "./events.ts";
import { freshRecord, freshSummary } from "./fresh-summary.ts";
import { type PlannedRun, planStudy } from "./plan.ts";
import type { StudySummary } from "./records.ts";
import type { StudyConfig } from "./schema.ts";
import { type RunNetwork, runNetwork, usesFeatures } from "./run-network.ts";
import { type RunStore, type StudyFile, holdsSummary, readSummary } from "./run-store.ts";
import { type SeedTasks, seedTasks, splitStudy, taskOf, trialTask } from "./tasks.ts";

const CHECKPOINT_EVERY_MS = 1000;

/** A study under way. */
export interface StudyContext {
  study: StudyFile;
  dataset: ImageDataset;
  split: ClassSplit;
  tasksOf: (seed: number) => SeedTasks;
  runs: readonly PlannedRun[];
  networks: ReadonlyMap<string, RunNetwork>;
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
  dataset: ImageDataset;
  store: RunStore;
  listener?: StudyListener;
  signal?: AbortSignal;
  checkpointEveryMs?: number;
}

/** Everything that can be wrong with a study is found here, before anything is written. */
export async function prepareStudy(
  study: StudyFile,
  { dataset, listener, signal, store, checkpointEveryMs = CHECKPOINT_EVERY_MS }: Surroundings,
): Promise<StudyContext> {
  const { config } = study;
  const split = splitStudy(config, dataset);
  const tasks = new Map<number, SeedTasks>();
  const tasksOf = (seed: number): SeedTasks => {
    const known = tasks.get(seed) ?? seedTasks(config, { dataset, split, seed });
    tasks.set(seed, known);
    return known;
  };
  checkTrials(config, tasksOf);
  const runs = planStudy(config);
  const networks = new Map(
    runs.map((run) => {
      const { numClasses } = taskOf(tasksOf(run.seed), run);
      return [run.id, runNetwork(config, run, { inputShape: dataset.imageShape, numClasses })];
    }),
  );
  const records = await Promise.all(
    runs.map(
      async (run) =>
        (await store.readRun(run.id)) ??
        freshRecord(run, { tasks: tasksOf(run.seed), network: networkOf(networks, run) }),
    ),
  );
  const earlier = holdsSummary(store.directory) ? await readSummary(store.directory) : null;
  const summary = await freshSummary({ study, dataset, split, tasks: tasksOf(seedsOf(config)[0]), records });
  return {
    study,
    dataset,
    split,
    tasksOf,
    runs,
    networks,
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
      tuning: earlier?.tuning ?? [],
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

/** @throws ConfigError if a class has too few images for trials to hold any back. */
function checkTrials(config: StudyConfig, tasksOf: (seed: number) => SeedTasks): void {
  if (config.tuning === null) return;
  const [seed] = seedsOf(config);
  trialTask(tasksOf(seed).target(middleBudget(config)), { share: config.tuning.validation, seed });
}

/** The network of a run of the study. */
export function networkOf(networks: ReadonlyMap<string, RunNetwork>, run: PlannedRun): RunNetwork {
  const network = networks.get(run.id);
  if (network === undefined) throw new Error(`internal: no network for ${run.id}`);
  return network;
}

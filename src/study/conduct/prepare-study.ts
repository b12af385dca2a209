/** @file Makes, and checks, what every run of a study shares, before anything is written. */

import type { Device } from "../../engine/runtime/index.ts";
import { createFeatureCache, featureFile } from "../../transfer/node/index.ts";
import { studySettler } from "../context/settle-run.ts";
import { type StudyContext, networkOf, worksOfStudy } from "../context/study-context.ts";
import { seedsOf } from "../file/config.ts";
import { type PlannedRun, planStudy } from "../file/plan.ts";
import { type StudyData, splitStudy } from "../material/study-data.ts";
import { seedTasks, taskOf } from "../material/tasks.ts";
import { checkTrainable } from "../material/trainable-study.ts";
import type { StudyListener } from "../records/events.ts";
import type { AnalysisRecord, StudySummary, TuningRecord } from "../records/records.ts";
import { type RunStore, type StudyFile, holdsSummary, readSummary } from "../records/run-store.ts";
import { usesFeatures } from "../run/network.ts";
import { createPace } from "../run/time-left.ts";
import { untunedRecords } from "../tuning/tuned-runs.ts";
import { freshRecord, freshSummary } from "./fresh-summary.ts";

/** What a study is run with. */
interface Surroundings {
  data: StudyData;
  store: RunStore;
  listener?: StudyListener;
  signal?: AbortSignal;
  checkpointEveryMs?: number;
}

const NOTHING_ANALYSED: AnalysisRecord = { transferability: [], featureMaps: [], firstFilters: [] };

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
  const untuned = config.tuning === null ? [] : untunedRecords(runs, trainImagesOf);
  const found = await foundSoFar(store, { runs, untuned });
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
      spill: featureFile,
      plannedBoundaries: runs.flatMap((run) =>
        networkOf(networks, run)
          .stages.filter((stage) => usesFeatures(run, stage))
          .map(({ boundary }) => boundary),
      ),
    }),
    summary: { ...summary, ...found },
    listener: listener ?? (() => {}),
    signal,
    checkpointEveryMs,
    earlierMs: found.durationMs,
  };
}

function remembered<T>(make: (seed: number) => T): (seed: number) => T {
  const known = new Map<number, T>();
  return (seed) => {
    const value = known.get(seed) ?? make(seed);
    known.set(seed, value);
    return value;
  };
}

/** A device that can be lost leaves what was saved last. */
function checkpointInterval({ device }: StudyFile): number {
  return device === "cpu" ? 5000 : 0;
}

/** What earlier processes found beside the runs themselves. */
async function foundSoFar(
  store: RunStore,
  { runs, untuned }: { runs: readonly PlannedRun[]; untuned: readonly TuningRecord[] },
): Promise<AnalysisRecord & Pick<StudySummary, "tuning" | "durationMs" | "finishedAt">> {
  const earlier = holdsSummary(store.directory) ? await readSummary(store.directory) : null;
  const strategies = [...new Set(runs.map(({ strategy }) => strategy))];
  const tuned = (await Promise.all(strategies.map((strategy) => store.readTuning(strategy)))).flat();
  // folders of earlier versions hold all of it in their summary alone
  const { transferability, featureMaps, firstFilters } = (await store.readAnalysis()) ?? earlier ?? NOTHING_ANALYSED;
  return {
    transferability,
    featureMaps,
    firstFilters,
    tuning: tuned.length === 0 && earlier !== null ? earlier.tuning : [...untuned, ...tuned],
    durationMs: earlier?.durationMs ?? 0,
    finishedAt: earlier?.finishedAt ?? null,
  };
}

/** @file Makes, and checks, what every run of a study shares, before anything is written. */

import { createFeatureCache, featureFile } from "../../transfer/node/index.ts";
import { readFound } from "../context/found.ts";
import { studySettler } from "../context/settle-run.ts";
import { type StudyContext, networkOf, sessionOf, worksOfStudy } from "../context/study-context.ts";
import type { PlannedRun } from "../file/plan.ts";
import { type StudyData, splitStudy } from "../material/study-data.ts";
import { seedTasks, taskOf } from "../material/tasks.ts";
import { checkTrainable } from "../material/trainable-study.ts";
import type { StudyListener } from "../records/events.ts";
import type { RunStore, StudyFile } from "../records/run-store.ts";
import { usesFeatures } from "../run/network.ts";
import { createCosts } from "../run/costs.ts";
import { untunedRecords } from "../tuning/tuned-runs.ts";
import { settleRounds } from "./settle-rounds.ts";
import { timeStudy } from "./study-clock.ts";

/** What a study is run with. */
interface Surroundings {
  data: StudyData;
  store: RunStore;
  listener?: StudyListener;
  signal?: AbortSignal;
  checkpointEveryMs?: number;
  /** Units of work that are done at once; one when left out. */
  jobs?: number | undefined;
  /** Processes that share the memory for features; one when left out. */
  sharers?: number | undefined;
}

/** Everything that can be wrong with a study is found here, before anything is written. */
export async function prepareStudy(
  study: StudyFile,
  { data, listener, signal, store, jobs = 1, sharers = 1, checkpointEveryMs = checkpointInterval(study) }: Surroundings,
): Promise<StudyContext> {
  const { config } = study;
  const split = splitStudy(config, data);
  const tasksOf = remember((seed) => seedTasks(config, { data, split, seed }));
  checkTrainable(config, data);
  const settle = studySettler(config, { data, tasksOf });
  const settled = await settleRounds({ study, store, settle }, (await store.readSeeds())?.rounds);
  const runs = settled.map(({ run }) => run);
  const networks = new Map(settled.map(({ run, whole }) => [run.id, whole]));
  const trainImagesOf = (run: PlannedRun): number => taskOf(tasksOf(run.seed), run).train.indices.length;
  const untuned = config.tuning === null ? [] : untunedRecords(runs, trainImagesOf);
  const context: StudyContext = {
    study,
    data,
    split,
    tasksOf,
    settle,
    runs,
    networks,
    works: worksOfStudy({ runs, networks, tasksOf, study }),
    costs: createCosts(),
    store,
    features: createFeatureCache({
      session: sessionOf({ study, signal }),
      memoryLimitBytes: (config.featureMemoryMb * 1024 * 1024) / sharers,
      spill: featureFile,
      plannedBoundaries: runs.flatMap((run) =>
        networkOf(networks, run)
          .stages.filter((stage) => usesFeatures(run, stage))
          .map(({ boundary }) => boundary),
      ),
    }),
    untuned,
    found: await readFound({ store, runs, untuned }),
    listener: () => {},
    signal,
    checkpointEveryMs,
    otherMachine: null,
    jobs,
  };
  if (listener !== undefined) context.listener = timeStudy(context, listener);
  return context;
}

function remember<T>(make: (seed: number) => T): (seed: number) => T {
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

/** @file Where a study is asked something beside its runs: those of its first seed, ready to train; nothing is written. */

import { ConfigError } from "../../core/index.ts";
import type { Parameters } from "../../engine/nn/index.ts";
import type { Device } from "../../engine/runtime/index.ts";
import { type FeatureCache, createFeatureCache, featureFile, strategyNamed } from "../../transfer/node/index.ts";
import { studySettler } from "../context/settle-run.ts";
import type { RunContext } from "../context/study-context.ts";
import { resolveStudy, seedsOf, strategiesOf } from "../file/config.ts";
import { type DraftRun, type PlannedRun, planStudy } from "../file/plan.ts";
import type { StudyConfig } from "../file/schema.ts";
import type { StudyData } from "../material/study-data.ts";
import type { SeedTasks } from "../material/tasks.ts";
import { readWeights } from "../records/resume-point.ts";
import { openRunStore } from "../records/run-store.ts";

/** A study that is asked, and what computes the answer. */
export interface QuestionOptions extends StudyData {
  config: StudyConfig;
  threads: number;
  device: Device;
  signal?: AbortSignal | undefined;
}

/** What runs are trained with here. */
export interface Bench extends RunContext {
  readonly runs: readonly PlannedRun[];
}

/** The runs of the first seed that are wanted, with the images of these tasks; features are closed by who made them. */
export function createBench(
  options: QuestionOptions,
  {
    tasks,
    features,
    isWanted = () => true,
  }: { tasks: SeedTasks; features: FeatureCache; isWanted?: (draft: DraftRun) => boolean },
): Bench {
  const { config, signal } = options;
  const [seed] = seedsOf(config);
  const settle = studySettler(config, { data: options, tasksOf: () => tasks });
  const settled = planStudy(config)
    .filter((draft) => draft.seed === seed && isWanted(draft))
    .map((draft) => settle(draft));
  return {
    study: options,
    data: options,
    tasksOf: () => tasks,
    networks: new Map(settled.map(({ run: { id }, whole }) => [id, whole])),
    features,
    signal,
    runs: settled.map(({ run }) => run),
  };
}

/** The features that a question needs, which no run of the study shares. */
export function createFeatures({ config, threads, device }: QuestionOptions): FeatureCache {
  return createFeatureCache({
    session: { threads, device },
    memoryLimitBytes: config.featureMemoryMb * 1024 * 1024,
    spill: featureFile,
    plannedBoundaries: [],
  });
}

/** The study with these strategies and those that they start from, trained as the study's preset says. */
export function joinStrategies(config: StudyConfig, wanted: readonly string[]): StudyConfig {
  const needed = wanted.flatMap((name) => {
    const { startsFrom } = strategyNamed(name, "strategy");
    return typeof startsFrom === "object" ? [startsFrom.strategy, name] : [name];
  });
  const names = new Set(strategiesOf(config).map((choice) => choice.name));
  const missing = [...new Set(needed)].filter((each) => !names.has(each));
  return missing.length === 0 ? config : resolveStudy(config, { strategies: [...config.strategies, ...missing] });
}

/**
 * What a run of the study in a folder has learned.
 *
 * @throws ConfigError if it is not done there.
 */
export async function weightsIn(
  directory: string,
  { id, label }: Pick<PlannedRun, "id" | "label">,
): Promise<Parameters> {
  const store = openRunStore(directory);
  const record = await store.readRun(id);
  if (record?.status === "done") return readWeights(store, id);
  const [found, fix] =
    record === null
      ? ["without it", "Take a study that trains it, or none"]
      : [`in which it is ${record.status}`, "Resume that study first"];
  throw new ConfigError(`${directory}: expected a study whose run ${id} (${label}) is done, got one ${found}. ${fix}.`);
}

/** @file Runs a study on this machine, one run after another, and goes on with one that was stopped. */

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ConfigError, DeviceError, isStop } from "../../core/index.ts";
import type { Device } from "../../engine/runtime/index.ts";
import { withLock } from "../../files/index.ts";
import { analyseStudy } from "../analysis/analyse-study.ts";
import { rememberRecommendations } from "../analysis/recommend-strategies.ts";
import { type StudyContext, lookAgain, networkOf } from "../context/study-context.ts";
import { budgetsOf, seedsOf } from "../file/config.ts";
import { type Budget, PRETRAINED, type PlannedRun, planStudy } from "../file/plan.ts";
import type { StudyConfig } from "../file/schema.ts";
import { AUTO } from "../file/training-schema.ts";
import { type StudyData, checksumsOf, requireSameData } from "../material/study-data.ts";
import { discardDamagedRuns } from "../records/discard-damaged.ts";
import type { StudyListener } from "../records/events.ts";
import type { BudgetRecommendation } from "../records/answer-record.ts";
import type { StudySummary } from "../records/records.ts";
import { STUDY_LOCK, type StudyFile, holdsStudy, isOver, openRunStore } from "../records/run-store.ts";
import { awaitingRates } from "../tuning/tuned-runs.ts";
import { addSeed } from "./add-seed.ts";
import { forecastStudy } from "./forecast.ts";
import { prepareStudy } from "./prepare-study.ts";
import { recordsOf } from "./run-records.ts";
import { readStudyOn } from "./study-device.ts";
import { type StudyPlaces, moveStudy } from "../records/study-places.ts";
import { type StudyFacts, studyFacts, summaryOf } from "./study-summary.ts";
import { type TestImages, rememberShownImages } from "./wrong-images.ts";
import { type UnitOptions, trainInStudy } from "./train-one.ts";
import { tuneInStudy } from "./tune-one.ts";

export interface RunStudyOptions extends StudyData {
  config: StudyConfig;
  /** Where the results go; must not hold a study. */
  directory: string;
  /** Threads inside an operator. Results are bit-identical for one number of threads. */
  threads: number;
  device: Device;
  /** Why it was chosen, where the user left that to Graft. */
  deviceReason?: string;
  /** As the user typed it, for the report. */
  command: string;
  listener?: StudyListener;
  /** True to measure a few steps of everything first, and to tell the listener how long the study takes. */
  forecasts?: boolean;
  /** Stops between two steps; the state is saved. */
  signal?: AbortSignal;
  /** Epochs that take less together share a checkpoint: a killed run repeats so much at most. Five seconds when left out. */
  checkpointEveryMs?: number;
}

export interface StudyOutcome {
  readonly summary: StudySummary;
  readonly interrupted: boolean;
}

/**
 * Trains every run of a study. A run that diverges is marked failed, and so are those that start from it; the others go on.
 *
 * @throws ConfigError if the folder holds a study, also one that another process trains, or the study does not fit the data set; nothing is written then.
 * @throws DataError if a file cannot be written.
 * @throws DeviceError if the device fails; the study can be resumed.
 */
export async function runStudy(options: RunStudyOptions): Promise<StudyOutcome> {
  const { config, directory, threads, device, deviceReason, command } = options;
  requireNoStudy(directory);
  const study: StudyFile = {
    formatVersion: 1,
    id: randomUUID(),
    config,
    ...checksumsOf(options),
    threads,
    device,
    ...(deviceReason === undefined ? {} : { deviceReason }),
    command,
    startedAt: new Date().toISOString(),
  };
  const context = await prepareStudy(study, { ...options, data: options, store: openRunStore(directory) });
  const facts = await studyFacts(context);
  return lockStudy(directory, async () => {
    requireNoStudy(directory);
    await context.store.removeLeftovers();
    await context.store.writeStudy(study);
    return execute(context, facts, { resumed: false, forecasts: options.forecasts });
  });
}

/** @throws ConfigError if the folder holds a study. */
function requireNoStudy(directory: string): void {
  if (!holdsStudy(directory)) return;
  throw new ConfigError(
    `${directory}: expected a folder without a study, got one with. Resume it with graft resume, or choose another folder.`,
  );
}

/** Two processes that train the same runs would overwrite each other's files. */
function lockStudy<T>(directory: string, work: () => Promise<T>): Promise<T> {
  return withLock(join(directory, STUDY_LOCK), "process that works on this study", work);
}

export interface ResumeStudyOptions extends UnitOptions {
  directory: string;
  /** As for {@link runStudy}. */
  forecasts?: boolean;
  /** Where to compute from now on; where the study began when left out. */
  device?: Device;
  /** Where the images and the source network are now, the same ones; where they were when left out. */
  places?: StudyPlaces;
}

/**
 * Goes on with a study where it stopped, with the threads and device it began with: the results are
 * bit-identical to those of an unbroken study, except on another device, which its file names from then on. A finished study is left as it is; a run whose folder was deleted, or a file of it damaged, is
 * trained again, and so are runs that failed because of it.
 *
 * @throws ConfigError if the folder holds no study or another process trains it, the data set is another one, or the device does not work.
 * @throws DeviceError if the device fails; the study can be resumed again.
 * @throws DataError if a file is damaged or cannot be written.
 */
export async function resumeStudy(options: ResumeStudyOptions): Promise<StudyOutcome> {
  const { directory, device, places } = options;
  const begun = await readStudyOn(device, directory);
  const study = { ...begun, config: moveStudy(begun.config, places ?? {}) };
  return lockStudy(directory, async () => {
    const data = await options.openData(study.config);
    requireSameData(study, data);
    const store = openRunStore(directory);
    await store.removeLeftovers();
    const ids = planStudy(study.config, (await store.readSeeds())?.rounds).map(({ id }) => id);
    for (const discarded of await discardDamagedRuns(store, ids))
      options.listener?.({ type: "run-discarded", ...discarded });
    const context = await prepareStudy(study, { ...options, data, store });
    const facts = await studyFacts(context);
    if (device !== undefined || places !== undefined) await store.writeStudy(study);
    return execute(context, facts, { resumed: true, forecasts: options.forecasts });
  });
}

/** The coordinator: units of work write their own files, from which it makes the summary. */
async function execute(
  context: StudyContext,
  facts: StudyFacts,
  { resumed, forecasts = false }: { resumed: boolean; forecasts?: boolean | undefined },
): Promise<StudyOutcome> {
  const { store, runs, listener, features } = context;
  const { directory } = store;
  const earlierMs = context.found.durationMs;
  const started = performance.now();
  const recommend = rememberRecommendations();
  const tell = tellChanges(listener);
  const shownImagesOf = rememberShownImages(testImagesOf(context));
  const summarize = async (): Promise<StudySummary> => {
    const records = recordsOf(context);
    return summaryOf(facts, {
      plan: runs,
      runs: records,
      recommendations: recommend(records),
      ...(await shownImagesOf(records)),
      found: context.found,
    });
  };
  const save = async ({ finishedAt = null as string | null } = {}): Promise<void> => {
    await lookAgain(context);
    const { found } = context;
    // a study that is over stays as it is
    if (found.finishedAt !== null) return;
    context.found = { ...found, finishedAt, durationMs: earlierMs + performance.now() - started };
    const summary = await summarize();
    await store.writeSummary(summary);
    tell(summary.recommendations);
  };
  const before = await summarize();
  listener({ type: "study-started", directory, summary: before, resumed });
  tell(before.recommendations);
  await save();
  let interrupted = false;
  try {
    if (forecasts) await forecastStudy(context);
    for (let index = 0; index < runs.length && !interrupted; index++) {
      interrupted = await bringOn(context, index, save);
      if (!interrupted && index === runs.length - 1) await addSeed(context);
    }
    if (!interrupted && context.found.finishedAt === null) await analyseStudy(context);
  } catch (error) {
    interrupted = isStop(error, context.signal);
    if (interrupted || error instanceof DeviceError) await save();
    if (!interrupted) throw error;
  } finally {
    features.close();
  }
  if (!interrupted) await save({ finishedAt: new Date().toISOString() });
  const summary = await summarize();
  listener({ type: "study-finished", directory, summary, interrupted });
  return { summary, interrupted };
}

/** Those that the models which a report shows in detail are measured on. */
function testImagesOf({ study: { config }, data, tasksOf }: StudyContext): TestImages {
  const budgets = budgetsOf(config);
  const { test } = tasksOf(seedsOf(config)[0]).target(budgets[budgets.length - 1]);
  return { test, imageShape: data.dataset.imageShape };
}

/** Tells of budgets at which a run was ranked since; those at the first call it does not tell of. */
function tellChanges(listener: StudyListener): (recommendations?: readonly BudgetRecommendation[]) => void {
  const seedsIn = ({ prospects }: BudgetRecommendation): number => prospects.reduce((sum, { seeds }) => sum + seeds, 0);
  let known: Map<Budget, number> | undefined;
  return (recommendations = []) => {
    for (const recommendation of recommendations) {
      const isNew = known !== undefined && known.get(recommendation.imagesPerClass) !== seedsIn(recommendation);
      if (isNew) listener({ type: "recommendation", recommendation });
    }
    known = new Map(recommendations.map((one) => [one.imagesPerClass, seedsIn(one)]));
  };
}

/** Trains one run unless it is over, after what must be known before it; true if it was interrupted. */
async function bringOn(context: StudyContext, index: number, save: () => Promise<void>): Promise<boolean> {
  const { runs, found, signal } = context;
  if (isOver(found.records.get(runs[index].id))) return false;
  if (signal?.aborted !== true && (await analyseStudy(context))) await save();
  const interrupted =
    signal?.aborted === true || (await tuneFor(context, index, save)) || (await train(context, index));
  await save();
  if (!interrupted) releaseFeatures(context, runs[index]);
  return interrupted;
}

/** A study that was over is not any more, unless there is nothing to start the run from. */
async function train(context: StudyContext, index: number): Promise<boolean> {
  if (!isOver(recordsOf(context)[index])) context.found = { ...context.found, finishedAt: null };
  return trainInStudy(context, index);
}

/** Tunes a run's strategy where its rates are to be tuned; true if it was interrupted. */
async function tuneFor(context: StudyContext, index: number, save: () => Promise<void>): Promise<boolean> {
  const { runs, found, study } = context;
  const { strategy } = runs[index];
  const waiting = study.config.tuning === null ? [] : awaitingRates(runs, { strategy, known: found.tuning });
  if (!waiting.includes(runs[index])) return false;
  // trials stand for runs of every seed, so the runs that these start from come first
  for (const { startsFrom } of waiting) {
    const origin = runs.findIndex(({ id }) => id === startsFrom);
    if (origin !== -1 && (await bringOn(context, origin, save))) return true;
  }
  const interrupted = await tuneInStudy(context, strategy);
  if (!interrupted) await save();
  return interrupted;
}

/** Frees features that no later run will ask for. */
function releaseFeatures({ study, runs, features, networks, found }: StudyContext, finished: PlannedRun): void {
  const weightsId = finished.startsFrom;
  if (weightsId === null || (weightsId === PRETRAINED && study.config.seeds === AUTO)) return;
  const isWanted = runs.some(
    (run) =>
      run.startsFrom === weightsId &&
      !isOver(found.records.get(run.id)) &&
      networkOf(networks, run).stages.some(({ boundary }) => boundary > 0),
  );
  if (!isWanted) features.release(weightsId);
}

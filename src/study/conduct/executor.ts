/** @file Runs a study, by this process or a crew of others, and goes on with one that was stopped. */

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ConfigError, DeviceError, isStop } from "../../core/index.ts";
import type { Device } from "../../engine/runtime/index.ts";
import { withLock } from "../../files/index.ts";
import { rememberRecommendations } from "../analysis/recommend-strategies.ts";
import { type StudyContext, lookAgain } from "../context/study-context.ts";
import { budgetsOf, seedsOf } from "../file/config.ts";
import { type Budget, planStudy } from "../file/plan.ts";
import type { StudyConfig } from "../file/schema.ts";
import { type StudyData, checksumsOf, requireSameData } from "../material/study-data.ts";
import { discardDamagedRuns } from "../records/discard-damaged.ts";
import type { StudyListener } from "../records/events.ts";
import type { BudgetRecommendation } from "../records/answer-record.ts";
import type { StudySummary } from "../records/records.ts";
import { STUDY_LOCK, type StudyFile, holdsStudy, isOver, openRunStore, readStudyFile } from "../records/run-store.ts";
import { forecastStudy } from "./forecast.ts";
import { type Admission, admitMachine, memoryOfStep } from "./machine.ts";
import { prepareStudy } from "./prepare-study.ts";
import { recordsOf } from "./run-records.ts";
import { readStudyOn } from "./study-device.ts";
import { type StudyPlaces, moveStudy } from "../records/study-places.ts";
import { type StudyFacts, studyFacts, summaryOf } from "./study-summary.ts";
import { type TestImages, rememberShownImages } from "./shown-images.ts";
import type { UnitOptions } from "./train-one.ts";
import { type CrewMaker, thisProcessAlone } from "./units/unit.ts";
import { lookThrough, workThrough } from "./units/work-through.ts";

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
  /** Who trains; this process when left out. The bits are the same. */
  crew?: CrewMaker | undefined;
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
    memoryBytes: memoryOfStep(),
    device,
    ...(deviceReason === undefined ? {} : { deviceReason }),
    command,
    startedAt: new Date().toISOString(),
  };
  const context = await prepareStudy(study, {
    ...options,
    data: options,
    store: openRunStore(directory),
    jobs: options.crew?.size,
  });
  const facts = await studyFacts(context);
  return lockStudy(directory, async () => {
    requireNoStudy(directory);
    await context.store.removeLeftovers();
    await context.store.writeStudy(study);
    return execute(context, facts, { ...options, resumed: false, trains: true });
  });
}

/**
 * Writes the folder of a study whose runs others train, as of one that is stopped before its first run.
 *
 * @throws ConfigError or DataError as {@link runStudy} does.
 */
export async function beginStudy(options: RunStudyOptions): Promise<StudyOutcome> {
  return runStudy({ ...options, forecasts: false, signal: AbortSignal.abort(new Error("others train it")) });
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
  /** Who trains the study that was found; this process where it says nothing. */
  crewFor?: (study: StudyFile, data: StudyData) => CrewMaker | undefined;
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
  return resume(options, { trains: true });
}

async function resume(options: ResumeStudyOptions, { trains }: { trains: boolean }): Promise<StudyOutcome> {
  const { directory, device, places } = options;
  const begun = await readStudyOn(device, directory);
  const isElsewhere = device !== undefined && (await readStudyFile(directory)).device !== device;
  const study = { ...begun, config: moveStudy(begun.config, places ?? {}) };
  return lockStudy(directory, async () => {
    const data = await options.openData(study.config);
    requireSameData(study, data);
    const crew = options.crewFor?.(study, data);
    const store = openRunStore(directory);
    await store.removeLeftovers();
    const ids = planStudy(study.config, (await store.readSeeds())?.rounds).map(({ id }) => id);
    for (const discarded of !trains ? [] : await discardDamagedRuns(store, ids))
      options.listener?.({ type: "run-discarded", ...discarded });
    const context = await prepareStudy(study, { ...options, data, store, jobs: crew?.size });
    const facts = await studyFacts(context);
    if (device !== undefined || places !== undefined) await store.writeStudy(study);
    if (isElsewhere) await store.fingerprint.forget();
    return execute(context, facts, { ...options, crew, resumed: true, trains });
  });
}

/** How a study that others train is looked at. */
export type FinishStudyOptions = Pick<ResumeStudyOptions, "directory" | "openData" | "listener" | "signal">;

/**
 * Adds to a study what only its whole folder tells, and trains nothing: scores, maps and filters of what is trained, the
 * next seed where that is left to Graft and all runs are over, and the summary. The study is finished if nothing is left.
 *
 * @throws ConfigError if the folder holds no study or another process coordinates it, or the data set is another one.
 * @throws DataError if a file is damaged or cannot be written.
 */
export async function finishStudy(options: FinishStudyOptions): Promise<StudyOutcome> {
  return resume(options, { trains: false });
}

/** The coordinator: units of work write their own files, from which it makes the summary. */
async function execute(
  context: StudyContext,
  facts: StudyFacts,
  {
    resumed,
    trains,
    forecasts = false,
    anyMachine,
    crew: maker,
  }: Pick<RunStudyOptions, "forecasts" | "crew"> & Admission & { resumed: boolean; trains: boolean },
): Promise<StudyOutcome> {
  const { store, runs, listener, features, signal } = context;
  if (trains && signal?.aborted !== true) context.otherMachine = await admitMachine(context, { anyMachine });
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
  listener({ type: "study-started", directory: store.directory, summary: before, resumed });
  tell(before.recommendations);
  await save();
  const crew = maker?.assemble({ directory: store.directory, listener, signal }) ?? thisProcessAlone(context);
  let interrupted = false;
  try {
    if (forecasts) await forecastStudy(context);
    interrupted = trains ? await workThrough(context, { crew, save }) : await lookThrough(context);
  } catch (error) {
    interrupted = isStop(error, signal);
    if (interrupted || error instanceof DeviceError) await save();
    if (!interrupted) throw error;
  } finally {
    await crew.close();
    features.close();
  }
  const isFinished = !interrupted && recordsOf(context).every(isOver);
  if (!interrupted) await save({ finishedAt: isFinished ? new Date().toISOString() : null });
  const summary = await summarize();
  listener({ type: "study-finished", directory: store.directory, summary, interrupted });
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

/** @file One run of a study as a unit of work: all it needs is the study's folder. */

import { ConfigError, NotYetError, TrainingError, isStop } from "../../core/index.ts";
import { type StudyContext, lookAgain, networkOf, stageOptionsOf, startingWeights } from "../context/study-context.ts";
import type { StudyConfig } from "../file/schema.ts";
import { type PlannedRun, isShownInDetail, planStudy } from "../file/plan.ts";
import { type StudyData, requireSameData } from "../material/study-data.ts";
import { sourceTask } from "../material/tasks.ts";
import { lockRun } from "../records/discard-damaged.ts";
import type { StudyListener } from "../records/events.ts";
import type { RunRecord } from "../records/records.ts";
import { type ResumePoint, readResumePoint, rewindTo } from "../records/resume-point.ts";
import { type RunStore, type StudyFile, isOver, openRunStore, readStudyFile } from "../records/run-store.ts";
import { trainRun } from "../run/train-run.ts";
import { heldOutSets } from "../run/tail.ts";
import { awaitingRates, hasRate, rateRecord } from "../tuning/tuned-runs.ts";
import { settleBySource } from "./near-source.ts";
import { type Admission, admitMachine } from "./machine.ts";
import { prepareStudy } from "./prepare-study.ts";
import { runListener } from "./run-listener.ts";
import { freshRecord, readRecord, recordsOf } from "./run-records.ts";
import { deviceFailure, stoppedByDevice } from "./study-device.ts";

/** What a unit of work on a study's folder is done with. */
export interface UnitOptions extends Admission {
  /** Opens what the study was made with. */
  openData: (config: StudyConfig) => Promise<StudyData>;
  listener?: StudyListener;
  /** Stops between two steps; the state is saved. */
  signal?: AbortSignal;
  checkpointEveryMs?: number;
  /** Processes of this machine that share the memory for features; one when left out. */
  sharers?: number | undefined;
}

/**
 * Trains one run of the study in a folder, or goes on with it where it stopped: in any process, at any time after the
 * run that it starts from, with the same bits. The study's summary is left to whoever coordinates.
 *
 * @returns The run's record.
 * @throws ConfigError if the folder holds no such run, or its data are others.
 * @throws NotYetError if another process trains it, or what it starts from or its rate is not there yet.
 * @throws DeviceError if the device fails; it can be trained again.
 * @throws DataError if a file is damaged or cannot be written.
 */
export async function trainOne(directory: string, id: string, options: UnitOptions): Promise<RunRecord> {
  const study = await readStudyFile(directory);
  const store = openRunStore(directory);
  const ids = planStudy(study.config, (await store.readSeeds())?.rounds).map((run) => run.id);
  requireRun(ids, { id, directory });
  return lockRun(store, id, () =>
    carryOut({ study, store }, options, async (context) => {
      const index = context.runs.findIndex((run) => run.id === id);
      await bringToEnd(context, index);
      await lookAgain(context);
      return recordsOf(context)[index];
    }),
  );
}

/** @throws ConfigError if a study has no such run. */
export function requireRun(ids: readonly string[], { id, directory }: { id: string; directory: string }): void {
  if (ids.includes(id)) return;
  throw new ConfigError(
    `${directory}: expected one of the study's runs (${ids.join(", ")}), got "${id}". Name one of them.`,
  );
}

/** Opens all that a unit of work needs, from the folder alone: what others have written before its lock was taken. */
export async function carryOut<T>(
  opened: { study: StudyFile; store: RunStore },
  options: UnitOptions,
  work: (context: StudyContext) => Promise<T>,
): Promise<T> {
  const context = await openForTraining(opened, options);
  try {
    return await work(context);
  } finally {
    context.features.close();
  }
}

/**
 * The study of a folder, ready for units of work on this machine.
 *
 * @throws ConfigError if the machine is of another kind than the study's, or the study's data are others.
 */
export async function openForTraining(
  opened: { study: StudyFile; store: RunStore },
  options: UnitOptions,
): Promise<StudyContext> {
  const context = await openContext(opened, options);
  context.otherMachine = await admitMachine(context, options);
  return context;
}

/** The study of a folder, ready to be looked at. */
export async function openContext(
  { study, store }: { study: StudyFile; store: RunStore },
  { openData, ...options }: Omit<UnitOptions, keyof Admission>,
): Promise<StudyContext> {
  const data = await openData(study.config);
  requireSameData(study, data);
  return prepareStudy(study, { ...options, data, store });
}

/**
 * The same for a study that is open already. Its record is up to date in the folder.
 *
 * @returns True if the signal stopped it.
 * @throws NotYetError if another process trains it, or what it starts from or its rate is not there yet.
 * @throws DeviceError if the device fails.
 */
export async function trainInStudy(context: StudyContext, index: number): Promise<boolean> {
  return lockRun(context.store, context.runs[index].id, () => bringToEnd(context, index));
}

/** True if it was interrupted. */
async function bringToEnd(context: StudyContext, index: number): Promise<boolean> {
  const { runs, store, listener } = context;
  let record = await readRecord(context, index);
  if (isOver(record)) return false;
  requireTuned(context, index);
  const known = recordsOf(context);
  requireOrigin(known, record);
  const finished = (run: RunRecord): void => listener({ type: "run-finished", run, index, count: runs.length });
  if (isOver(known[index])) {
    finished(known[index]);
    return false;
  }
  const point = await readResumePoint(store, record);
  rewindTo(point, record);
  try {
    // one that another process began keeps what it has: it was settled by the same answer
    if ((await settleBySource(context, index)) && point.at === "beginning") record = freshRecord(context, index);
    record.status = "running";
    if (context.otherMachine !== null) record.trainedOn = context.otherMachine;
    const { training } = withTunedRate(context, runs[index]);
    if (hasRate(runs[index])) record.learningRate = training.learningRate;
    listener({
      type: "run-started",
      run: record,
      index,
      count: runs.length,
      resumedAtEpoch: record.epochs.length,
      studyTimeLeftMs: null,
    });
    await store.writeRun(record);
    const interrupted = point.at !== "end" && (await trainFrom(context, index, { point, record }));
    record.status = interrupted ? "interrupted" : "done";
  } catch (error) {
    const failed = deviceFailure(error);
    if (failed !== undefined) {
      record.status = "interrupted";
      await store.writeRun(record);
      throw stoppedByDevice(failed, { run: record, directory: store.directory });
    }
    if (isStop(error, context.signal)) record.status = "interrupted";
    else if (error instanceof TrainingError) Object.assign(record, { status: "failed", failure: error.message });
    else throw error;
  }
  await store.writeRun(record);
  finished(record);
  return record.status === "interrupted";
}

/** @throws NotYetError if the run's learning rate is still to be tuned. */
function requireTuned({ study, runs, found }: StudyContext, index: number): void {
  const { id, strategy } = runs[index];
  if (study.config.tuning === null) return;
  if (!awaitingRates(runs, { strategy, known: found.tuning }).includes(runs[index])) return;
  throw new NotYetError(`${id}: expected a learning rate that was tuned before, got none. Tune ${strategy} first.`);
}

/** @throws NotYetError if a run starts from one that has not come to its end. */
function requireOrigin(known: readonly RunRecord[], { id, startsFrom }: RunRecord): void {
  const origin = known.find((record) => record.id === startsFrom);
  if (origin === undefined || isOver(origin)) return;
  throw new NotYetError(
    `${id}: expected the run that it starts from, ${origin.id}, to be done, got ${origin.status}. Train that first.`,
  );
}

/** Trains one run from its beginning or a checkpoint; true if it was interrupted. */
async function trainFrom(
  context: StudyContext,
  index: number,
  { point, record }: { point: Exclude<ResumePoint, { at: "end" }>; record: RunRecord },
): Promise<boolean> {
  const { study, runs, networks, store, tasksOf, data } = context;
  const run = withTunedRate(context, runs[index]);
  const source = runs.find(({ task, seed }) => task === "source" && seed === run.seed);
  const options = stageOptionsOf(context, run);
  const { pixelScales } = (run.task === "source" ? data.sourceDataset : undefined) ?? data.dataset;
  const { interrupted } = await trainRun({
    ...options,
    heldOut: heldOutSets(options.task),
    record,
    preparation: { ...(data.preparation ?? { fit: study.config.fit }), pixelScales },
    transferred: await startingWeights(context, run),
    source:
      source === undefined
        ? null
        : { network: networkOf(networks, source).network, test: sourceTask(tasksOf(run.seed)).test },
    detailed: isShownInDetail(study.config, run),
    store,
    checkpoint: point.at === "checkpoint" ? point.checkpoint : null,
    checkpointEveryMs: context.checkpointEveryMs,
    listener: runListener(context, index, record),
  });
  return interrupted;
}

/** The run with the rate that trials chose for it; as it is where there were none. */
function withTunedRate({ found }: StudyContext, run: PlannedRun): PlannedRun {
  const chosen = hasRate(run) ? rateRecord(run, found.tuning)?.chosen : undefined;
  return chosen === undefined ? run : { ...run, training: { ...run.training, learningRate: chosen } };
}

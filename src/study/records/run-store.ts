/** @file The folder that a study leaves: what is in it, written whole or not at all. */

import { existsSync } from "node:fs";
import { glob, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { ConfigError } from "../../core/index.ts";
import { ifUnlocked, removeHalfWritten, requireLocks, writeFileAtomic } from "../../files/index.ts";
import type { SafetensorsContent } from "../../engine/training/index.ts";
import { asFileName } from "../file/plan.ts";
import { type StudyConfig, studySchema } from "../file/schema.ts";
import { AUTO } from "../file/training-schema.ts";
import type { SeedsRecord } from "./answer-record.ts";
import { type FingerprintFile, fingerprintFile } from "./fingerprint.ts";
import { type HistoryMark, markOf, readHistory, writeHistory } from "./history-file.ts";
import { analysisSchema, seedsSchema, summarySchema } from "./record-schemas.ts";
import type { AnalysisRecord, EpochRecord, RunRecord, StudySummary, TuningRecord } from "./records.ts";
import { CHECKPOINT, HISTORY, MODEL, RUN, RUN_FILES, readCheckpoint, readRun, requireFile } from "./run-files.ts";
import { tuningFileSchema } from "./schemas/tuning-schema.ts";
import { StateError, type StudyId, readState, writeState } from "./state-file.ts";
import { withRelativePlaces, withWholePlaces } from "./study-places.ts";

/** `study.json`: everything that decides the results, resolved. */
export interface StudyFile {
  formatVersion: 1;
  /** What every other file of the study says that it belongs to; absent in studies of earlier versions. */
  id?: string | undefined;
  config: StudyConfig;
  datasetChecksum: string;
  /** Where the source has a data set of its own. */
  sourceChecksum?: string | undefined;
  /** Where the source network was trained elsewhere. */
  backboneChecksum?: string | undefined;
  threads: number;
  /** What a training step may take, of the machine that began the study; batches that need more are computed in parts. */
  memoryBytes?: number | undefined;
  device: string;
  /** Why it was chosen, where the user left that to Graft. */
  deviceReason?: string | undefined;
  command: string;
  startedAt: string;
}

export interface RunStore {
  readonly directory: string;
  writeStudy(study: StudyFile): Promise<void>;
  writeSummary(summary: StudySummary): Promise<void>;
  /** A run without its epochs, which are lines of their own. */
  writeRun(run: RunRecord): Promise<void>;
  /** Null where it has not begun. */
  readRun(id: string): Promise<RunRecord | null>;
  writeHistory(id: string, epochs: readonly EpochRecord[]): Promise<void>;
  /** The epochs that a checkpoint knows. */
  readHistory(id: string, mark: HistoryMark): Promise<EpochRecord[]>;
  /** What `encodeCheckpoint` made. */
  writeCheckpoint(id: string, checkpoint: Uint8Array): Promise<void>;
  readCheckpoint(id: string): Promise<SafetensorsContent | null>;
  writeModel(id: string, model: Uint8Array): Promise<void>;
  /** What trials chose for a strategy; none where it was not tuned. */
  writeTuning(strategy: string, records: readonly TuningRecord[]): Promise<void>;
  readTuning(strategy: string): Promise<TuningRecord[]>;
  writeAnalysis(analysis: AnalysisRecord): Promise<void>;
  readAnalysis(): Promise<AnalysisRecord | null>;
  /** Which strategies were given which seeds; null where nothing was decided yet, or the study's file says all. */
  readSeeds(): Promise<SeedsRecord | null>;
  writeSeeds(seeds: SeedsRecord): Promise<void>;
  /** The kind of machine that the study's bits are of. */
  readonly fingerprint: FingerprintFile;
  /** The folder of a run. */
  runDirectory(id: string): string;
  /** What the study's files say that they belong to. */
  studyId(): Promise<StudyId>;
  /** @throws DataError naming the first file of a finished run that is not the one of its record. */
  requireFiles(run: Pick<RunRecord, "id" | "files">): Promise<void>;
  /** Deletes what a run has written. */
  discardRun(id: string): Promise<void>;
  /** Deletes half-written files and locks of processes that were killed. */
  removeLeftovers(): Promise<void>;
}

const SUMMARY = "summary.json";
const STUDY = "study.json";
/** Held by the process that works on the study. */
export const STUDY_LOCK = "study.lock";
/** Held by the process that trains a run, in its folder. */
export const RUN_LOCK = "run.lock";
const ANALYSIS = "analysis.json";
const SEEDS = "seeds.json";
const FINGERPRINT = "fingerprint.json";

/** What to do about a damaged file that is made from the runs' own. */
const MAKE_ANEW = "Restore the file, or delete it and resume the study, which makes it anew.";

const studyFileSchema = z.object({
  id: z.string().optional(),
  config: studySchema,
  datasetChecksum: z.string(),
  sourceChecksum: z.string().optional(),
  backboneChecksum: z.string().optional(),
  threads: z.int().min(1),
  memoryBytes: z.number().positive().optional(),
  device: z.string(),
  deviceReason: z.string().optional(),
  command: z.string(),
  startedAt: z.string(),
  directory: z.string().optional(),
});

/** The store of a study's folder, which need not exist yet. */
export function openRunStore(directory: string): RunStore {
  const inRun = (id: string, name: string): string => join(directory, "runs", id, name);
  const tuningFile = (strategy: string): string => join(directory, "tuning", `${asFileName(strategy)}.json`);
  let known: StudyId;
  const studyId = async (): Promise<StudyId> => {
    if (known === undefined) known = await idIn(directory);
    return known;
  };
  /** Only while this process holds what it locked. */
  const guarded = async (write: () => Promise<void>): Promise<void> => {
    requireLocks(directory);
    await write();
  };
  const write = (path: string, content: object): Promise<void> =>
    guarded(async () => writeState(path, content, await studyId()));
  const writeBytes = (path: string, content: Uint8Array): Promise<void> =>
    guarded(() => writeFileAtomic(path, content));
  const read = async <T>(path: string, schema: z.ZodType): Promise<T | null> =>
    readState<T>(path, { schema, study: await studyId(), fix: MAKE_ANEW });
  return {
    directory,
    studyId,
    writeStudy: ({ formatVersion: _version, ...study }) =>
      guarded(async () => {
        const config = withRelativePlaces(study.config, directory);
        await writeState(join(directory, STUDY), { ...study, config, directory: resolve(directory) }, undefined);
        known = study.id ?? null;
      }),
    writeSummary: ({ formatVersion: _version, ...summary }) => write(join(directory, SUMMARY), summary),
    writeRun: ({ epochs, ...run }) => write(inRun(run.id, RUN), { ...run, history: markOf(epochs) }),
    readRun: async (id) => readRun(join(directory, "runs", id), { id, study: await studyId() }),
    writeHistory: (id, epochs) => guarded(() => writeHistory(inRun(id, HISTORY), epochs)),
    readHistory: (id, mark) => readHistory(inRun(id, HISTORY), mark),
    writeCheckpoint: (id, checkpoint) => writeBytes(inRun(id, CHECKPOINT), checkpoint),
    readCheckpoint: (id) => readCheckpoint(inRun(id, CHECKPOINT)),
    writeModel: (id, model) => writeBytes(inRun(id, MODEL), model),
    requireFiles: async ({ id, files }) => {
      if (files === undefined) return;
      await requireFile(inRun(id, CHECKPOINT), files.checkpoint);
      await requireFile(inRun(id, MODEL), files.model);
    },
    writeTuning: (strategy, records) => write(tuningFile(strategy), { records }),
    readTuning: async (strategy) => {
      const path = tuningFile(strategy);
      const { records = [] } = (await read<{ records: TuningRecord[] }>(path, tuningFileSchema)) ?? {};
      const other = records.find((record) => record.strategy !== strategy);
      if (other === undefined) return records;
      throw new StateError(path, `expected trials of ${strategy}, got those of ${other.strategy}`, { fix: MAKE_ANEW });
    },
    writeAnalysis: (analysis) => write(join(directory, ANALYSIS), analysis),
    readAnalysis: () => read(join(directory, ANALYSIS), analysisSchema),
    readSeeds: () => read(join(directory, SEEDS), seedsSchema),
    writeSeeds: (seeds) => write(join(directory, SEEDS), seeds),
    fingerprint: fingerprintFile(join(directory, FINGERPRINT), { studyId, guarded }),
    runDirectory: (id) => join(directory, "runs", id),
    discardRun: async (id) => {
      // its record last: whatever is left says that something is missing
      for (const name of RUN_FILES.toReversed()) await rm(inRun(id, name), { force: true });
    },
    removeLeftovers: () => removeLeftovers(directory),
  };
}

async function removeLeftovers(directory: string): Promise<void> {
  await removeHalfWritten(directory, ["{study,summary,analysis,seeds,fingerprint}.json"]);
  const left = glob(["tuning/*.lock*", "runs/*/run.lock*", "{tuning,runs/*}/*.{json,jsonl,safetensors,onnx}.*"], {
    cwd: directory,
  });
  // what belongs to a run, or to the tuning of a strategy, is under a lock of its own
  const locks = new Map<string, string>();
  for await (const found of left) {
    const path = found.replaceAll("\\", "/");
    const strategy = /^tuning\/(.+)\.(?:lock|json)(?:\.[^.]*)*$/.exec(path)?.[1];
    if (strategy !== undefined) locks.set(`tuning/${strategy}.lock`, `tuning/${strategy}.json`);
    else locks.set(join(dirname(path), RUN_LOCK), `${dirname(path)}/*.{json,jsonl,safetensors,onnx}`);
  }
  for (const [lock, files] of locks)
    await ifUnlocked(join(directory, lock), () => removeHalfWritten(directory, [files]));
}

/** Undefined where there is no study yet. */
async function idIn(directory: string): Promise<StudyId> {
  return holdsStudy(directory) ? ((await readStudyFile(directory)).id ?? null) : undefined;
}

/** True for runs that are not trained any more. */
export function isOver(record: Pick<RunRecord, "status"> | undefined): boolean {
  return record?.status === "done" || record?.status === "failed";
}

/** True if a folder holds a study, finished or not. */
export function holdsStudy(directory: string): boolean {
  return existsSync(join(directory, STUDY));
}

/** True for what a study leaves that was killed before it began: its lock, and the first file of it half written. */
export function isLeftOfBeginning(name: string): boolean {
  return name.startsWith(`${STUDY_LOCK}.`) || name === STUDY_LOCK || /^study\.json\.\d+$/.test(name);
}

/** True if a folder holds a summary; a study that was stopped at once has none. */
export function holdsSummary(directory: string): boolean {
  return existsSync(join(directory, SUMMARY));
}

/**
 * The resolved study of a folder.
 *
 * @throws ConfigError if the folder holds no study.
 * @throws DataError if its file is damaged.
 */
export async function readStudyFile(directory: string): Promise<StudyFile> {
  const written = await readState<Omit<StudyFile, "formatVersion"> & { directory?: string }>(join(directory, STUDY), {
    schema: studyFileSchema,
    study: undefined,
    fix: 'Restore the file; if the change is yours, remove its line "seal".',
  });
  if (written !== null) {
    const { directory: begunIn, ...study } = written;
    return { formatVersion: 1, ...study, config: withWholePlaces(study.config, directory, begunIn) };
  }
  const fix = existsSync(join(directory, STUDY_LOCK))
    ? "Its process was stopped before the study began: run it again into this folder, with --out."
    : "Give the folder that graft run printed.";
  throw new ConfigError(`${directory}: expected the folder of a study, got one without ${STUDY}. ${fix}`);
}

/**
 * The summary of a study, as far as it has come: runs under way are as their own folders say.
 *
 * @throws ConfigError if the folder holds none.
 * @throws DataError if a file of the study or of one of its runs is damaged.
 */
export async function readSummary(directory: string): Promise<StudySummary> {
  const store = openRunStore(directory);
  const summary = await readState<Omit<StudySummary, "formatVersion">>(join(directory, SUMMARY), {
    schema: summarySchema,
    study: await store.studyId(),
    fix: MAKE_ANEW,
  });
  if (summary === null) {
    const fix = holdsStudy(directory) ? "Resume the study first." : "Give the folder that graft run printed.";
    throw new ConfigError(`${directory}: expected the folder of a study, got one without ${SUMMARY}. ${fix}`);
  }
  if (summary.finishedAt !== null) await requireSeeds(directory);
  const runs = await Promise.all(
    summary.runs.map(async (run) => {
      const own = await store.readRun(run.id);
      return isOver(run) ? run : (own ?? run);
    }),
  );
  const runsMs = runs.reduce((sum, { durationMs }) => sum + durationMs, 0) / (summary.machine.jobs ?? 1);
  return { formatVersion: 1, ...summary, runs, durationMs: Math.max(summary.durationMs, runsMs) };
}

/** A study that leaves its seeds to Graft ends with a decision. */
async function requireSeeds(directory: string): Promise<void> {
  const path = join(directory, SEEDS);
  if (existsSync(path) || !holdsStudy(directory)) return;
  const { config } = await readStudyFile(directory);
  if (config.seeds === AUTO)
    throw new StateError(path, "expected why no more seeds were added, got none", {
      fix: "Resume the study, which decides it again.",
    });
}

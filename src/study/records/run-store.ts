/** @file The folder that a study leaves: what is in it, written whole or not at all. */

import { existsSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { ConfigError, DataError } from "../../core/index.ts";
import { ifUnlocked, readWholeFile, removeHalfWritten, requireLocks, writeFileAtomic } from "../../files/index.ts";
import { type SafetensorsContent, decodeSafetensors, encodeSafetensors } from "../../engine/training/index.ts";
import { asFileName } from "../file/plan.ts";
import { type StudyConfig, studySchema } from "../file/schema.ts";
import type { AnalysisRecord, EpochRecord, RunRecord, StudySummary, TuningRecord } from "./records.ts";
import { withRelativePlaces, withWholePlaces } from "./study-places.ts";
import type { SeedsRecord } from "./answer-record.ts";

/** `study.json`: everything that decides the results, resolved. */
export interface StudyFile {
  formatVersion: 1;
  config: StudyConfig;
  datasetChecksum: string;
  /** Where the source has a data set of its own. */
  sourceChecksum?: string | undefined;
  /** Where the source network was trained elsewhere. */
  backboneChecksum?: string | undefined;
  threads: number;
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
  readRun(id: string): Promise<RunRecord | null>;
  writeHistory(id: string, epochs: readonly EpochRecord[]): Promise<void>;
  writeCheckpoint(id: string, content: SafetensorsContent): Promise<void>;
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
  /** The folder of a run. */
  runDirectory(id: string): string;
  /** Deletes half-written files and locks of processes that were killed. */
  removeLeftovers(): Promise<void>;
}

const SUMMARY = "summary.json";
const STUDY = "study.json";
/** Held by the process that works on the study. */
export const STUDY_LOCK = "study.lock";
const ANALYSIS = "analysis.json";
const SEEDS = "seeds.json";

/** What every reader relies on; the rest is Graft's own and read as it was written. */
const studyFileSchema = z.object({
  formatVersion: z.literal(1),
  config: studySchema,
  datasetChecksum: z.string(),
  sourceChecksum: z.string().optional(),
  backboneChecksum: z.string().optional(),
  threads: z.int().min(1),
  device: z.string(),
  deviceReason: z.string().optional(),
  command: z.string(),
  startedAt: z.string(),
  directory: z.string().optional(),
});
const runSchema = z.looseObject({
  id: z.string(),
  status: z.enum(["pending", "running", "done", "failed", "interrupted"]),
  durationMs: z.number(),
  featureDurationMs: z.number(),
});
const summarySchema = z.looseObject({
  formatVersion: z.literal(1),
  durationMs: z.number(),
  runs: z.array(z.looseObject({ id: z.string(), status: z.string() })),
});

const tuningFileSchema = z.array(z.looseObject({ strategy: z.string(), chosen: z.number() }));
const analysisSchema = z.looseObject({
  transferability: z.array(z.unknown()),
  featureMaps: z.array(z.unknown()),
  firstFilters: z.array(z.unknown()),
});

const seedsSchema = z.looseObject({
  rounds: z.array(z.looseObject({ seed: z.int(), strategies: z.array(z.string()) })).min(1),
  stopped: z.looseObject({ code: z.string() }).nullable(),
});

/** The store of a study's folder, which need not exist yet. */
export function openRunStore(directory: string): RunStore {
  const inRun = (id: string, name: string): string => join(directory, "runs", id, name);
  const tuningFile = (strategy: string): string => join(directory, "tuning", `${asFileName(strategy)}.json`);
  const write = async (path: string, content: string | Uint8Array): Promise<void> => {
    requireLocks(directory);
    await writeFileAtomic(path, content);
  };
  return {
    directory,
    writeStudy: (study) => {
      const config = withRelativePlaces(study.config, directory);
      return write(join(directory, STUDY), toJson({ ...study, config, directory: resolve(directory) }));
    },
    writeSummary: (summary) => write(join(directory, SUMMARY), toJson(summary)),
    writeRun: ({ epochs: _epochs, ...run }) => write(inRun(run.id, "run.json"), toJson(run)),
    readRun: async (id) => {
      const run = await readJson<Omit<RunRecord, "epochs">>(inRun(id, "run.json"), runSchema);
      return run === null ? null : { ...run, epochs: await readHistory(inRun(id, "history.jsonl")) };
    },
    writeHistory: (id, epochs) =>
      write(inRun(id, "history.jsonl"), epochs.map((record) => `${JSON.stringify(record)}\n`).join("")),
    writeCheckpoint: (id, content) => write(inRun(id, "checkpoint.safetensors"), encodeSafetensors(content)),
    readCheckpoint: async (id) => {
      const path = inRun(id, "checkpoint.safetensors");
      return existsSync(path) ? decodeSafetensors(await readWholeFile(path), path) : null;
    },
    writeModel: (id, model) => write(inRun(id, "model.onnx"), model),
    writeTuning: (strategy, records) => write(tuningFile(strategy), toJson(records)),
    readTuning: async (strategy) => (await readJson<TuningRecord[]>(tuningFile(strategy), tuningFileSchema)) ?? [],
    writeAnalysis: (analysis) => write(join(directory, ANALYSIS), toJson(analysis)),
    readAnalysis: () => readJson<AnalysisRecord>(join(directory, ANALYSIS), analysisSchema),
    readSeeds: () => readJson<SeedsRecord>(join(directory, SEEDS), seedsSchema),
    writeSeeds: (seeds) => write(join(directory, SEEDS), toJson(seeds)),
    runDirectory: (id) => join(directory, "runs", id),
    removeLeftovers: async () => {
      await removeHalfWritten(directory, [
        "{study,summary,analysis,seeds}.json",
        "tuning/*.json",
        "runs/*/*.{json,jsonl,safetensors,onnx}",
      ]);
      for await (const path of glob(["tuning/*.lock*", "runs/*/run.lock*"], { cwd: directory }))
        await ifUnlocked(join(directory, path.replace(/\.lock.*$/, ".lock")));
    },
  };
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
  const path = join(directory, STUDY);
  const written = await readJson<StudyFile & { directory?: string }>(path, studyFileSchema);
  if (written !== null) {
    const { directory: begunIn, ...study } = written;
    return { ...study, config: withWholePlaces(study.config, directory, begunIn) };
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
 * @throws DataError if a file is damaged.
 */
export async function readSummary(directory: string): Promise<StudySummary> {
  const summary = await readJson<StudySummary>(join(directory, SUMMARY), summarySchema);
  if (summary === null) {
    const fix = holdsStudy(directory) ? "Resume the study first." : "Give the folder that graft run printed.";
    throw new ConfigError(`${directory}: expected the folder of a study, got one without ${SUMMARY}. ${fix}`);
  }
  const store = openRunStore(directory);
  const runs = await Promise.all(
    summary.runs.map(async (run) => (isOver(run) ? run : ((await store.readRun(run.id)) ?? run))),
  );
  const runsMs = runs.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return { ...summary, runs, durationMs: Math.max(summary.durationMs, runsMs) };
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function readJson<T>(path: string, schema: z.ZodType): Promise<T | null> {
  if (!existsSync(path)) return null;
  const text = (await readWholeFile(path)).toString();
  const fail = (problem: string, cause: unknown): DataError =>
    new DataError(
      `${path}: expected JSON that Graft wrote, got: ${problem}. Restore the file or run the study again.`,
      { location: { path }, cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fail((cause as Error).message, cause);
  }
  const { success, data, error } = schema.safeParse(value);
  if (!success) throw fail(`${error.issues[0].path.join(".")}: ${error.issues[0].message}`, error);
  return data as T;
}

async function readHistory(path: string): Promise<EpochRecord[]> {
  if (!existsSync(path)) return [];
  const lines = (await readWholeFile(path))
    .toString()
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as EpochRecord;
    } catch (cause) {
      throw new DataError(
        `${path}, line ${index + 1}: expected one JSON object, got: ${(cause as Error).message}. Restore the file, or delete its folder to train the run again.`,
        {
          location: { path, line: index + 1 },
          cause,
        },
      );
    }
  });
}

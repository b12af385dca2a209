/** @file The folder that a study leaves: what is in it, written whole or not at all. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError, DataError, writeFileAtomic } from "../core/index.ts";
import { type SafetensorsContent, decodeSafetensors, encodeSafetensors } from "../engine/training/index.ts";
import type { EpochRecord, RunRecord, StudySummary } from "./records.ts";
import type { StudyConfig } from "./schema.ts";

/** `study.json`: everything that decides the results, resolved. */
export interface StudyFile {
  formatVersion: 1;
  config: StudyConfig;
  datasetChecksum: string;
  threads: number;
  device: string;
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
}

const SUMMARY = "summary.json";
const STUDY = "study.json";

/** The store of a study's folder, which need not exist yet. */
export function openRunStore(directory: string): RunStore {
  const inRun = (id: string, name: string): string => join(directory, "runs", id, name);
  return {
    directory,
    writeStudy: (study) => writeFileAtomic(join(directory, STUDY), toJson(study)),
    writeSummary: (summary) => writeFileAtomic(join(directory, SUMMARY), toJson(summary)),
    writeRun: ({ epochs: _epochs, ...run }) => writeFileAtomic(inRun(run.id, "run.json"), toJson(run)),
    readRun: async (id) => {
      const run = await readJson<Omit<RunRecord, "epochs">>(inRun(id, "run.json"));
      return run === null ? null : { ...run, epochs: await readHistory(inRun(id, "history.jsonl")) };
    },
    writeHistory: (id, epochs) =>
      writeFileAtomic(inRun(id, "history.jsonl"), epochs.map((record) => `${JSON.stringify(record)}\n`).join("")),
    writeCheckpoint: (id, content) => writeFileAtomic(inRun(id, "checkpoint.safetensors"), encodeSafetensors(content)),
    readCheckpoint: async (id) => {
      const path = inRun(id, "checkpoint.safetensors");
      return existsSync(path) ? decodeSafetensors(await readFile(path), path) : null;
    },
    writeModel: (id, model) => writeFileAtomic(inRun(id, "model.onnx"), model),
  };
}

/** True if a folder holds a study, finished or not. */
export function holdsStudy(directory: string): boolean {
  return existsSync(join(directory, STUDY));
}

/**
 * The resolved study of a folder.
 *
 * @throws ConfigError if the folder holds no study.
 */
export async function readStudyFile(directory: string): Promise<StudyFile> {
  return (await readJson<StudyFile>(join(directory, STUDY))) ?? raiseNoStudy(directory, STUDY);
}

/**
 * The summary of a study, as far as it has come.
 *
 * @throws ConfigError if the folder holds none.
 */
export async function readSummary(directory: string): Promise<StudySummary> {
  return (await readJson<StudySummary>(join(directory, SUMMARY))) ?? raiseNoStudy(directory, SUMMARY);
}

function raiseNoStudy(directory: string, name: string): never {
  throw new ConfigError(
    `${directory}: expected the folder of a study, got one without ${name}. Give the folder that graft run printed.`,
  );
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function readJson<T>(path: string): Promise<T | null> {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (cause) {
    throw new DataError(
      `${path}: expected JSON that Graft wrote, got: ${(cause as Error).message}. Restore the file or run the study again.`,
      {
        location: { path },
        cause,
      },
    );
  }
}

async function readHistory(path: string): Promise<EpochRecord[]> {
  if (!existsSync(path)) return [];
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as EpochRecord;
    } catch (cause) {
      throw new DataError(
        `${path}, line ${index + 1}: expected one JSON object, got: ${(cause as Error).message}. Delete that line.`,
        {
          location: { path, line: index + 1 },
          cause,
        },
      );
    }
  });
}

/** @file What the benchmark measured, as plain data, and the files that hold it. */

import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataError } from "../../src/core/index.ts";
import { writeFileAtomic } from "../../src/files/index.ts";
import type { RunRecord, StudySummary } from "../../src/study/index.ts";
import type { TriedTraining } from "./search.ts";

/** What computed it. */
export type Machine = Omit<StudySummary["machine"], "threads">;

/** What one strategy reached. */
export interface Outcome {
  readonly strategy: string;
  /** Of the finished model on the test set, in [0, 1]; null where the run failed. */
  readonly accuracy: number | null;
  /** In nats; null where the run failed. */
  readonly logLoss: number | null;
  /** Of the run alone. */
  readonly seconds: number;
}

/** A strategy as a generation of defaults trained it. */
export interface DefaultOutcome extends Outcome {
  readonly learningRate: number;
  readonly epochs: number;
  /** Why the run failed. */
  readonly failure?: string;
  /** What the program itself says of whether the run learned; absent where it says nothing. */
  readonly learned?: RunRecord["outcome"];
  /** Of logistic regression. */
  readonly strength?: number;
}

/** Which test images the ranked strategies of a study answered right. */
export interface Answers {
  readonly testImages: number;
  readonly trainImages: number;
  readonly strategies: readonly {
    readonly strategy: string;
    /** Of one run that stands alone. */
    readonly seconds: number;
    /** One a seed, as `packAnswers` packs them. */
    readonly correct: readonly string[];
  }[];
}

/** One study of one task with the defaults, or why there is none. */
export interface DefaultCell {
  readonly task: string;
  readonly draw: number;
  /** ISO 8601. */
  readonly date: string;
  readonly threads: number;
  /** Of the whole study. */
  readonly seconds: number;
  readonly outcomes: readonly DefaultOutcome[];
  /** Absent in what was measured before there was one, and where nothing was ranked. */
  readonly answers?: Answers;
  /** The sentence with which the study was refused. */
  readonly failure?: string;
}

/** `defaults-<label>.json`: one generation of defaults. */
export interface DefaultsFile {
  readonly formatVersion: 1;
  readonly label: string;
  /** Threads are each cell's own. */
  readonly machine: Machine;
  readonly cells: readonly DefaultCell[];
}

/** What every cell of a search says beside what was tried in it. */
interface OracleHead extends Omit<Outcome, "strategy"> {
  readonly task: string;
  readonly strategy: string;
  /** Seed of the images, of the weights and of their order. */
  readonly draw: number;
  /** ISO 8601. */
  readonly date: string;
  readonly threads: number;
  readonly failure?: string;
}

/** A training that was tried. */
export type TrainingCell = OracleHead & TriedTraining;

/** Logistic regression of one strength on frozen features, solved. */
export type StrengthCell = OracleHead & { readonly strength: number };

/** One step of a search for the best that a strategy can do on a task. */
export type OracleCell = TrainingCell | StrengthCell;

/** `oracle.json`: all that was tried. */
export interface OracleFile {
  readonly formatVersion: 1;
  /** Threads are each cell's own. */
  readonly machine: Machine;
  readonly cells: readonly OracleCell[];
}

const folder = fileURLToPath(new URL("../results/answers/", import.meta.url));
const PREFIX = "defaults-";
const ORACLE = "oracle.json";

/** A generation of defaults as far as it is measured; `fresh` where it is not begun. */
export async function readDefaults(label: string, fresh: DefaultsFile): Promise<DefaultsFile> {
  return (await read<DefaultsFile>(`${PREFIX}${label}.json`)) ?? fresh;
}

export async function writeDefaults(file: DefaultsFile): Promise<void> {
  await write(`${PREFIX}${file.label}.json`, file);
}

/** Every generation of defaults, the earliest first. */
export async function readGenerations(): Promise<DefaultsFile[]> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  const labels = names.filter((name) => name.startsWith(PREFIX) && name.endsWith(".json"));
  const files = await Promise.all(labels.map((name) => read<DefaultsFile>(name)));
  const firstDate = ({ cells }: DefaultsFile): string => cells.map(({ date }) => date).sort()[0] ?? "";
  return files.filter((file) => file !== null).sort((a, b) => firstDate(a).localeCompare(firstDate(b)));
}

/** The oracle as far as it is measured; null where it is not begun. */
export async function readOracle(): Promise<OracleFile | null> {
  return read<OracleFile>(ORACLE);
}

export async function writeOracle(file: OracleFile): Promise<void> {
  await write(ORACLE, file);
}

async function read<T extends { formatVersion: number }>(name: string): Promise<T | null> {
  const path = join(folder, name);
  if (!existsSync(path)) return null;
  const file = JSON.parse(await readFile(path, "utf8")) as T;
  if (file.formatVersion === 1) return file;
  throw new DataError(`${path}: expected results of form 1, got ${file.formatVersion}. Move the file away.`, {
    location: { path },
  });
}

async function write(name: string, file: unknown): Promise<void> {
  await writeFileAtomic(join(folder, name), `${JSON.stringify(file, null, 2)}\n`);
}

/** @file Folders of studies in tests: made, read and compared. */

import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { ImageDataset } from "../../src/data/index.ts";
import {
  type EpochRecord,
  type RunRecord,
  type StudyInput,
  type StudyListener,
  type StudyOutcome,
  resolveStudy,
  resumeStudy,
  runStudy,
} from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import type { StudyJob, StudyNews } from "./study-process.ts";

/** The four runs of the classic study for seed 0. */
export const CLASSIC_RUNS = ["M1-source-seed0", "M2-scratch-seed0", "M3-last-layer-seed0", "M4-last-two-layers-seed0"];

/** A study on the small data set that takes about a second; fields win over it. */
export function smallStudy({ training, ...fields }: StudyInput = {}): StudyInput {
  const short = training === "auto" ? training : { epochs: 2, batchSize: 16, ...training };
  return { dataset: "small", ...fields, training: short };
}

/** A path for a new folder, deleted when the test ends. */
export function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), "graft-study-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, "study");
}

/** How a study is run in this process. */
export interface RunOptions {
  directory?: string;
  dataset?: ImageDataset;
  threads?: number;
  listener?: StudyListener;
  signal?: AbortSignal;
}

/** Runs a study in this process. */
export async function run(
  study: StudyInput,
  { directory = newFolder(), dataset = smallDataset(), threads = 1, ...rest }: RunOptions = {},
): Promise<StudyOutcome & { directory: string }> {
  const config = resolveStudy(study);
  const outcome = await runStudy({ config, dataset, directory, threads, device: "cpu", command: "graft run", ...rest });
  return { ...outcome, directory };
}

/** Goes on with a study in this process. */
export async function resume(
  directory: string,
  { dataset = smallDataset(), ...options }: Pick<RunOptions, "dataset" | "listener" | "signal"> = {},
): Promise<StudyOutcome> {
  return resumeStudy({ directory, openData: async () => ({ dataset }), ...options });
}

/** A process at work on a study. */
export interface StudyProcess {
  child: ChildProcess;
  /** What it tells, until it ends. */
  news: AsyncIterable<StudyNews>;
  /** Resolves when it has ended and closed its output. */
  ended: Promise<unknown>;
}

/** Runs or resumes a study in a process of its own. */
export function startProcess(job: StudyJob): StudyProcess {
  const program = fileURLToPath(new URL("study-process.ts", import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, news: linesOf(child), ended: once(child, "close") };
}

async function* linesOf({ stdout }: ChildProcess): AsyncGenerator<StudyNews> {
  if (stdout === null) throw new Error("internal: the process has no output");
  for await (const line of createInterface({ input: stdout })) yield JSON.parse(line) as StudyNews;
}

/** Every file in a folder, by path within it. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .sort();
}

/** The JSON of a file of a study. */
export function readJson<T>(directory: string, ...path: readonly string[]): T {
  return JSON.parse(readFileSync(join(directory, ...path), "utf8")) as T;
}

/** The lines of a run's history. */
export function historyOf(directory: string, id: string): EpochRecord[] {
  const text = readFileSync(join(directory, "runs", id, "history.jsonl"), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EpochRecord);
}

/** An epoch without what differs from one time to the next. */
export function timeless({
  trainDurationMs: _train,
  durationMs: _whole,
  imagesPerSecond: _speed,
  ...rest
}: EpochRecord): Partial<EpochRecord> {
  return rest;
}

/** All that must be equal, however often a study was stopped: bytes of weights and models, histories, proofs. */
export function resultsOf(directory: string, ids: readonly string[] = CLASSIC_RUNS): Record<string, unknown> {
  const digest = (id: string, name: string): string =>
    createHash("sha256")
      .update(readFileSync(join(directory, "runs", id, name)))
      .digest("hex");
  const entries = ids.map((id) => {
    const { status, freezeProof, keptEpoch } = readJson<RunRecord>(directory, "runs", id, "run.json");
    const history = historyOf(directory, id).map(timeless);
    const weights = digest(id, "checkpoint.safetensors");
    return [id, { status, freezeProof, keptEpoch, history, weights, model: digest(id, "model.onnx") }];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

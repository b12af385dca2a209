/** @file Folders of studies in tests: made, and what is in them. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import type { ImageDataset } from "../../src/data/index.ts";
import {
  type CrewMaker,
  type StudyInput,
  type StudyListener,
  type StudyOutcome,
  resolveStudy,
  resumeStudy,
  runStudy,
} from "../../src/study/index.ts";
import { studyProgram } from "../support/graft-program.ts";
import { smallDataset } from "./small-dataset.ts";
import type { StudyJob, StudyNews } from "./study-process.ts";

export {
  CLASSIC_RUNS,
  KILLED_STUDY,
  editJson,
  filesIn,
  historyOf,
  readJson,
  resultsOf,
  smallStudy,
} from "./study-results.ts";

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
  /** Who trains; this process when left out. */
  crew?: CrewMaker;
}

/** Runs a study, coordinated by this process. */
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
  { dataset = smallDataset(), crew, ...options }: Omit<RunOptions, "directory" | "threads"> = {},
): Promise<StudyOutcome> {
  return resumeStudy({ directory, openData: async () => ({ dataset }), crewFor: () => crew, ...options });
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
  const child = spawn(process.execPath, [studyProgram, JSON.stringify(job)], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, news: linesOf(child), ended: once(child, "close") };
}

async function* linesOf({ stdout }: ChildProcess): AsyncGenerator<StudyNews> {
  if (stdout === null) throw new Error("internal: the process has no output");
  for await (const line of createInterface({ input: stdout })) yield JSON.parse(line) as StudyNews;
}

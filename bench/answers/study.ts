/** @file One study of the benchmark, in a folder that is removed when its figures are read. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StudyConfig, type StudyData, type StudySummary, runStudy } from "../../src/study/index.ts";

/** What every study of the benchmark is run with. */
export interface Surroundings {
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** The user stopped a study: nothing of it is kept. */
export class Interrupted extends Error {}

/**
 * Runs a study and hands its summary and folder to `read`; the folder is gone afterwards.
 *
 * @throws Interrupted if the signal stopped it.
 */
export async function inStudy<T>(
  { config, data }: { config: StudyConfig; data: StudyData },
  { threads, signal }: Surroundings,
  read: (summary: StudySummary, directory: string) => T | Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "graft-answers-"));
  try {
    const options = { ...data, config, directory, threads, device: "cpu" as const, signal };
    const { summary, interrupted } = await runStudy({ ...options, command: "npm run bench:answers" });
    if (interrupted) throw new Interrupted("interrupted");
    return await read(summary, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

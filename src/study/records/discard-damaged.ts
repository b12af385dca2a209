/** @file Runs whose files are not as they were written: what is left of them goes, so that they are trained again. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "../../core/index.ts";
import { requireLocks, withLock } from "../../files/index.ts";
import { TRAIN_AGAIN } from "./history-file.ts";
import type { RunRecord } from "./records.ts";
import { readResumePoint } from "./resume-point.ts";
import { RUN_FILES } from "./run-files.ts";
import { RUN_LOCK, type RunStore } from "./run-store.ts";
import { StateError } from "./state-file.ts";

/** A run that begins anew, and which file of it was not what it should be. */
export interface DiscardedRun {
  readonly id: string;
  readonly problem: string;
}

/** Takes the lock of a run for a while. */
export async function lockRun<T>(store: RunStore, id: string, work: () => Promise<T>): Promise<T> {
  requireLocks(store.directory);
  return withLock(join(store.runDirectory(id), RUN_LOCK), "process that trains this run", work);
}

/**
 * Deletes the files of damaged runs.
 *
 * @throws ConfigError if another process trains such a run, or a newer Graft did.
 */
export async function discardDamagedRuns(store: RunStore, ids: readonly string[]): Promise<DiscardedRun[]> {
  const discarded: DiscardedRun[] = [];
  for (const id of ids) {
    if ((await problemOf(store, id)) === null) continue;
    // looked at again: another process may have been writing
    const problem = await lockRun(store, id, async () => {
      const found = await problemOf(store, id);
      if (found !== null) await store.discardRun(id);
      return found;
    });
    if (problem !== null) discarded.push({ id, problem });
  }
  return discarded;
}

/** What is wrong with the files of a run; null where they are as they were written. */
async function problemOf(store: RunStore, id: string): Promise<string | null> {
  try {
    const record = await store.readRun(id);
    if (record === null) requireNothing(store, id);
    else await requireWhole(store, record);
    return null;
  } catch (error) {
    if (error instanceof StateError) return `${error.problem}.`;
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

/** A run's record is its first file. */
function requireNothing(store: RunStore, id: string): void {
  const [record, ...others] = RUN_FILES.map((name) => join(store.runDirectory(id), name));
  if (!others.some((path) => existsSync(path))) return;
  throw new StateError(record, "expected the record of a run that has other files, got none", { fix: TRAIN_AGAIN });
}

async function requireWhole(store: RunStore, record: RunRecord): Promise<void> {
  if (record.status === "done") await store.requireFiles(record);
  else if (record.status !== "failed") await readResumePoint(store, record);
}

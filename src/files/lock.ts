/** @file A lock file, so that two processes do not write the same files. */

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigError } from "../core/index.ts";
import { writeFailure } from "./write-file.ts";

/** Locks of this process. A file with its number may still be another's, from before a restart of the machine. */
const own = new Set<string>();

/**
 * Runs `work` while holding the lock file at `path`, which names this process.
 *
 * The lock of a process that is no longer there is taken over. `other` is what another holder would be, as a phrase:
 * `download into this folder`.
 *
 * @throws ConfigError if another process holds the lock.
 * @throws DataError if the file cannot be written.
 */
export async function withLock<T>(path: string, other: string, work: () => Promise<T>): Promise<T> {
  const place = resolve(path);
  if (own.has(place)) throw held(path, { other, holder: `process ${process.pid}` });
  own.add(place);
  try {
    await take(path, other);
    try {
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  } finally {
    own.delete(place);
  }
}

/** Removes the lock file of a process that is no longer there; that of one at work stays. */
export async function removeStaleLock(path: string): Promise<void> {
  if (own.has(resolve(path))) return;
  const holder = Number(await readFile(path, "utf8"));
  if (holder === process.pid || (holder !== 0 && !isRunning(holder))) await rm(path, { force: true });
}

async function take(path: string, other: string): Promise<void> {
  if (await create(path)) return;
  const unnamed = { other, holder: "another process" };
  const holder = Number(await readFile(path, "utf8"));
  // it is being written
  if (holder === 0) throw held(path, unnamed);
  if (holder !== process.pid && isRunning(holder)) throw held(path, { other, holder: `process ${holder}` });
  await rm(path, { force: true });
  if (!(await create(path))) throw held(path, unnamed);
}

/** False if the file is there already. */
async function create(path: string): Promise<boolean> {
  const content = `${process.pid}\n`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
    await rm(path, { force: true }).catch(() => {});
    throw writeFailure(path, { cause, sizeBytes: content.length });
  }
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 only asks whether the process is there.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function held(path: string, { other, holder }: { other: string; holder: string }): ConfigError {
  return new ConfigError(
    `${path}: expected no other ${other}, got ${holder} at work. ` +
      "Wait until it has ended; remove the file if that process is not Graft.",
  );
}

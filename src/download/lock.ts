/** @file A lock file, so that two processes do not write the same download. */

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ConfigError } from "../core/index.ts";

/**
 * Runs `work` while holding the lock file at `path`, which names this process.
 *
 * The lock of a process that is no longer there is taken over.
 *
 * @throws ConfigError if another process holds the lock.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  if (!(await create(path))) {
    const holder = (await readFile(path, "utf8")).trim();
    if (isRunning(Number(holder))) throw held(path, holder);
    await rm(path, { force: true });
    if (!(await create(path))) throw held(path, "another");
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** False if the file is there already. */
async function create(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
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

function held(path: string, holder: string): ConfigError {
  return new ConfigError(
    `${path}: expected no other download into this folder, got process ${holder} at work. ` +
      "Wait until it has ended; remove the file if that process is not Graft.",
  );
}

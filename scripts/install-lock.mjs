/** @file A lock between processes: a folder that only one can create, kept fresh by its owner. */

import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, rmdir, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs `task` while holding the lock folder `path`.
 *
 * The owner touches its file in the folder every quarter of `staleMs`; a lock untouched for longer belongs to
 * a process that died, and is taken over. `onWait` is called once if another process holds the lock.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} task
 * @param {{ staleMs?: number, pollMs?: number, onWait?: () => void }} [options]
 * @returns {Promise<T>}
 */
export async function withLock(path, task, { staleMs = 20_000, pollMs = 200, onWait = () => {} } = {}) {
  await mkdir(dirname(path), { recursive: true });
  const owner = randomUUID();
  let waited = false;
  while (!(await tryAcquire(path, owner))) {
    if (!waited) onWait();
    waited = true;
    await removeIfStale(path, staleMs);
    await sleep(pollMs);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    // A touch that fails is made good by the next one.
    utimes(join(path, owner), now, now).catch(() => {});
  }, staleMs / 4);
  try {
    return await task();
  } finally {
    clearInterval(heartbeat);
    await release(path, owner);
  }
}

/** @type {(path: string, owner: string) => Promise<boolean>} */
async function tryAcquire(path, owner) {
  try {
    await mkdir(path);
    await writeFile(join(path, owner), `${process.pid}\n`);
  } catch (error) {
    // Another process has it, or found our folder without an owner and removed it.
    if (hasCode(error, ["EEXIST", "ENOENT"])) return false;
    throw error;
  }
  const owners = await readdir(path);
  if (owners.length === 1) return true;
  await rm(join(path, owner), { force: true });
  return false;
}

/**
 * Removes a lock that nobody keeps fresh.
 *
 * Of several processes that see it stale only one can unlink the owner's file, and only that one goes on to
 * remove the folder; a folder without an owner is removed only if it still is empty.
 *
 * @type {(path: string, staleMs: number) => Promise<void>}
 */
async function removeIfStale(path, staleMs) {
  const [owner] = await readdir(path).catch(() => /** @type {string[]} */ ([]));
  const kept = owner === undefined ? path : join(path, owner);
  const touched = await stat(kept).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  if (touched === undefined || Date.now() - touched <= staleMs) return;
  try {
    if (owner !== undefined) await unlink(kept);
    await rmdir(path);
  } catch (error) {
    if (!hasCode(error, ["ENOENT", "ENOTEMPTY", "EEXIST"])) throw error;
  }
}

/** @type {(path: string, owner: string) => Promise<void>} */
async function release(path, owner) {
  await rm(join(path, owner), { force: true });
  // Not empty or already gone: another process took over.
  await rmdir(path).catch(() => {});
}

/** @type {(error: unknown, codes: readonly string[]) => boolean} */
function hasCode(error, codes) {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

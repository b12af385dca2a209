/**
 * @file A lock file, so that two processes do not write the same files.
 *
 * It appears whole: written under another name, then linked. A stale one is replaced only by who holds the lock beside it,
 * `<path>.next`, and has seen it stale since; that one is a lock as well, taken over in the same way.
 */

import { randomUUID } from "node:crypto";
import { lstat, mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { DataError, NotYetError } from "../core/index.ts";
import { type Holder, describeHolder, formatHolder, hasEnded, parseHolder, thisProcess } from "./holder.ts";
import { readWholeFileSync, requireFile } from "./read-file.ts";
import { codeOf, linkNew, writeFailure } from "./write-file.ts";

const RENEW_MS = 10_000;

/** Locks of this process by place, and what they hold; undefined while they are taken. */
const own = new Map<string, string | undefined>();

/** A lock that this process holds. */
export interface Lock {
  release(): Promise<void>;
}

/** Runs `work` while holding the lock file at `path`, see `takeLock`. */
export async function withLock<T>(path: string, other: string, work: () => Promise<T>): Promise<T> {
  const lock = await takeLock(path, other);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/**
 * Takes the lock file at `path`, which names this process and is renewed while it is held.
 *
 * That of a process that has ended is taken over, and what such processes left beside it is removed. `other` is what
 * another holder would be, as a phrase: `download into this folder`.
 *
 * @throws NotYetError if another process holds the lock.
 * @throws DataError if the file cannot be written.
 */
export async function takeLock(path: string, other: string): Promise<Lock> {
  const lock = await tryLock(path);
  if ("release" in lock) return lock;
  throw new NotYetError(
    `${path}: expected no other ${other}, got ${describeHolder(lock)} at work. ` +
      "Wait until it has ended; where it was killed elsewhere, that is known after two minutes.",
    { isLocked: true },
  );
}

/** The process at work that holds the lock file at `path`, as a sentence names it; null where there is none. */
export async function holderOf(path: string): Promise<string | null> {
  const found = await stateOf(resolve(path), Date.now());
  return typeof found === "string" ? null : describeHolder(found);
}

/**
 * Runs `work` while holding the lock file at `path`, or does nothing where a process at work holds it; without `work`, it
 * removes a stale one.
 */
export async function ifUnlocked(path: string, work: () => Promise<void> = async () => {}): Promise<void> {
  const lock = await tryLock(path);
  if (!("release" in lock)) return;
  try {
    await work();
  } finally {
    await lock.release();
  }
}

/**
 * Asks, before something is written into `directory`, whether the locks of this process in it are still there.
 *
 * @throws DataError if one is not, or is another's: the folder was deleted, or this process was taken for one that has ended.
 */
export function requireLocks(directory: string): void {
  for (const [place, content] of own) {
    if (content === undefined || !place.startsWith(resolve(directory) + sep)) continue;
    if (contentOf(place) === content) continue;
    throw new DataError(
      `${directory}: expected the folder that this process works in, with its lock ${basename(place)}, got one without. ` +
        "It was deleted or moved, or another process took it over: nothing more is written into it.",
      { location: { path: directory } },
    );
  }
}

/** The lock, or who holds it. */
async function tryLock(path: string): Promise<Lock | Holder> {
  const place = resolve(path);
  const holder = thisProcess(randomUUID());
  if (own.has(place)) return holder;
  own.set(place, undefined);
  try {
    const rival = await occupy(place, holder);
    if (rival !== undefined) {
      own.delete(place);
      return rival;
    }
    const content = formatHolder(holder);
    own.set(place, content);
    const renewal = await renew(place, content);
    await sweepBeside(place);
    return {
      release: async () => {
        await renewal.stop();
        await vacate(place, holder);
        own.delete(place);
      },
    };
  } catch (cause) {
    own.delete(place);
    throw writeFailure(path, { cause, sizeBytes: formatHolder(holder).length });
  }
}

/** Makes the lock file at `place` that of `mine`; or returns the process at work that has it. */
async function occupy(place: string, mine: Holder): Promise<Holder | undefined> {
  for (;;) {
    const now = await appear(place, mine);
    if (now === undefined) return undefined;
    const found = await stateOf(place, now);
    if (found === "absent") continue;
    if (found !== "stale") return found;
    const next = `${place}.next`;
    const rival = await occupy(next, mine);
    if (rival !== undefined) return rival;
    try {
      if ((await stateOf(place, now)) !== "stale") continue;
      await rename(await writeBeside(place, mine), place);
      return undefined;
    } finally {
      await vacate(next, mine);
    }
  }
}

/** Undefined if the file appeared; if one is there already, the time by the clock of the file system. */
async function appear(place: string, mine: Holder): Promise<number | undefined> {
  const written = await writeBeside(place, mine);
  try {
    const { mtimeMs } = await stat(written);
    // a link over a network may be made and the answer be lost: the file tells
    const isMade = (await linkNew(written, place)) || contentOf(place) === formatHolder(mine);
    return isMade ? undefined : mtimeMs;
  } catch (error) {
    // what was written is gone: another process took it for a leftover while it was empty
    if (codeOf(error) === "ENOENT") return appear(place, mine);
    throw error;
  } finally {
    await rm(written, { force: true });
  }
}

async function writeBeside(place: string, mine: Holder): Promise<string> {
  const path = `${place}.${mine.token}`;
  await mkdir(dirname(place), { recursive: true });
  await writeFile(path, formatHolder(mine));
  return path;
}

/** The process at work whose lock this is; one that has ended, or wrote nothing that can be read, has left it stale. */
async function stateOf(place: string, now: number): Promise<Holder | "stale" | "absent"> {
  try {
    const found = await lstat(place);
    requireFile(found, place);
    const holder = parseHolder(await readFile(place, "utf8"));
    return holder === undefined || hasEnded(holder, now - found.mtimeMs) ? "stale" : holder;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "absent";
    throw error;
  }
}

/** Writes the same again and again: the file is never seen torn, and that of a process which took over is not touched. */
async function renew(place: string, content: string): Promise<{ stop: () => Promise<void> }> {
  const file = await open(place, "r+");
  // one that fails is made good by the next
  const timer = setInterval(() => void file.write(content, 0).catch(() => {}), RENEW_MS);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await file.close();
    },
  };
}

/** Removes the lock file at `place` if it is that of `mine`. */
async function vacate(place: string, mine: Holder): Promise<void> {
  if (contentOf(place) === formatHolder(mine)) await rm(place, { force: true });
}

/** Removes what processes that were killed while they took this very lock left beside it. */
async function sweepBeside(place: string): Promise<void> {
  const { mtimeMs: now } = await stat(place);
  for (const name of await readdir(dirname(place))) {
    if (!name.startsWith(`${basename(place)}.`)) continue;
    const path = join(dirname(place), name);
    const rest = name.slice(basename(place).length);
    if (/^(\.next)+$/.test(rest)) await ifUnlocked(path);
    else if (/^(\.next)*\.[0-9a-f-]{36}$/.test(rest) && (await stateOf(path, now)) === "stale")
      await rm(path, { force: true });
  }
}

/** Null where there is none. */
function contentOf(place: string): string | null {
  try {
    return readWholeFileSync(place).toString();
  } catch {
    return null;
  }
}

/** @file Which files lie in a folder and below: their sizes and times, without opening one. */

import { type Dirent, type Stats, lstatSync } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { setImmediate } from "node:timers/promises";
import { DataError } from "../../../core/index.ts";

/** Files asked about at once, where an answer takes its time. */
const STATS_IN_FLIGHT = 16;

/** Files asked about one by one before anything else gets its turn. */
const CHUNK_FILES = 512;

/** A disk that takes longer for an answer is asked many questions at once: it is another machine's. */
const QUICK_MS = 0.1;

/** A file of a folder. */
export interface FoundFile {
  /** From the folder on, with `/` between its parts. */
  readonly path: string;
  /** -1 where the file cannot be asked about. */
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** When it was modified, renamed or given other permissions. */
  readonly changedMs: number;
}

/** What lies in a folder and below. */
export interface FolderScan {
  /** In order of their paths. */
  readonly files: readonly FoundFile[];
  /** Folders in the folder itself, in byte order, hidden ones left out. */
  readonly folders: readonly string[];
  /** Hidden files, links that lead out of the folder or to a folder, and what is neither file nor folder. */
  readonly passedOver: number;
}

/**
 * Everything in `root`, at any depth.
 *
 * A name that begins with a dot is hidden, and so is all below such a folder.
 * Links to files inside of the folder are followed, all others are not.
 *
 * @throws DataError if a folder cannot be read.
 */
export async function scanFolder(
  root: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<FolderScan> {
  const top = await realpath(root);
  const paths: string[] = [];
  const folders: string[] = [];
  let passedOver = 0;
  // paths from the top on, put together by hand: there may be a million of them
  const waiting = [""];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal?.throwIfAborted();
    for (const entry of await entriesOf(join(top, folder))) {
      const path = `${folder}${entry.name}`;
      if (entry.name.startsWith(".")) passedOver++;
      else if (entry.isDirectory()) {
        waiting.push(`${path}/`);
        if (folder === "") folders.push(entry.name);
      } else if (!entry.isSymbolicLink() || (await leadsToFileIn(top, join(top, path)))) {
        paths.push(path);
      } else passedOver++;
    }
  }
  return { files: await statFiles(top, paths.sort(), { signal }), folders: folders.sort(compareBytes), passedOver };
}

/** Sizes and times of files at paths from the real path `root` on; a size of -1 where there is no file, or a link out. */
export async function statFiles(
  root: string,
  paths: readonly string[],
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<readonly FoundFile[]> {
  const files: FoundFile[] = paths.map((path) => ({ path, sizeBytes: -1, modifiedMs: 0, changedMs: 0 }));
  const note = (index: number, found: Stats | undefined): void => {
    // what is wrong with a file is said when it is read
    if (found?.isFile() !== true) return;
    const { size: sizeBytes, mtimeMs: modifiedMs, ctimeMs: changedMs } = found;
    files[index] = { path: paths[index], sizeBytes, modifiedMs, changedMs };
  };
  const waiting = await askAtOnce(root, paths, { note, signal });
  const ask = async (): Promise<void> => {
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      signal?.throwIfAborted();
      note(index, await statInside(root, join(root, paths[index])));
    }
  };
  await Promise.all(Array.from({ length: STATS_IN_FLIGHT }, ask));
  return files;
}

/**
 * Asks about one file after the other as long as answers come at once, for the thread pool takes longer than a disk of
 * one's own does; returns the places of the files that are left.
 */
async function askAtOnce(
  root: string,
  paths: readonly string[],
  { note, signal }: { note: (index: number, found: Stats | undefined) => void; signal: AbortSignal | undefined },
): Promise<number[]> {
  const waiting: number[] = [];
  let next = 0;
  for (let isQuick = true; isQuick && next < paths.length;) {
    signal?.throwIfAborted();
    const [started, first] = [performance.now(), next];
    for (const end = Math.min(next + CHUNK_FILES, paths.length); next < end; next++) {
      const found = statNow(`${root}${sep}${paths[next]}`);
      // where links lead is another question
      if (found?.isSymbolicLink() === true) waiting.push(next);
      else note(next, found);
    }
    isQuick = performance.now() - started < QUICK_MS * (next - first);
    await setImmediate();
  }
  for (; next < paths.length; next++) waiting.push(next);
  return waiting;
}

/** The order of names by their bytes in UTF-8, the same on every machine. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? cause.code : cause;
    throw new DataError(
      `${folder}: expected a folder that can be read, got ${reason}. Give yourself leave to read it.`,
      {
        location: { path: folder },
        cause,
      },
    );
  }
}

function statNow(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

async function statInside(root: string, path: string): Promise<Stats | undefined> {
  try {
    const found = await lstat(path);
    if (!found.isSymbolicLink()) return found;
    return (await leadsToFileIn(root, path)) ? await stat(path) : undefined;
  } catch {
    return undefined;
  }
}

async function leadsToFileIn(top: string, link: string): Promise<boolean> {
  try {
    const target = await realpath(link);
    return target.startsWith(top + sep) && (await stat(target)).isFile();
  } catch {
    // it leads nowhere, or round in a circle
    return false;
  }
}

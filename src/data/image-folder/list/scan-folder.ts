/** @file Which files lie in a folder and below: their sizes and times, without opening one. */

import { type Dirent, type Stats, lstatSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
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
  /** Paths of the folders, at any depth. */
  readonly folders: readonly string[];
  /** Folders and links that were not looked into, each with the reason as a phrase. */
  readonly passedOver: readonly PassedOver[];
  /** Hidden files, and what is neither file nor folder. */
  readonly hidden: number;
}

/** What was not looked into, and why, as a phrase. */
export interface PassedOver {
  readonly path: string;
  readonly why: string;
}

/** How to look. */
export interface ScanOptions {
  /** Why a folder of this name is not to be looked into, as a phrase. */
  readonly refuse?: ((name: string) => string | undefined) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A folder still to be read. */
interface Waiting {
  /** From the top on, with a slash at the end unless it is the top itself. */
  readonly path: string;
  /** The real paths of the folders above it, where a link was on the way. */
  readonly above: readonly string[];
}

/** Files by which folders are told that Graft writes its results into; their figures are no images to learn from. */
const RESULTS: readonly (readonly string[])[] = [["study.json", "runs"], ["find-lr.json"], ["heat-maps.json"]];

/**
 * Everything in `root`, at any depth.
 *
 * A name that begins with a dot is hidden, and so is all below such a folder. Links are followed, but not back to a
 * folder that they lie in. Results of Graft's own are passed over.
 *
 * @throws DataError if a folder cannot be read.
 */
export async function scanFolder(root: string, { refuse, signal }: ScanOptions = {}): Promise<FolderScan> {
  const top = await realpath(root);
  const [paths, folders, passedOver]: [string[], string[], PassedOver[]] = [[], [], []];
  let hidden = 0;
  // paths from the top on, put together by hand: there may be a million of them
  const waiting: Waiting[] = [{ path: "", above: [] }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal?.throwIfAborted();
    const entries = await entriesOf(join(top, folder.path));
    if (folder.path !== "" && holdsResults(entries)) {
      passedOver.push({ path: folder.path.slice(0, -1), why: "results of Graft" });
      continue;
    }
    if (folder.path !== "") folders.push(folder.path.slice(0, -1));
    for (const entry of entries) {
      const path = `${folder.path}${entry.name}`;
      const isFolder = entry.isDirectory();
      const why = isFolder ? refusalOf(entry.name, refuse) : undefined;
      if (why !== undefined) passedOver.push({ path, why });
      else if (entry.name.startsWith(".")) hidden++;
      else if (isFolder) waiting.push({ path: `${path}/`, above: folder.above });
      else if (!entry.isSymbolicLink()) paths.push(path);
      else {
        const led = await follow(top, path, folder.above);
        if (typeof led === "string") passedOver.push({ path, why: led });
        else if (led === null) paths.push(path);
        else if (refusalOf(entry.name, refuse) === undefined) waiting.push({ path: `${path}/`, above: led });
      }
    }
  }
  const files = await statFiles(top, paths.sort(), { signal });
  return { files, folders: folders.sort(compareBytes), passedOver, hidden };
}

/** Sizes and times of files at paths from the real path `root` on, links followed; a size of -1 where there is no file. */
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
      note(index, await stat(join(root, paths[index])).catch(() => undefined));
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

/** True for a path that Node could not read as UTF-8, so that nothing is found by it. */
export function isGarbled(path: string): boolean {
  return path.includes("\uFFFD");
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? cause.code : cause;
    const message = isGarbled(folder)
      ? `${folder}: expected names of folders in UTF-8, got one in another encoding. ` +
        "Rename it, or all of them at once: convmv -f latin1 -t utf8 -r --notest FOLDER."
      : `${folder}: expected a folder that can be read, got ${reason}. Give yourself leave to read it.`;
    throw new DataError(message, { location: { path: folder }, cause });
  }
}

function statNow(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Null for a link to a file; of one to a folder, the real paths that no link in it may lead back to; or what is wrong. */
async function follow(top: string, path: string, above: readonly string[]): Promise<readonly string[] | string | null> {
  const link = join(top, path);
  let target: string;
  try {
    target = await realpath(link);
    if (!(await stat(target)).isDirectory()) return null;
  } catch {
    return "a link that leads nowhere";
  }
  const open = [...above, await realpath(dirname(link))];
  const isLoop = open.some((folder) => folder === target || folder.startsWith(target + sep));
  return isLoop ? "a link back to a folder that it lies in" : open;
}

function refusalOf(name: string, refuse: ScanOptions["refuse"]): string | undefined {
  return name.startsWith(".") ? "hidden" : refuse?.(name);
}

function holdsResults(entries: readonly Dirent[]): boolean {
  const names = new Set(entries.map(({ name }) => name));
  return RESULTS.some((needed) => needed.every((name) => names.has(name)));
}

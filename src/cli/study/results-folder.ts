/** @file The folder that a new study goes into: never one that holds anything already. */

import { access, constants, mkdir, readdir, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ConfigError } from "../../core/index.ts";
import { holdsStudy, isLeftOfBeginning } from "../../study/index.ts";
import { commandLine } from "../terminal/typed-command.ts";

/** Where studies go that are not told where. */
const RESULTS_FOLDER = "runs";

/** Why a folder cannot be had, by the operating system's code. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "for which there is no permission",
  EPERM: "for which there is no permission",
  EROFS: "which is on a read-only file system",
  EEXIST: "which is a file",
  ENOTDIR: "whose path leads through a file",
  ENAMETOOLONG: "whose name is too long",
};

/** An empty folder that this process has taken for its results. */
export interface ClaimedFolder {
  readonly directory: string;
  /** Removes the folders again that were made, if nothing was written into them. */
  readonly release: () => Promise<void>;
}

/**
 * Makes `out`, or without it `runs/<name>`, numbered where that is taken.
 *
 * @throws ConfigError if it cannot be written, or `out` holds anything already.
 */
export async function claimFolder({ out, name }: { out?: string | undefined; name: string }): Promise<ClaimedFolder> {
  if (out !== undefined) return await claimNamed(out);
  for (let number = 1; ; number++) {
    const directory = join(RESULTS_FOLDER, number === 1 ? name : `${name}-${number}`);
    const firstMade = await makeFolder(directory);
    if (firstMade !== undefined) return { directory, release: () => removeEmpty(directory, firstMade) };
  }
}

async function claimNamed(out: string): Promise<ClaimedFolder> {
  const firstMade = await makeFolder(out);
  if (firstMade !== undefined) return { directory: out, release: () => removeEmpty(out, firstMade) };
  if (await isEmpty(out)) return { directory: out, release: async () => {} };
  const isStudy = holdsStudy(out);
  const holds = isStudy ? "which holds a study" : "which holds other files";
  const wayOn = isStudy ? `Go on with it by ${commandLine(["resume", out])}, or choose another.` : "Choose another.";
  throw new ConfigError(`--out: expected a new or empty folder, got "${out}", ${holds}. ${wayOn}`);
}

/** The first of the folders that had to be made; undefined if all of them were there. */
async function makeFolder(path: string): Promise<string | undefined> {
  try {
    const firstMade = await makeOne(resolve(path));
    await access(path, constants.W_OK);
    return firstMade;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const reason = reasons[code];
    if (reason === undefined) throw cause;
    const message = `--out: expected a folder that can be written, got "${path}", ${reason}. Choose another with --out.`;
    throw new ConfigError(message, { cause });
  }
}

/** Removes `directory` and the folders above it up to `firstMade`, as far as they are empty. */
async function removeEmpty(directory: string, firstMade: string): Promise<void> {
  for (let path = resolve(directory); path.length >= resolve(firstMade).length; path = dirname(path)) {
    const isRemoved = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
  }
}

/** Files that desktops leave in folders do not count, nor what a study does that never began. */
async function isEmpty(path: string): Promise<boolean> {
  return (await readdir(path)).every((name) => name === ".DS_Store" || name === "Thumbs.db" || isLeftOfBeginning(name));
}

/** Of several processes that try at once, one makes the folder: only the folders above it are made recursively. */
async function makeOne(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") {
      const above = await mkdir(dirname(path), { recursive: true });
      return above === undefined ? makeOne(path) : (await makeOne(path)) && above;
    }
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return undefined;
    throw error;
  }
}

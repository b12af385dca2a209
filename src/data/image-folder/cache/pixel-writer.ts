/** @file Writes a file of pixels piece by piece, under another name until it is whole. */

import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DataError } from "../../../core/index.ts";
import { ifUnlocked, takeLock } from "../../../files/index.ts";
import { closePixelFile } from "../../node/pixel-file.ts";

/** A file that is being written. */
export interface PixelWriter {
  /** Where it lies until it is whole. */
  readonly temporaryPath: string;
  /** Adds bytes at its end. */
  write(bytes: Uint8Array): Promise<void>;
  /** Flushes it and gives it its name; resolves to when it was modified. */
  commit(): Promise<number>;
  /** Removes what there is of it; does nothing after `commit`. */
  discard(): Promise<void>;
}

/**
 * Begins the file at `path`; its folder is made if need be.
 *
 * @throws DataError if the disk is full or the place cannot be written to; so do `write` and `commit`.
 */
export async function openPixelWriter(path: string): Promise<PixelWriter> {
  const temporaryPath = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw writeFailure(path, cause);
    }
  };
  const lock = await explained(async () => {
    await mkdir(dirname(path), { recursive: true });
    await sweepUnfinished(dirname(path));
    return await takeLock(lockOf(temporaryPath), "writer of this file");
  });
  const file: FileHandle = await explained(() => open(temporaryPath, "wx"));
  let closed = false;
  const close = async (): Promise<void> => {
    if (!closed) await file.close();
    closed = true;
  };
  return {
    temporaryPath,
    write: (bytes) => explained(async () => void (await file.writeFile(bytes))),
    commit: () =>
      explained(async () => {
        await file.sync();
        await close();
        // a reader of the file that this one replaces would go on with that
        closePixelFile(path);
        await rename(temporaryPath, path);
        return (await stat(path)).mtimeMs;
      }),
    discard: async () => {
      await close();
      closePixelFile(temporaryPath);
      await rm(temporaryPath, { force: true });
      await lock.release();
    },
  };
}

/** Held by whoever writes the file: one without it was left by a process that was killed. */
function lockOf(temporaryPath: string): string {
  return `${temporaryPath}.lock`;
}

/** Removes what killed processes left in a folder of files that they were writing. */
async function sweepUnfinished(folder: string): Promise<void> {
  const names = (await readdir(folder)).flatMap((name) => /^(.*\.tmp)(\.lock.*)?$/.exec(name)?.[1] ?? []);
  for (const name of new Set(names)) {
    const path = join(folder, name);
    await ifUnlocked(lockOf(path), () => rm(path, { force: true }));
  }
}

const fixes: Readonly<Record<string, string | undefined>> = {
  ENOSPC: "The disk is full: free some space, or name another folder for the cache in GRAFT_CACHE_DIR.",
  EDQUOT: "The disk quota is used up: free some space, or name another folder for the cache in GRAFT_CACHE_DIR.",
  EACCES: "Name a folder for the cache that you may write to in GRAFT_CACHE_DIR.",
  EPERM: "Name a folder for the cache that you may write to in GRAFT_CACHE_DIR.",
  EROFS: "The disk is read-only: name another folder for the cache in GRAFT_CACHE_DIR.",
  ENOTDIR: "A file is where a folder should be: name another folder for the cache in GRAFT_CACHE_DIR.",
  EEXIST: "A file is where a folder should be: name another folder for the cache in GRAFT_CACHE_DIR.",
};

function writeFailure(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const fix = fixes[code];
  if (fix === undefined) return cause;
  return new DataError(`${path}: expected room and leave to write the images' pixels, got ${code}. ${fix}`, {
    location: { path },
    cause,
  });
}

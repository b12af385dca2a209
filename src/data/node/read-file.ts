/** @file Reads a file into memory that may be of a bounded size. */

import { readFile, stat } from "node:fs/promises";
import { DataError } from "../../core/index.ts";
import { kindOf } from "../../files/index.ts";

/** More than any file that is read as a whole needs; larger ones are not read into memory. */
const MAX_FILE_BYTES = 1 << 30;

/**
 * All bytes of a file of at most 1 GiB. `kind` is what it should be, for example "an IDX file".
 *
 * @throws DataError if it is missing, no file, larger, or cannot be read.
 */
export async function readFileOf(kind: string, path: string): Promise<Uint8Array> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw unreadable(kind, path, { got: kindOf(stats) });
    if (stats.size > MAX_FILE_BYTES) {
      throw new DataError(
        `${path}: expected ${kind} of at most ${MAX_FILE_BYTES} bytes, got ${stats.size}. Name the right file.`,
        { location: { path } },
      );
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw unreadable(kind, path, { got: isMissing ? "no such file" : `${cause}`, cause });
  }
}

function unreadable(kind: string, path: string, { got, cause }: { got: string; cause?: unknown }): DataError {
  return new DataError(`${path}: expected ${kind}, got ${got}. Put the file there.`, { location: { path }, cause });
}

/** @file Files read whole: a pipe, a socket or a device in a file's place is named, not waited for. */

import { type Stats, readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { DataError, bytes } from "../core/index.ts";

/** More than this no file is read at once. */
const MOST_BYTES = 2 ** 31 - 1;

/** `what` is what it should be. @throws DataError if something else than a file is there; what the system says if nothing is. */
export async function readWholeFile(path: string, what = "a file"): Promise<Buffer> {
  requireFile(await stat(path), path, what);
  return readFile(path);
}

/** The same at once. */
export function readWholeFileSync(path: string): Buffer {
  requireFile(statSync(path), path);
  return readFileSync(path);
}

/** @throws DataError if `found` at `path` is something else than a file, or too large. */
export function requireFile(found: Stats, path: string, what = "a file"): void {
  if (found.isFile() && found.size <= MOST_BYTES) return;
  if (found.isFile()) {
    const got = bytes(found.size);
    throw new DataError(`${path}: expected ${what} of at most 2 GiB, got ${got}. Divide it, or use a smaller one.`, {
      location: { path },
    });
  }
  throw new DataError(`${path}: expected ${what}, got ${kindOf(found)}. Put the file itself there.`, {
    location: { path },
  });
}

/** What is in a file's place. */
export function kindOf(found: Stats): string {
  if (found.isDirectory()) return "a folder";
  if (found.isSymbolicLink()) return "a link";
  if (found.isFIFO()) return "a pipe";
  return found.isSocket() ? "a socket" : "a device";
}

/** @file Unpacks a .tar.gz archive that may hold only the files it is expected to hold. */

import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { extract } from "tar";
import { DataError } from "../../core/index.ts";

/** What may be in an archive: one folder and, in it, files of at most this many bytes. */
export interface ArchiveContents {
  readonly folder: string;
  readonly maxBytes: Readonly<Record<string, number>>;
}

/** An entry as far as it matters here. */
interface Entry {
  readonly path: string;
  readonly type: string;
  readonly size: number;
}

/**
 * Unpacks an archive so that its folder appears at `<into>/<folder>`, complete or not at all.
 *
 * An archive with anything else in it is refused as a whole: other names,
 * paths that lead elsewhere, links, devices, files that are too large.
 * If the folder is there already, it is kept.
 *
 * @throws DataError if the archive is damaged or holds something it should not.
 */
export async function unpackArchive(archive: string, into: string, contents: ArchiveContents): Promise<string> {
  await mkdir(into, { recursive: true });
  // what a killed process left of the same archive goes: the caller holds the folder's lock
  const temporary = join(into, `unpacking-${contents.folder}`);
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary);
  try {
    await extractExpected(archive, temporary, contents);
    return await moveInto(join(temporary, contents.folder), join(into, contents.folder));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function extractExpected(archive: string, cwd: string, contents: ArchiveContents): Promise<void> {
  let objection: string | undefined;
  const filter = (path: string, entry: object): boolean => {
    objection ??= objectionTo({ path, ...typeAndSizeOf(entry) }, contents);
    return objection === undefined;
  };
  try {
    await extract({ file: archive, cwd, filter, strict: true, preserveOwner: false });
  } catch (cause) {
    throw new DataError(`${archive}: expected a .tar.gz archive, got ${reasonOf(cause)}.`, {
      location: { path: archive },
      cause,
    });
  }
  if (objection !== undefined) {
    throw new DataError(`${archive}: expected only the files of ${contents.folder}, got ${objection}.`, {
      location: { path: archive },
    });
  }
}

/** What is wrong with an entry, if anything is. */
function objectionTo({ path, type, size }: Entry, { folder, maxBytes }: ArchiveContents): string | undefined {
  if (type === "Directory") return path === `${folder}/` || path === folder ? undefined : `the folder "${path}"`;
  if (type !== "File") return `"${path}", which is a ${type}`;
  const name = basename(path);
  const allowed = dirname(path) === folder && Object.hasOwn(maxBytes, name) ? maxBytes[name] : undefined;
  if (allowed === undefined || path !== `${folder}/${name}`) return `the file "${path}"`;
  return size > allowed ? `"${path}" with ${size} bytes, more than ${allowed}` : undefined;
}

/** `filter` is typed for archives being made too, whose entries have no type. */
function typeAndSizeOf(entry: object): { type: string; size: number } {
  const type = "type" in entry ? String(entry.type) : "unknown";
  return { type, size: "size" in entry ? Number(entry.size) : Infinity };
}

/** Another process may have been faster; its folder is as good. */
async function moveInto(from: string, to: string): Promise<string> {
  try {
    await rename(from, to);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "EPERM") throw error;
  }
  return to;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

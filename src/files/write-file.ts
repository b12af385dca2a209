/** @file Files that are whole or not there: written under another name, flushed, renamed. */

import { randomInt } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, glob, link, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import writeAtomic from "write-file-atomic";
import { DataError } from "../core/index.ts";

/** What file systems without hard links say. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/**
 * Writes a file so that no reader ever sees half of it; its folder is made if need be.
 *
 * @throws DataError if the disk is full or the place cannot be written to.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    // not written by the atomic writer, which takes the first part of a file for the whole when the disk is full
    await writeAtomic(path, "", { tmpfileCreated: (temporary) => writeFile(temporary, content) });
  } catch (cause) {
    throw writeFailure(path, { cause, sizeBytes: Buffer.byteLength(content) });
  }
}

/**
 * Writes a file whole unless there is one, whoever else tries to at the same moment.
 *
 * @returns False if there is one.
 * @throws DataError if the disk is full or the place cannot be written to.
 */
export async function writeFileNew(path: string, content: string | Uint8Array): Promise<boolean> {
  const beside = `${path}.${randomInt(2 ** 47)}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(beside, content, { flush: true });
    return await linkNew(beside, path);
  } catch (cause) {
    throw writeFailure(path, { cause, sizeBytes: Buffer.byteLength(content) });
  } finally {
    await rm(beside, { force: true });
  }
}

/** Gives a file another name; false if something has it already. */
export async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch(async (error: unknown) => {
      if (!NO_LINKS.includes(codeOf(error))) throw error;
      await copyFile(from, to, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes what processes that were killed left of the files of these patterns in a folder, half written: for who holds
 * the lock under which they are written.
 */
export async function removeHalfWritten(directory: string, patterns: readonly string[]): Promise<void> {
  // the atomic writer's temporary names: a file's own and a number
  for await (const path of glob(
    patterns.map((pattern) => `${pattern}.*`),
    { cwd: directory },
  ))
    if (/\.\d+$/.test(path)) await rm(join(directory, path), { force: true });
}

/** What went wrong when so many bytes were written to `path`, in one sentence where it is known what that means. */
export function writeFailure(path: string, { cause, sizeBytes }: { cause: unknown; sizeBytes: number }): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  const fix = writeErrors[code ?? ""];
  if (fix === undefined) return cause;
  return new DataError(`${path}: expected room and leave to write ${sizeBytes} bytes, got ${code}. ${fix}`, {
    location: { path },
    cause,
  });
}

const writeErrors: Readonly<Record<string, string | undefined>> = {
  ENOSPC: "The disk is full: free some space and go on from here.",
  EDQUOT: "The disk quota is used up: free some space and go on from here.",
  EACCES: "Choose a folder that you may write to.",
  EPERM: "Choose a folder that you may write to.",
  EROFS: "The disk is read-only: choose another folder.",
  ENOTDIR: "A file is where a folder should be: choose another folder.",
};

/** Of what the system says; empty where it says none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

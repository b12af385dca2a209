/** @file An archive made by tar, packed by gzip or not, read by ranges. */

import { randomBytes } from "node:crypto";
import { createReadStream, readSync } from "node:fs";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { DataError } from "../../core/index.ts";
import { cacheDirectory } from "../../download/index.ts";
import { isGzip } from "../official/gunzip.ts";

/** Read without a detour through the thread pool, which takes longer than the reading. */
const SMALL_BYTES = 256 * 1024;

const UNPACKED_AT_ONCE = 2 ** 20;

/** An open archive. */
export interface TarFile {
  /** As errors name it. */
  readonly path: string;
  /** Unpacked. */
  readonly sizeBytes: number;
  /** Bytes from `start` on: fewer than `length` only at the end. */
  readonly read: (start: number, length: number) => Promise<Buffer>;
  readonly close: () => Promise<void>;
}

/**
 * The archive at `path`. One that is packed is unpacked into a file in the cache's folder, which is gone when it is
 * closed.
 *
 * @throws DataError if it cannot be read.
 */
export async function openTar(path: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<TarFile> {
  try {
    return await tarFileOf((await isPacked(path)) ? await unpacked(path, signal) : await open(path), path);
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreadableTar(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function isPacked(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return isGzip(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** Says that an archive is not what it should be. */
export function unreadableTar(path: string, got: string, cause?: unknown): DataError {
  return new DataError(`${path}: expected an archive made by tar, got ${got}. Replace it by an unharmed copy.`, {
    location: { path },
    cause,
  });
}

async function tarFileOf(handle: FileHandle, path: string): Promise<TarFile> {
  const { size: sizeBytes } = await handle.stat();
  return {
    path,
    sizeBytes,
    read: async (start, length) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, sizeBytes - start)));
      for (let at = 0; at < bytes.length;) {
        const { bytesRead } =
          bytes.length <= SMALL_BYTES
            ? { bytesRead: readSync(handle.fd, bytes, at, bytes.length - at, start + at) }
            : await handle.read(bytes, at, bytes.length - at, start + at);
        if (bytesRead === 0) throw unreadableTar(path, `the end of it at byte ${start + at}`);
        at += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

/** A file that has no name any more, so that nothing is left of it however the process ends. */
async function unpacked(path: string, signal: AbortSignal | undefined): Promise<FileHandle> {
  const folder = cacheDirectory();
  await mkdir(folder, { recursive: true });
  const place = join(folder, `unpacked-${process.pid}-${randomBytes(4).toString("hex")}.tar`);
  const handle = await open(place, "wx+");
  try {
    await rm(place);
    await pipeline(createReadStream(path), createGunzip({ chunkSize: UNPACKED_AT_ONCE }), async (pieces) => {
      for await (const piece of pieces) {
        signal?.throwIfAborted();
        await handle.writeFile(piece);
      }
    });
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

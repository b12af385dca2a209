/** @file A Parquet file, read by ranges: what it says of itself, and its columns of numbers and words. */

import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync } from "hyparquet";
import { DataError } from "../../core/index.ts";
import type { FoundFile } from "../image-folder/list/scan-folder.ts";

/** More bytes of metadata than any data set of images has. */
const MOST_METADATA_BYTES = 2 ** 28;

/** What the file begins and ends with. */
const MAGIC = "PAR1";
const LFS_POINTER = "version https://git-lfs";
const START_BYTES = 32;

/** An open Parquet file. */
export interface ParquetFile {
  /** As errors name it. */
  readonly path: string;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly close: () => Promise<void>;
}

/** @throws DataError if the file cannot be read or is no Parquet file. */
export async function openParquet(root: string, { path, sizeBytes }: FoundFile): Promise<ParquetFile> {
  const place = join(root, path);
  let handle: FileHandle | undefined;
  try {
    handle = await open(place);
    const buffer = bufferOf(handle, sizeBytes);
    const metadata = await metadataOf(place, buffer);
    return { path: place, buffer, metadata, close: () => handle?.close() ?? Promise.resolve() };
  } catch (cause) {
    await handle?.close();
    throw damaged(place, cause);
  }
}

/** Says that a file is not what it should be. */
export function damaged(path: string, cause: unknown): DataError {
  if (cause instanceof DataError) return cause;
  return notParquet(path, reasonOf(cause), "Replace the file by an unharmed copy.", cause);
}

function notParquet(path: string, got: string, fix: string, cause?: unknown): DataError {
  return new DataError(`${path}: expected a Parquet file, got ${got}. ${fix}`, { location: { path }, cause });
}

/** What the library says of bytes that it cannot read, as a phrase. */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return `damaged bytes (${message.replace(/^parquet /, "").split("\n")[0]})`;
}

function bufferOf(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    slice: async (start, end = byteLength) => {
      if (!(start >= 0 && start <= end && end <= byteLength)) {
        throw new Error(`bytes ${start} to ${end} of a file of ${byteLength}`);
      }
      const bytes = new Uint8Array(end - start);
      for (let at = 0; at < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
        if (bytesRead === 0) throw new Error(`the end of the file at byte ${start + at}`);
        at += bytesRead;
      }
      return bytes.buffer;
    },
  };
}

async function metadataOf(path: string, buffer: AsyncBuffer): Promise<FileMetaData> {
  const { byteLength } = buffer;
  const [start, end] = [
    Buffer.from(await buffer.slice(0, Math.min(START_BYTES, byteLength))).toString("latin1"),
    Buffer.from(await buffer.slice(Math.max(0, byteLength - 8))),
  ];
  if (start.startsWith("PARE")) throw notParquet(path, "an encrypted one", "Decrypt it.");
  if (start.startsWith(LFS_POINTER)) throw notParquet(path, "a Git LFS pointer", "Run git lfs pull.");
  if (!start.startsWith(MAGIC)) throw notParquet(path, "another kind of file", "Name the right one.");
  if (byteLength < 12 || end.toString("latin1", 4) !== MAGIC) {
    throw notParquet(path, `one that was cut off after ${byteLength} bytes`, "Fetch it again.");
  }
  const length = end.readUInt32LE(0);
  if (length > MOST_METADATA_BYTES) throw new Error(`${length} bytes of metadata`);
  return await parquetMetadataAsync(buffer, { geoparquet: false });
}

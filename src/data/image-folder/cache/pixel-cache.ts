/** @file Images of one shape in a cache file, made once and found again by a key. */

import { createHash } from "node:crypto";
import { type FileHandle, open, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { DataError, sizeOf } from "../../../core/index.ts";
import { readWholeFile, writeFileAtomic } from "../../../files/index.ts";
import { type LabelledImages, checksumOf } from "../../dataset.ts";
import { PixelFile, closePixelFile } from "../../node/pixel-file.ts";
import type { PixelStore } from "../../pixels.ts";
import {
  CACHE_FORMAT,
  type CacheIndex,
  formatCacheIndex,
  labelBytes,
  parseCacheIndex,
  pixelFileBytes,
} from "./cache-index.ts";
import { type PixelWriter, openPixelWriter } from "./pixel-writer.ts";

/** Past this the pixels stay in the file. */
const MEMORY_LIMIT_BYTES = 512 * 2 ** 20;

/** Read at once into memory. */
const READ_BYTES = 8 * 2 ** 20;

/** Where images are cached, and how much of them in memory. */
export interface PixelCacheOptions {
  /** The images go into `folders` in it. */
  readonly cacheDir: string;
  /** 512 MiB by default. */
  readonly memoryLimitBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Images out of the cache, and what is known about them. */
export interface CachedImages extends Parts {
  readonly index: CacheIndex;
}

/** In the order of the file. */
interface Parts {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  readonly validation: LabelledImages;
}

/** What `make` has written: all training images, then all test images, then all validation images. */
export type MadeImages = Omit<CacheIndex, "pixelsModifiedMs">;

/** SHA-256 in hexadecimal of everything that decides the pixels; the libraries' versions are the caller's to add. */
export function cacheKey(parts: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([CACHE_FORMAT, parts]))
    .digest("hex");
}

/**
 * The images called `key`: out of the cache, or made by `make` and put there.
 *
 * Pixels that fit are read into shared memory, and their checksum is compared.
 * Larger files are believed if their size and time are those that were noted, until an image is read that is not the
 * one that was written.
 * What is damaged is made anew. Both files appear whole or not at all; what
 * `make` begins and does not return is removed.
 */
export async function cachedImages(
  key: string,
  options: PixelCacheOptions,
  make: (begin: () => Promise<PixelWriter>) => Promise<{ writer: PixelWriter; made: MadeImages }>,
): Promise<CachedImages> {
  const path = join(options.cacheDir, "folders", `${key}.u8`);
  const indexPath = join(options.cacheDir, "folders", `${key}.json`);
  const known = await readCached({ path, indexPath, key }, options);
  if (known !== undefined) {
    // who looks for what is no longer used sees it; a cache that cannot be written to is read all the same
    await utimes(indexPath, new Date(), new Date()).catch(() => {});
    return known;
  }
  const writers: PixelWriter[] = [];
  const begin = async (): Promise<PixelWriter> => {
    const writer = await openPixelWriter(path);
    writers.push(writer);
    return writer;
  };
  try {
    const { writer, made } = await make(begin);
    const pixelsModifiedMs = await writer.commit();
    await writeFileAtomic(indexPath, formatCacheIndex({ ...made, pixelsModifiedMs }, key));
  } finally {
    for (const writer of writers) await writer.discard();
  }
  const written = await readCached({ path, indexPath, key }, options);
  if (written === undefined) throw new Error(`internal: ${path} is not what was written there`);
  return written;
}

async function readCached(
  { path, indexPath, key }: { path: string; indexPath: string; key: string },
  { memoryLimitBytes = MEMORY_LIMIT_BYTES, signal }: PixelCacheOptions,
): Promise<CachedImages | undefined> {
  const text = (await readWholeFile(indexPath).catch(() => undefined))?.toString();
  const index = text === undefined ? undefined : parseCacheIndex(text, key);
  const found = await stat(path).catch(() => undefined);
  if (index === undefined || found?.isFile() !== true || found.size !== pixelFileBytes(index)) return undefined;
  if (found.size <= memoryLimitBytes) {
    const { parts, checksum } = await readIntoMemory(path, index, signal);
    return checksum === index.checksum ? { index, ...parts } : undefined;
  }
  const parts = partsInFile(path, index);
  if (found.mtimeMs === index.pixelsModifiedMs || isAsWritten(parts, index)) return { index, ...parts };
  closePixelFile(path);
  return undefined;
}

/** An image that is not the one that was written is refused as it is read. */
function isAsWritten(parts: Parts, { checksum }: CacheIndex): boolean {
  try {
    return checksumOf(parts, createHash("sha256")) === checksum;
  } catch (error) {
    if (error instanceof DataError) return false;
    throw error;
  }
}

function partsInFile(path: string, index: CacheIndex): Parts {
  return partsOf(index, (place) => new PixelFile({ path, ...place }));
}

/** The parts, their pixels from where `pixelsAt` has those of a place in the file. */
function partsOf(
  index: CacheIndex,
  pixelsAt: (place: { offset: number; sizeBytes: number; crcs: Uint32Array }) => PixelStore,
): Parts {
  let offset = 0;
  const part = ({ labels, crcs }: CacheIndex["train"]): LabelledImages => {
    const sizeBytes = labels.length * sizeOf(index.imageShape);
    const pixels = pixelsAt({ offset, sizeBytes, crcs });
    offset += sizeBytes;
    return { count: labels.length, pixels, labels };
  };
  const [train, test, validation] = [part(index.train), part(index.test), part(index.validation)];
  return { train, test, validation };
}

/** The parts in shared memory, and their checksum, see `checksumOf`. */
async function readIntoMemory(
  path: string,
  index: CacheIndex,
  signal: AbortSignal | undefined,
): Promise<{ parts: Parts; checksum: string }> {
  const whole = new Uint8Array(new SharedArrayBuffer(pixelFileBytes(index)));
  const pieces: { into: Uint8Array; position: number }[] = [];
  const parts = partsOf(index, ({ offset: position, sizeBytes }) => {
    const into = whole.subarray(position, position + sizeBytes);
    pieces.push({ into, position });
    return into;
  });
  const hash = createHash("sha256");
  const file = await open(path, "r");
  try {
    for (const [at, { labels }] of [parts.train, parts.test, parts.validation].entries()) {
      const { into, position } = pieces[at];
      for await (const piece of readInto(into, { file, position })) {
        signal?.throwIfAborted();
        hash.update(piece);
      }
      hash.update(labelBytes(labels));
    }
  } finally {
    await file.close();
  }
  return { parts, checksum: hash.digest("hex") };
}

/** Fills `into` from a place in a file, and gives one piece after the other; the next one is read meanwhile. */
async function* readInto(
  into: Uint8Array,
  { file, position }: { file: FileHandle; position: number },
): AsyncGenerator<Uint8Array> {
  const read = async (start: number): Promise<number> => {
    const end = Math.min(start + READ_BYTES, into.length);
    for (let at = start; at < end;) {
      const { bytesRead } = await file.read(into, at, end - at, position + at);
      // what is missing stays black, and the checksum tells
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return end;
  };
  let reading = read(0);
  for (let start = 0; start < into.length;) {
    const end = await reading;
    if (end < into.length) reading = read(end);
    yield into.subarray(start, end);
    start = end;
  }
}

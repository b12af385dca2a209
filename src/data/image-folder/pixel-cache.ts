/** @file Images of one shape in a cache file, made once and found again by a key. */

import { createHash } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { sizeOf, writeFileAtomic } from "../../core/index.ts";
import { type LabelledImages, checksumOf } from "../dataset.ts";
import { type PixelStore, closePixelFile } from "../pixels.ts";
import { CACHE_FORMAT, type CacheIndex, formatCacheIndex, parseCacheIndex, pixelFileBytes } from "./cache-index.ts";
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
export interface CachedImages {
  readonly index: CacheIndex;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** What `make` has written: all training images, then all test images. */
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
 * Larger files are believed if their size and time are those that were noted.
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
  if (known !== undefined) return known;
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
  const text = await readFile(indexPath, "utf8").catch(() => undefined);
  const index = text === undefined ? undefined : parseCacheIndex(text, key);
  const found = await stat(path).catch(() => undefined);
  if (index === undefined || found?.isFile() !== true || found.size !== pixelFileBytes(index)) return undefined;
  const inMemory = found.size <= memoryLimitBytes;
  const parts = inMemory ? await partsInMemory(path, index, signal) : partsInFile(path, index);
  const isTrusted = !inMemory && found.mtimeMs === index.pixelsModifiedMs;
  if (!isTrusted && checksumOf(parts) !== index.checksum) {
    closePixelFile(path);
    return undefined;
  }
  return { index, ...parts };
}

type Parts = Pick<CachedImages, "train" | "test">;

function partsInFile(
  path: string,
  { imageShape, train, test }: Pick<CacheIndex, "imageShape" | "train" | "test">,
): Parts {
  const bytesOf = ({ labels }: CacheIndex["train"]): number => labels.length * sizeOf(imageShape);
  const part = ({ labels }: CacheIndex["train"], pixels: PixelStore): LabelledImages => ({
    count: labels.length,
    pixels,
    labels,
  });
  return {
    train: part(train, { path, offset: 0, sizeBytes: bytesOf(train) }),
    test: part(test, { path, offset: bytesOf(train), sizeBytes: bytesOf(test) }),
  };
}

async function partsInMemory(path: string, index: CacheIndex, signal: AbortSignal | undefined): Promise<Parts> {
  const pixels = new Uint8Array(new SharedArrayBuffer(pixelFileBytes(index)));
  const file = await open(path, "r");
  try {
    for (let at = 0; at < pixels.length;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(pixels, at, Math.min(READ_BYTES, pixels.length - at), at);
      // what is missing stays black, and the checksum tells
      if (bytesRead === 0) break;
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  const { train, test } = partsInFile(path, index);
  const split = train.count * sizeOf(index.imageShape);
  return { train: { ...train, pixels: pixels.subarray(0, split) }, test: { ...test, pixels: pixels.subarray(split) } };
}

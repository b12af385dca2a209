/** @file Reads images many at a time and writes their pixels in order. */

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { sizeOf } from "../../../core/index.ts";
import type { ImageShape } from "../../dataset.ts";
import { forEachInFlight } from "../in-flight.ts";
import { labelBytes } from "./cache-index.ts";
import type { PixelWriter } from "./pixel-writer.ts";

/** Written at once, so that memory does not grow with the data set. */
const CHUNK_BYTES = 16 * 2 ** 20;
const CHUNK_IMAGES = 1024;

/** What to write, and how to come by it. */
export interface WriteImagesOptions<T> {
  readonly imageShape: ImageShape;
  /** First of training, then of the test, then of validation. */
  readonly parts: readonly (readonly T[])[];
  readonly labelOf: (image: T) => number;
  /** Fills `into` with the pixels of an image; false leaves it out. */
  readonly read: (image: T, into: Uint8Array) => Promise<boolean>;
  /** Called after every image. */
  readonly onProgress?: ((images: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What fills a chunk. */
export type ReadChunkOptions<T> = Pick<WriteImagesOptions<T>, "imageShape" | "read" | "signal"> & {
  readonly onImage?: () => void;
};

/** What has been written. */
export interface WrittenImages<T> {
  readonly parts: readonly {
    readonly images: readonly T[];
    readonly labels: Uint16Array;
    readonly crcs: Uint32Array;
  }[];
  /** See `checksumOf`. */
  readonly checksum: string;
}

/** Writes the pixels of all images in order; memory is bounded by a chunk. */
export async function writeImages<T>(writer: PixelWriter, options: WriteImagesOptions<T>): Promise<WrittenImages<T>> {
  const { parts, imageShape, labelOf, signal, onProgress } = options;
  const imageBytes = sizeOf(imageShape);
  const chunkImages = Math.max(1, Math.min(CHUNK_IMAGES, Math.floor(CHUNK_BYTES / imageBytes)));
  const chunk = new Uint8Array(chunkImages * imageBytes);
  const total = parts.reduce((sum, images) => sum + images.length, 0);
  const hash = createHash("sha256");
  const written: WrittenImages<T>["parts"][number][] = [];
  let done = 0;
  const onImage = (): void => onProgress?.(++done, total);
  for (const images of parts) {
    const kept: T[] = [];
    const crcs: number[] = [];
    for (let first = 0; first < images.length; first += chunkImages) {
      signal?.throwIfAborted();
      const own = images.slice(first, first + chunkImages);
      const read = await readChunk(own, chunk, { ...options, onImage });
      const pixels = chunk.subarray(0, closeGaps(chunk, read, imageBytes) * imageBytes);
      hash.update(pixels);
      await writer.write(pixels);
      kept.push(...own.filter((_, row) => read[row]));
      for (let at = 0; at < pixels.length; at += imageBytes) crcs.push(crc32(pixels.subarray(at, at + imageBytes)));
    }
    const labels = Uint16Array.from(kept, labelOf);
    hash.update(labelBytes(labels));
    written.push({ images: kept, labels, crcs: Uint32Array.from(crcs) });
  }
  return { parts: written, checksum: hash.digest("hex") };
}

/** Fills `chunk` with images, many at a time; returns which of them are there, each at its place. */
export async function readChunk<T>(
  images: readonly T[],
  chunk: Uint8Array,
  { imageShape, read, signal, onImage }: ReadChunkOptions<T>,
): Promise<readonly boolean[]> {
  const imageBytes = sizeOf(imageShape);
  const isRead = images.map(() => false);
  const readOne = async (image: T, row: number): Promise<void> => {
    isRead[row] = await read(image, chunk.subarray(row * imageBytes, (row + 1) * imageBytes));
    onImage?.();
  };
  await forEachInFlight(images, readOne, { signal });
  return isRead;
}

/** Moves the images that were read together; returns how many they are. */
export function closeGaps(chunk: Uint8Array, isRead: readonly boolean[], imageBytes: number): number {
  let count = 0;
  isRead.forEach((read, row) => {
    if (!read) return;
    if (row !== count) chunk.copyWithin(count * imageBytes, row * imageBytes, (row + 1) * imageBytes);
    count++;
  });
  return count;
}

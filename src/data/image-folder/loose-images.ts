/** @file Images without classes: any files and folders, prepared as those of a data set. */

import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError, sizeOf } from "../../core/index.ts";
import type { PixelScales } from "../pixel-scale.ts";
import { closeGaps, readChunk } from "./cache/write-images.ts";
import { decodeImage, thumbnailOf, unreadableReason } from "./decode/decode-image.ts";
import { MAX_PIXELS } from "./decode/image-library.ts";
import type { ImageFit } from "./decode/image-fit.ts";
import { FULL_16_BITS } from "./decode/deep-pixels.ts";
import { type UseBytes, meansToBeImage, withImageBytes } from "./decode/read-image-file.ts";
import { scanFolder } from "./list/scan-folder.ts";

/** Decoded at once, so that memory does not grow with the number of images. */
const BATCH_BYTES = 32 * 2 ** 20;
const BATCH_IMAGES = 64;

/** What is to be an image. */
export interface LooseImage {
  /** As the user would write it. */
  readonly path: string;
  /** What `use` makes of its bytes, or of why there are none, as a phrase. */
  readonly withBytes: <T>(use: UseBytes<T>) => Promise<T>;
  /** Gives back what reading it and others holds. */
  readonly close?: () => Promise<void>;
}

/** An image that was read, or was not. */
export interface DecodedImage {
  readonly path: string;
  /** Why it cannot be read, as a phrase. */
  readonly problem?: string;
  /** JPEG, where it was asked for. */
  readonly thumbnail?: Uint8Array;
}

/** Some images, one after another. */
export interface DecodedBatch {
  readonly images: readonly DecodedImage[];
  /** [images without a problem, channels, height, width]; overwritten by the next batch. */
  readonly pixels: Uint8Array;
}

/** How to prepare images. */
export interface DecodeImagesOptions {
  readonly fit: ImageFit;
  /** How pixels that are no bytes become bytes, as they did in training; 16 bits are used in full where it is not said. */
  readonly scales?: PixelScales | undefined;
  /** Longest side of the thumbnails; none are made without it. */
  readonly thumbnailSide?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The image at `path`, or all images in a folder and below, in order of their paths there.
 *
 * In a folder, what is no image and does not mean to be one is passed over, and so is what `openImageFolder` passes
 * over: hidden names, and results of Graft's own. An empty list is a folder without images.
 *
 * @throws DataError if there is nothing at `path`, or nothing that can be read.
 */
export async function findImages(
  path: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<readonly LooseImage[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return [looseFile(path, found.size)];
  if (found?.isDirectory() !== true) {
    throw new DataError(
      `${path}: expected an image or a folder of images, got ${found === undefined ? "nothing there" : "neither"}. ` +
        "Correct the path.",
      { location: { path } },
    );
  }
  const root = await realpath(path);
  const images: LooseImage[] = [];
  for (const file of (await scanFolder(root, { signal })).files) {
    signal?.throwIfAborted();
    if (await meansToBeImage(root, file)) images.push(looseFile(join(path, file.path), file.sizeBytes));
  }
  return images;
}

/** Decodes images as `openImageFolder` does, many at a time; batches and what is in them keep the order. */
export async function* decodeImages(
  images: readonly LooseImage[],
  { fit, scales = {}, thumbnailSide, signal }: DecodeImagesOptions,
): AsyncGenerator<DecodedBatch> {
  const sizeBytes = sizeOf(fit.imageShape);
  const batchImages = Math.min(images.length, BATCH_IMAGES, Math.max(1, Math.floor(BATCH_BYTES / sizeBytes)));
  const chunk = new Uint8Array(batchImages * sizeBytes);
  try {
    for (let first = 0; first < images.length; first += batchImages) {
      const own = images.slice(first, first + batchImages);
      const decoded: DecodedImage[] = own.map(({ path }) => ({ path }));
      const isRead = await readChunk([...own.keys()], chunk, {
        imageShape: fit.imageShape,
        signal,
        read: async (row, into) => {
          decoded[row] = await decodeOne(
            own[row],
            { fit, scales: { ...FULL_16_BITS, ...scales }, thumbnailSide },
            into,
          );
          return decoded[row].problem === undefined;
        },
      });
      yield { images: decoded, pixels: chunk.subarray(0, closeGaps(chunk, isRead, sizeBytes) * sizeBytes) };
    }
  } finally {
    for (const close of new Set(images.map((image) => image.close))) await close?.();
  }
}

function looseFile(path: string, sizeBytes: number): LooseImage {
  return { path, withBytes: (use) => withImageBytes(path, { sizeBytes }, use) };
}

async function decodeOne(
  { path, withBytes }: LooseImage,
  { fit, scales, thumbnailSide: side }: DecodeImagesOptions & { readonly scales: PixelScales },
  into: Uint8Array,
): Promise<DecodedImage> {
  return await withBytes(async (bytes): Promise<DecodedImage> => {
    if (typeof bytes === "string") return { path, problem: bytes };
    try {
      await decodeImage(bytes, { ...fit, scales, maxPixels: MAX_PIXELS }, into);
      return side === undefined ? { path } : { path, thumbnail: await thumbnailOf(bytes, { side, scales }) };
    } catch (error) {
      return { path, problem: unreadableReason(error, MAX_PIXELS) };
    }
  });
}

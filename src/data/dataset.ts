/** @file What a data set of labelled images is. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { sizeOf } from "../core/index.ts";
import type { PixelScales } from "./pixel-scale.ts";
import { type PixelStore, pixelChunks } from "./pixels.ts";

/** Images and their classes, in shared memory or in a file, so that workers read them without a copy. */
export interface LabelledImages {
  readonly count: number;
  /** [count, channels, height, width] bytes: over a SharedArrayBuffer, or in a file; `readImage` reads both. */
  readonly pixels: PixelStore;
  /** Class ids, [count], over a SharedArrayBuffer. */
  readonly labels: Uint16Array;
}

/** Images whose pixels are in shared memory. */
export interface ImagesInMemory extends LabelledImages {
  readonly pixels: Uint8Array;
}

/** A data set of images, each of exactly one class. */
export interface ImageDataset {
  /** `cifar10`, as the user writes it. */
  readonly name: string;
  /** `CIFAR-10`, as people read it. */
  readonly title: string;
  /** In order of class id. */
  readonly classNames: readonly string[];
  /** Channels, height, width. */
  readonly imageShape: ImageShape;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** Those that came with it to choose by; where it has none, a study may hold some of the training images back. */
  readonly validation?: LabelledImages;
  /** SHA-256 in hexadecimal, see `checksumOf`. */
  readonly checksum: string;
  /** Where it came from, as a person would say it. */
  readonly provenance: string;
  /** Where the images of each part lie, in their order, if they are files of their own. */
  readonly files?: Readonly<Record<"train" | "test", readonly string[]>> & { readonly validation?: readonly string[] };
  /** How its files were understood and what of them was passed over, in phrases that follow its name. */
  readonly notes?: readonly string[];
  /** How pixels that are no bytes became bytes, so that other images can be prepared alike. */
  readonly pixelScales?: PixelScales;
  /** Those of the files that were left out because they cannot be read. */
  readonly unreadable?: readonly UnreadableFile[];
}

/** A file that is no image that can be read, and why, as a phrase. */
export interface UnreadableFile {
  readonly path: string;
  readonly reason: string;
}

/** A data set whose pixels are in shared memory. */
export interface DatasetInMemory extends ImageDataset {
  readonly train: ImagesInMemory;
  readonly test: ImagesInMemory;
}

/** Channels, height, width. */
export type ImageShape = readonly [channels: number, height: number, width: number];

/** Room for `count` images of one shape, all zero, in shared memory. */
export function allocateImages(count: number, imageShape: ImageShape): ImagesInMemory {
  return {
    count,
    pixels: new Uint8Array(new SharedArrayBuffer(count * sizeOf(imageShape))),
    labels: new Uint16Array(new SharedArrayBuffer(count * Uint16Array.BYTES_PER_ELEMENT)),
  };
}

/** SHA-256 of bytes that come in pieces. */
export interface Sha256 {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/**
 * SHA-256 in hexadecimal over train images, train labels, then the same of test and, where there are any, of validation images;
 * labels as little-endian 16 bits.
 *
 * `hash` is one that runs anywhere when left out; Node's is ten times faster.
 */
export function checksumOf(
  { train, test, validation }: Pick<ImageDataset, "train" | "test" | "validation">,
  hash: Sha256 = sha256.create(),
): string {
  for (const { pixels, labels } of [train, test, ...(validation === undefined ? [] : [validation])]) {
    for (const chunk of pixelChunks(pixels)) hash.update(chunk);
    hash.update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  }
  return bytesToHex(hash.digest());
}

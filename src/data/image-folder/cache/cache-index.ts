/** @file What lies beside a cached file of pixels: labels, paths, checksum, as JSON. */

import { z } from "zod";
import { sizeOf } from "../../../core/index.ts";
import { blankSeal, checkSeal, seal } from "../../../files/index.ts";
import type { PixelScales } from "../../pixel-scale.ts";
import type { ImageShape, UnreadableFile } from "../../dataset.ts";

/** One more with every change of what the pixels are or of how they are written down. */
export const CACHE_FORMAT = 4;

/** The images of a part, in the order of their pixels. */
export interface CachedPart {
  /** Class ids. */
  readonly labels: Uint16Array;
  /** Where they came from, as long as `labels`; none where they came from another data set. */
  readonly files: readonly string[];
  /** CRC-32 of each image's pixels, as long as `labels`. */
  readonly crcs: Uint32Array;
}

/** Everything about the images in a file of pixels: first those of training, then of the test, then of validation. */
export interface CacheIndex {
  readonly imageShape: ImageShape;
  readonly classNames: readonly string[];
  readonly train: CachedPart;
  readonly test: CachedPart;
  /** Often of no images. */
  readonly validation: CachedPart;
  /** See `checksumOf`. */
  readonly checksum: string;
  readonly provenance: string;
  readonly unreadable: readonly UnreadableFile[];
  /** Files that are no images and do not mean to be. */
  readonly ignored: number;
  /** How pixels that are no bytes were understood, as phrases. */
  readonly notes: readonly string[];
  readonly pixelScales: PixelScales;
  /** When the file of pixels was written. */
  readonly pixelsModifiedMs: number;
}

const natural = z.int().min(0);
const partSchema = z.strictObject({ labels: z.base64(), files: z.array(z.string()), crcs: z.base64() });
const pixelScalesSchema = z.record(
  z.string(),
  z.strictObject({ low: z.number(), high: z.number(), isWhole: z.boolean() }),
);
const indexSchema = z.strictObject({
  format: z.literal(CACHE_FORMAT),
  key: z.string(),
  imageShape: z.tuple([natural.min(1), natural.min(1), natural.min(1)]),
  classNames: z.array(z.string()).min(1).max(65_536),
  train: partSchema,
  test: partSchema,
  validation: partSchema,
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
  provenance: z.string(),
  unreadable: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
  ignored: natural,
  notes: z.array(z.string()),
  pixelScales: pixelScalesSchema,
  pixelsModifiedMs: z.number().min(0),
  seal: z.string(),
});

/** The index as it is written, for the pixels called `key`. */
export function formatCacheIndex(index: CacheIndex, key: string): string {
  const part = ({ labels, files, crcs }: CachedPart): z.infer<typeof partSchema> => ({
    labels: labelBytes(labels).toString("base64"),
    files: [...files],
    crcs: crcBytes(crcs).toString("base64"),
  });
  const [train, test, validation] = partsOf(index).map(part);
  const text = JSON.stringify({ format: CACHE_FORMAT, key, ...index, train, test, validation, seal: blankSeal });
  return Buffer.from(seal(Buffer.from(text))).toString();
}

/** The index in `text`; undefined if that is damaged or of other pixels than those called `key`. */
export function parseCacheIndex(text: string, key: string): CacheIndex | undefined {
  if (checkSeal(Buffer.from(text)) !== "whole") return undefined;
  const found = indexSchema.safeParse(jsonIn(text));
  if (!found.success || found.data.key !== key) return undefined;
  const { format: _format, key: _key, seal: _seal, train, test, validation, ...rest } = found.data;
  const index = { ...rest, train: partIn(train), test: partIn(test), validation: partIn(validation) };
  return partsOf(index).every((part) => isWhole(part, index.classNames.length)) ? index : undefined;
}

/** Bytes of the file of pixels. */
export function pixelFileBytes(index: Pick<CacheIndex, "imageShape" | "train" | "test" | "validation">): number {
  return partsOf(index).reduce((sum, { labels }) => sum + labels.length, 0) * sizeOf(index.imageShape);
}

/** The parts in the order of the file. */
function partsOf({ train, test, validation }: Pick<CacheIndex, "train" | "test" | "validation">): CachedPart[] {
  return [train, test, validation];
}

/** Labels as little-endian 16 bits. */
export function labelBytes(labels: Uint16Array): Buffer {
  const bytes = Buffer.alloc(2 * labels.length);
  labels.forEach((label, at) => bytes.writeUInt16LE(label, 2 * at));
  return bytes;
}

/** Checksums as little-endian 32 bits. */
function crcBytes(crcs: Uint32Array): Buffer {
  const bytes = Buffer.alloc(4 * crcs.length);
  crcs.forEach((crc, at) => bytes.writeUInt32LE(crc, 4 * at));
  return bytes;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Labels and checksums lie in shared memory. */
function partIn({ labels, files, crcs }: z.infer<typeof partSchema>): CachedPart {
  const [ofLabels, ofCrcs] = [labels, crcs].map((text) => Buffer.from(text, "base64"));
  const sharedLabels = new Uint16Array(new SharedArrayBuffer(ofLabels.length & ~1));
  const sharedCrcs = new Uint32Array(new SharedArrayBuffer(ofCrcs.length & ~3));
  sharedLabels.forEach((_, at) => (sharedLabels[at] = ofLabels.readUInt16LE(2 * at)));
  sharedCrcs.forEach((_, at) => (sharedCrcs[at] = ofCrcs.readUInt32LE(4 * at)));
  return { labels: sharedLabels, files, crcs: sharedCrcs };
}

function isWhole({ labels, files, crcs }: CachedPart, numClasses: number): boolean {
  if (crcs.length !== labels.length) return false;
  return (files.length === 0 || files.length === labels.length) && labels.every((label) => label < numClasses);
}

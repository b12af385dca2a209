/** @file The record files of CIFAR's binary versions: label bytes, then one image of 32x32. */

import { existsSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { DataError } from "../../core/index.ts";
import { readWholeFile } from "../../files/index.ts";
import type { ImageShape, ImagesInMemory } from "../dataset.ts";

/** Of every image of CIFAR: red, green and blue plane, each row by row. */
export const CIFAR_IMAGE_SHAPE: ImageShape = [3, 32, 32];

const IMAGE_BYTES = 3 * 32 * 32;
const RECORDS_PER_READ = 500;
const MAX_NAMES_BYTES = 100_000;

/** How the records of a file are laid out. */
export interface RecordLayout {
  /** `CIFAR-10`, as error messages name it. */
  readonly title: string;
  /** Bytes before each image. */
  readonly labelBytes: number;
  /** Which of them is the label, from 0. */
  readonly labelAt: number;
  readonly numClasses: number;
}

/**
 * Checks that a file holds exactly `records` records, before room is made for them.
 *
 * @throws DataError if it is missing or has another size.
 */
export async function requireRecords(path: string, layout: RecordLayout, records: number): Promise<void> {
  const size = await stat(path).then(
    (stats) => stats.size,
    (cause: unknown) => {
      throw unreadable(path, layout, cause);
    },
  );
  const expected = records * (layout.labelBytes + IMAGE_BYTES);
  if (size !== expected) throw wrongSize(path, layout, { expected, got: size });
}

/**
 * Fills `into` from one file of records; a small buffer splits the labels from the pixels.
 *
 * @throws DataError if the file is missing, has another size than `into` needs, or holds a label that is no class.
 */
export async function readRecords(path: string, layout: RecordLayout, into: ImagesInMemory): Promise<void> {
  await requireRecords(path, layout, into.count);
  const file = await open(path, "r").catch((cause: unknown) => {
    throw unreadable(path, layout, cause);
  });
  const recordBytes = layout.labelBytes + IMAGE_BYTES;
  try {
    const chunk = new Uint8Array(Math.min(RECORDS_PER_READ, into.count) * recordBytes);
    for (let first = 0; first < into.count; first += RECORDS_PER_READ) {
      const records = Math.min(RECORDS_PER_READ, into.count - first);
      const part = chunk.subarray(0, records * recordBytes);
      const filled = await fill(file, part, first * recordBytes);
      if (filled < part.length) {
        const sizes = { expected: into.count * recordBytes, got: first * recordBytes + filled };
        throw wrongSize(path, layout, sizes);
      }
      splitRecords(part, { path, layout, into, first });
    }
  } finally {
    await file.close();
  }
}

/** `count` images from `first`, sharing memory. */
export function section({ pixels, labels }: ImagesInMemory, first: number, count: number): ImagesInMemory {
  return {
    count,
    pixels: pixels.subarray(first * IMAGE_BYTES, (first + count) * IMAGE_BYTES),
    labels: labels.subarray(first, first + count),
  };
}

/**
 * The class names in a file, one a line; the `official` ones where the file is not there.
 *
 * @throws DataError unless there are as many as there are official ones, all different.
 */
export async function readClassNames(path: string, official: readonly string[]): Promise<readonly string[]> {
  if (!existsSync(path)) return official;
  const { size } = await stat(path);
  if (size > MAX_NAMES_BYTES) {
    throw wrongNames(path, official, `${size} bytes, more than ${official.length} names take`);
  }
  const names = (await readWholeFile(path))
    .toString()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (names.length !== official.length || new Set(names).size !== names.length) {
    throw wrongNames(path, official, `${names.length} (${shorten(names.join(", "))})`);
  }
  return names;
}

function splitRecords(
  chunk: Uint8Array,
  { path, layout, into, first }: { path: string; layout: RecordLayout; into: ImagesInMemory; first: number },
): void {
  const { labelBytes, labelAt, numClasses } = layout;
  const recordBytes = labelBytes + IMAGE_BYTES;
  for (let record = 0; record * recordBytes < chunk.length; record++) {
    const start = record * recordBytes;
    const label = chunk[start + labelAt];
    if (label >= numClasses) {
      const offset = (first + record) * recordBytes + labelAt;
      throw new DataError(
        `${path}: expected a label in 0..${numClasses - 1} at byte ${offset}, got ${label}. ` +
          "Replace the file by an unharmed copy.",
        { location: { path, offset } },
      );
    }
    into.labels[first + record] = label;
    into.pixels.set(chunk.subarray(start + labelBytes, start + recordBytes), (first + record) * IMAGE_BYTES);
  }
}

/** Reads from `offset` on until `chunk` is full or the file ends; returns how many bytes came. */
async function fill(file: FileHandle, chunk: Uint8Array, offset: number): Promise<number> {
  let filled = 0;
  while (filled < chunk.length) {
    const { bytesRead } = await file.read(chunk, filled, chunk.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

function unreadable(path: string, { title }: RecordLayout, cause: unknown): DataError {
  const reason = cause instanceof Error && "code" in cause && cause.code === "ENOENT" ? "no such file" : `${cause}`;
  return new DataError(`${path}: expected a ${title} binary file, got ${reason}. Put the file there.`, {
    location: { path },
    cause,
  });
}

function wrongSize(
  path: string,
  { labelBytes }: RecordLayout,
  { expected, got }: { expected: number; got: number },
): DataError {
  const recordBytes = labelBytes + IMAGE_BYTES;
  return new DataError(
    `${path}: expected ${expected} bytes (${expected / recordBytes} records of ${recordBytes}), got ${got} bytes. ` +
      "Replace the file by a complete copy.",
    { location: { path, offset: Math.min(expected, got) } },
  );
}

function wrongNames(path: string, official: readonly string[], got: string): DataError {
  return new DataError(
    `${path}: expected ${official.length} different class names, one a line, got ${got}. ` +
      "Replace the file by the official one or remove it.",
    { location: { path } },
  );
}

/** Long lists are cut so that the message stays one that can be read. */
function shorten(list: string): string {
  return list.length <= 200 ? list : `${list.slice(0, 200)}…`;
}

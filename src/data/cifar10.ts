/** @file Reads CIFAR-10 in its official binary layout. */

import { existsSync } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../core/index.ts";
import { type DatasetInMemory, type ImageShape, type ImagesInMemory, allocateImages, checksumOf } from "./dataset.ts";

const IMAGE_SHAPE: ImageShape = [3, 32, 32];
const IMAGE_BYTES = 3 * 32 * 32;
const RECORD_BYTES = 1 + IMAGE_BYTES;
const RECORDS_PER_FILE = 10_000;
const RECORDS_PER_READ = 500;
const TRAIN_FILES = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
const TEST_FILE = "test_batch.bin";
const META_FILE = "batches.meta.txt";
const CLASS_NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/** The folder in the official archive. */
export const CIFAR10_FOLDER = "cifar-10-batches-bin";

/** The files that CIFAR-10 cannot be read without. */
export const CIFAR10_FILES: readonly string[] = [...TRAIN_FILES, TEST_FILE];

/** The folder with CIFAR-10's binary files: `directory` itself or `cifar-10-batches-bin` in it; undefined if neither. */
export function findCifar10(directory: string): string | undefined {
  return [join(directory, CIFAR10_FOLDER), directory].find((folder) =>
    CIFAR10_FILES.some((name) => existsSync(join(folder, name))),
  );
}

/**
 * CIFAR-10 from the folder that holds its `.bin` files.
 *
 * Every record is one label byte and 3,072 bytes of one image: red, green and
 * blue plane, each row by row. Class names come from `batches.meta.txt` if it
 * is there. `recordsPerFile` is 10,000 in the official files.
 *
 * @throws DataError naming the file that is missing, truncated or holds a label outside 0..9.
 * Source: https://www.cs.toronto.edu/~kriz/cifar.html
 */
export async function readCifar10(
  folder: string,
  {
    recordsPerFile = RECORDS_PER_FILE,
    provenance = "binary version, from a folder of the user's",
  }: { recordsPerFile?: number; provenance?: string } = {},
): Promise<DatasetInMemory> {
  const classNames = await readClassNames(join(folder, META_FILE));
  const train = allocateImages(TRAIN_FILES.length * recordsPerFile, IMAGE_SHAPE);
  const test = allocateImages(recordsPerFile, IMAGE_SHAPE);
  for (const [file, name] of TRAIN_FILES.entries()) {
    await readRecords(join(folder, name), section(train, file * recordsPerFile, recordsPerFile));
  }
  await readRecords(join(folder, TEST_FILE), test);
  return {
    name: "cifar10",
    title: "CIFAR-10",
    classNames,
    imageShape: IMAGE_SHAPE,
    train,
    test,
    checksum: checksumOf({ train, test }),
    // without the folder's path: reports are shown to others
    provenance,
  };
}

/** `count` images from `first`, sharing memory. */
function section({ pixels, labels }: ImagesInMemory, first: number, count: number): ImagesInMemory {
  return {
    count,
    pixels: pixels.subarray(first * IMAGE_BYTES, (first + count) * IMAGE_BYTES),
    labels: labels.subarray(first, first + count),
  };
}

/** Fills `into` from one file of records; a small buffer splits the labels from the pixels. */
async function readRecords(path: string, into: ImagesInMemory): Promise<void> {
  const file = await openToRead(path);
  try {
    await checkSize(file, path, into.count);
    const chunk = new Uint8Array(RECORDS_PER_READ * RECORD_BYTES);
    for (let first = 0; first < into.count; first += RECORDS_PER_READ) {
      const records = Math.min(RECORDS_PER_READ, into.count - first);
      await fill(file, path, { chunk: chunk.subarray(0, records * RECORD_BYTES), offset: first * RECORD_BYTES });
      splitRecords(chunk, path, { into, first, records });
    }
  } finally {
    await file.close();
  }
}

function splitRecords(
  chunk: Uint8Array,
  path: string,
  { into, first, records }: { into: ImagesInMemory; first: number; records: number },
): void {
  for (let record = 0; record < records; record++) {
    const start = record * RECORD_BYTES;
    const label = chunk[start];
    if (label >= CLASS_NAMES.length) {
      const offset = (first + record) * RECORD_BYTES;
      throw new DataError(
        `${path}: expected a label in 0..9 at byte ${offset}, got ${label}. Replace the file by an unharmed copy.`,
        { location: { path, offset } },
      );
    }
    into.labels[first + record] = label;
    into.pixels.set(chunk.subarray(start + 1, start + RECORD_BYTES), (first + record) * IMAGE_BYTES);
  }
}

async function openToRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause && cause.code === "ENOENT" ? "no such file" : `${cause}`;
    throw new DataError(`${path}: expected a CIFAR-10 binary file, got ${reason}. Put the file there.`, {
      location: { path },
      cause,
    });
  }
}

async function checkSize(file: FileHandle, path: string, records: number): Promise<void> {
  const expected = records * RECORD_BYTES;
  const { size } = await file.stat();
  if (size !== expected) throw wrongSize(path, { expected, got: size });
}

async function fill(
  file: FileHandle,
  path: string,
  { chunk, offset }: { chunk: Uint8Array; offset: number },
): Promise<void> {
  let filled = 0;
  while (filled < chunk.length) {
    const { bytesRead } = await file.read(chunk, filled, chunk.length - filled, offset + filled);
    if (bytesRead === 0) throw wrongSize(path, { expected: offset + chunk.length, got: offset + filled });
    filled += bytesRead;
  }
}

function wrongSize(path: string, { expected, got }: { expected: number; got: number }): DataError {
  return new DataError(
    `${path}: expected ${expected} bytes (${expected / RECORD_BYTES} records of ${RECORD_BYTES}), got ${got} bytes. ` +
      "Replace the file by a complete copy.",
    { location: { path, offset: Math.min(expected, got) } },
  );
}

/** One name a line; the official names where the file is not there. */
async function readClassNames(path: string): Promise<readonly string[]> {
  if (!existsSync(path)) return CLASS_NAMES;
  const names = (await readFile(path, "utf8"))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (names.length !== CLASS_NAMES.length || new Set(names).size !== names.length) {
    throw new DataError(
      `${path}: expected ${CLASS_NAMES.length} different class names, one a line, got ${names.length} ` +
        `(${names.join(", ")}). Replace the file by the official one or remove it.`,
      { location: { path } },
    );
  }
  return names;
}

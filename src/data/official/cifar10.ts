/** @file Reads CIFAR-10 in its official binary layout. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type DatasetInMemory, allocateImages, checksumOf } from "../dataset.ts";
import {
  CIFAR_IMAGE_SHAPE,
  type RecordLayout,
  readClassNames,
  readRecords,
  requireRecords,
  section,
} from "./cifar-records.ts";

const RECORDS_PER_FILE = 10_000;
const TRAIN_FILES = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
const TEST_FILE = "test_batch.bin";
const META_FILE = "batches.meta.txt";
const CLASS_NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const LAYOUT: RecordLayout = { title: "CIFAR-10", labelBytes: 1, labelAt: 0, numClasses: CLASS_NAMES.length };

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
  const classNames = await readClassNames(join(folder, META_FILE), CLASS_NAMES);
  for (const name of CIFAR10_FILES) await requireRecords(join(folder, name), LAYOUT, recordsPerFile);
  const train = allocateImages(TRAIN_FILES.length * recordsPerFile, CIFAR_IMAGE_SHAPE);
  const test = allocateImages(recordsPerFile, CIFAR_IMAGE_SHAPE);
  for (const [file, name] of TRAIN_FILES.entries()) {
    await readRecords(join(folder, name), LAYOUT, section(train, file * recordsPerFile, recordsPerFile));
  }
  await readRecords(join(folder, TEST_FILE), LAYOUT, test);
  return {
    name: "cifar10",
    title: "CIFAR-10",
    classNames,
    imageShape: CIFAR_IMAGE_SHAPE,
    train,
    test,
    checksum: checksumOf({ train, test }, createHash("sha256")),
    // without the folder's path: reports are shown to others
    provenance,
  };
}

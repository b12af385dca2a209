/** @file Reads CIFAR-100 in its official binary layout, by its 100 classes or by their 20 kinds. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type DatasetInMemory, allocateImages, checksumOf } from "../dataset.ts";
import { CIFAR_IMAGE_SHAPE, type RecordLayout, readClassNames, readRecords, requireRecords } from "./cifar-records.ts";
import { CIFAR100_COARSE_NAMES, CIFAR100_FINE_NAMES } from "./cifar100-names.ts";

const TRAIN_FILE = "train.bin";
const TEST_FILE = "test.bin";
const RECORDS = { train: 50_000, test: 10_000 };

/** The folder in the official archive. */
export const CIFAR100_FOLDER = "cifar-100-binary";

/** Which of the two labels of an image is its class. */
export type Cifar100Labels = "fine" | "coarse";

const labelSets = {
  fine: {
    name: "cifar100",
    title: "CIFAR-100",
    names: CIFAR100_FINE_NAMES,
    namesFile: "fine_label_names.txt",
    labelAt: 1,
  },
  coarse: {
    name: "cifar100-coarse",
    title: "CIFAR-100 (20 kinds)",
    names: CIFAR100_COARSE_NAMES,
    namesFile: "coarse_label_names.txt",
    labelAt: 0,
  },
} as const;

/** The largest size of every file that the official archive holds. */
export const CIFAR100_MAX_BYTES: Readonly<Record<string, number>> = {
  [TRAIN_FILE]: 153_700_000,
  [TEST_FILE]: 30_740_000,
  [labelSets.fine.namesFile]: 100_000,
  [labelSets.coarse.namesFile]: 100_000,
  "readme.html": 100_000,
};

/** The folder with CIFAR-100's binary files: `cifar-100-binary` in `directory`, or that itself; undefined if neither. */
export function findCifar100(directory: string): string | undefined {
  // names as common as train.bin say nothing alone
  const isIt = (folder: string): boolean => [TRAIN_FILE, TEST_FILE].every((name) => existsSync(join(folder, name)));
  const inner = join(directory, CIFAR100_FOLDER);
  if ([TRAIN_FILE, TEST_FILE].some((name) => existsSync(join(inner, name)))) return inner;
  return isIt(directory) ? directory : undefined;
}

/**
 * CIFAR-100 from the folder that holds its `.bin` files.
 *
 * Every record is the byte of the kind (coarse label), the byte of the class
 * (fine label), and 3,072 bytes of one image: red, green and blue plane, each
 * row by row. Names come from the archive's own files if they are there.
 * `records` are 50,000 and 10,000 in the official files.
 *
 * @throws DataError naming the file that is missing, truncated or holds a label that is no class.
 * Source: https://www.cs.toronto.edu/~kriz/cifar.html
 */
export async function readCifar100(
  folder: string,
  {
    labels = "fine",
    records = RECORDS,
    provenance = "binary version, from a folder of the user's",
  }: { labels?: Cifar100Labels; records?: { train: number; test: number }; provenance?: string } = {},
): Promise<DatasetInMemory> {
  const { name, title, names, namesFile, labelAt } = labelSets[labels];
  const layout: RecordLayout = { title: "CIFAR-100", labelBytes: 2, labelAt, numClasses: names.length };
  const classNames = await readClassNames(join(folder, namesFile), names);
  const paths = { train: join(folder, TRAIN_FILE), test: join(folder, TEST_FILE) };
  await requireRecords(paths.train, layout, records.train);
  await requireRecords(paths.test, layout, records.test);
  const train = allocateImages(records.train, CIFAR_IMAGE_SHAPE);
  const test = allocateImages(records.test, CIFAR_IMAGE_SHAPE);
  await readRecords(paths.train, layout, train);
  await readRecords(paths.test, layout, test);
  return {
    name,
    title,
    classNames,
    imageShape: CIFAR_IMAGE_SHAPE,
    train,
    test,
    checksum: checksumOf({ train, test }, createHash("sha256")),
    provenance,
  };
}

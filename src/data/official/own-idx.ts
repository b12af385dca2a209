/** @file IDX files of a user's own: images and labels in files that are called like MNIST's. */

import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import { DataError, list, printable } from "../../core/index.ts";
import { datasetOfArrays } from "../arrays/array-dataset.ts";
import { rolesOf } from "../arrays/array-names.ts";
import type { DataArray } from "../arrays/data-array.ts";
import { type DatasetInMemory, checksumOf } from "../dataset.ts";
import { type SplitOptions, resolveSplit } from "../drawn-split.ts";
import { hasImageExtension } from "../image-folder/decode/image-kind.ts";
import { isPublishedIdx } from "./idx-dataset.ts";
import { peekIdx, readIdx } from "./idx.ts";

/** Files that a message names. */
const NAMED = 10;

/** True for a folder in which IDX files lie that are not those of a data set that Graft knows by name. */
export function holdsOwnIdx(folder: string): boolean {
  return idxFilesIn(folder).size > 0 && !isPublishedIdx(folder);
}

/**
 * The images of a folder of IDX files, packed by gzip or not: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and so
 * on, by any usual names of the parts.
 *
 * Images have any size, number of channels and type that IDX files can hold; each label that occurs is a class. Where
 * there are no test images, `testShare` of each class (0.2 by default) is drawn.
 *
 * @throws ConfigError for a split that is not possible.
 * @throws DataError if a file is damaged, or they do not go together.
 */
export async function openOwnIdx(folder: string, options: SplitOptions = {}): Promise<DatasetInMemory> {
  const split = resolveSplit(options);
  const files = idxFilesIn(folder);
  const roles = rolesOf([...files.keys()]);
  if (roles === undefined) throw notTogether(folder, [...files.values()]);
  const names = Object.values(roles.parts).flatMap(({ images, labels }) => [images, labels]);
  const arrays = new Map<string, DataArray>();
  for (const name of names) arrays.set(name, await readIdx(join(folder, files.get(name) ?? name)));
  const read = (name: string): DataArray => arrays.get(name) ?? raise(new Error(`internal: no array ${name}`));
  const dataset = datasetOfArrays({ roles, read, path: folder, split, what: "IDX files of the user's" });
  const name = basename(await realpath(folder));
  return { name, title: name, ...dataset, checksum: checksumOf(dataset, createHash("sha256")) };
}

/** The IDX files of a folder by their names without `.gz`; of one that is there twice the unpacked one. */
function idxFilesIn(folder: string): ReadonlyMap<string, string> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return new Map();
  const files = readdirSync(folder)
    .filter((file) => /idx/i.test(file) && !hasImageExtension(file))
    .sort();
  if (!files.some((file) => peekIdx(join(folder, file)) !== undefined)) return new Map();
  const byName = new Map<string, string>();
  for (const file of files) {
    const name = file.replace(/\.gz$/i, "");
    if (!byName.has(name)) byName.set(name, file);
  }
  return byName;
}

function notTogether(folder: string, files: readonly string[]): DataError {
  return new DataError(
    `${folder}: expected IDX files of training images and of their labels, such as train-images-idx3-ubyte and ` +
      `train-labels-idx1-ubyte, of one data set, got ${list(files.slice(0, NAMED).map((file) => printable(file)))}. ` +
      "Name the files so, and put those of another data set into another folder.",
    { location: { path: folder } },
  );
}

function raise(error: Error): never {
  throw error;
}

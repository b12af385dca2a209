/** @file MNIST and Fashion-MNIST out of their four IDX files. */

import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataError, formatShape } from "../../core/index.ts";
import { readWholeFileSync } from "../../files/index.ts";
import { type DatasetInMemory, type ImageShape, type ImagesInMemory, allocateImages, checksumOf } from "../dataset.ts";
import { decodeIdxBytes, peekIdx, readIdxBytes } from "./idx.ts";

const IMAGE_SHAPE: ImageShape = [1, 28, 28];

const FILES = {
  train: { images: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte" },
  test: { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" },
} as const;

/** The four files by their names in the official downloads, which are packed. */
export const IDX_FILES: readonly string[] = Object.values(FILES)
  .flatMap(({ images, labels }) => [images, labels])
  .map((name) => `${name}.gz`);

/** Labels are small: a file past this is no such file. */
const MAX_LABELS_BYTES = 1 << 20;

/** A data set of this form. All of them have files of the same names. */
export interface IdxSource {
  readonly name: string;
  readonly title: string;
  readonly classNames: readonly string[];
  /** Folders of this data set, where others put it below a common one. */
  readonly folders: readonly string[];
  /** Its first training labels, which tell it from the others. */
  readonly firstLabels: readonly number[];
}

/** The data sets of this form, by name. */
export const idxSources = {
  mnist: {
    name: "mnist",
    title: "MNIST",
    classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    folders: ["MNIST/raw", "mnist"],
    firstLabels: [5, 0, 4, 1, 9, 2, 1, 3, 1, 4],
  },
  "fashion-mnist": {
    name: "fashion-mnist",
    title: "Fashion-MNIST",
    classNames: [
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ],
    folders: ["FashionMNIST/raw", "fashion-mnist", "fashion"],
    firstLabels: [9, 0, 0, 3, 0, 2, 7, 2, 5, 5],
  },
} as const satisfies Record<string, IdxSource>;

/** The folder with the files of a data set: one of its own in `directory`, or that itself; undefined if none. */
export function findIdx(directory: string, source: IdxSource): string | undefined {
  return [...source.folders.map((folder) => join(directory, folder)), directory].find((folder) =>
    holdsFiles(folder, source),
  );
}

/** True if the IDX files in a folder are those of a data set that is known by name, by their first labels and their size. */
export function isPublishedIdx(folder: string): boolean {
  const first = firstLabels(folder);
  const isThose = (source: IdxSource): boolean => source.firstLabels.every((label, index) => first[index] === label);
  const path = fileIn(folder, FILES.train.images);
  const [, ...size] = (path === undefined ? undefined : peekIdx(path)?.shape) ?? IMAGE_SHAPE;
  return Object.values(idxSources).some(isThose) && formatShape(size) === formatShape(IMAGE_SHAPE.slice(1));
}

/**
 * A data set from the folder that holds its four files, packed by gzip or not.
 *
 * @throws DataError naming the file that is missing, damaged, or does not go with the others.
 */
export async function readIdxDataset(
  folder: string,
  source: IdxSource,
  { provenance = "IDX files, from a folder of the user's" }: { provenance?: string } = {},
): Promise<DatasetInMemory> {
  const train = await readPart(folder, source, FILES.train);
  const test = await readPart(folder, source, FILES.test);
  const { name, title, classNames } = source;
  const checksum = checksumOf({ train, test }, createHash("sha256"));
  return { name, title, classNames, imageShape: IMAGE_SHAPE, train, test, checksum, provenance };
}

/** True if any of the files is there and the labels are not those of another data set with files of these names. */
function holdsFiles(folder: string, source: IdxSource): boolean {
  if (!IDX_FILES.some((name) => fileIn(folder, name.slice(0, -".gz".length)) !== undefined)) return false;
  const first = firstLabels(folder);
  const isOther = (other: IdxSource): boolean =>
    other.name !== source.name && other.firstLabels.every((label, index) => first[index] === label);
  return !Object.values(idxSources).some(isOther);
}

/** The first training labels; none if they cannot be read, which is told when the data set is. */
function firstLabels(folder: string): readonly number[] {
  const path = fileIn(folder, FILES.train.labels);
  if (path === undefined || statSync(path).size > MAX_LABELS_BYTES) return [];
  try {
    return [...decodeIdxBytes(readWholeFileSync(path), path, 1).data.subarray(0, 10)];
  } catch (error) {
    if (error instanceof DataError) return [];
    throw error;
  }
}

async function readPart(
  folder: string,
  { classNames }: IdxSource,
  names: { images: string; labels: string },
): Promise<ImagesInMemory> {
  const paths = { images: pathIn(folder, names.images), labels: pathIn(folder, names.labels) };
  const images = await readIdxBytes(paths.images, 3);
  const labels = await readIdxBytes(paths.labels, 1);
  const [count, height, width] = images.shape;
  if (count === 0 || height !== IMAGE_SHAPE[1] || width !== IMAGE_SHAPE[2]) {
    throw new DataError(
      `${paths.images}: expected images of 28x28, got ${formatShape(images.shape)}. Replace the file by the right one.`,
      { location: { path: paths.images, offset: 4 } },
    );
  }
  if (labels.data.length !== count) {
    throw new DataError(
      `${paths.labels}: expected ${count} labels, one for each image of ${names.images}, got ${labels.data.length}. ` +
        "Replace both files by copies that go together.",
      { location: { path: paths.labels, offset: 4 } },
    );
  }
  const strange = labels.data.findIndex((label) => label >= classNames.length);
  if (strange >= 0) {
    throw new DataError(
      `${paths.labels}: expected labels in 0..${classNames.length - 1}, got ${labels.data[strange]} for image ` +
        `${strange}. Replace the file by an unharmed copy.`,
      { location: { path: paths.labels } },
    );
  }
  const part = allocateImages(count, IMAGE_SHAPE);
  part.pixels.set(images.data);
  part.labels.set(labels.data);
  return part;
}

/** The unpacked file if it is there, else the packed one. */
function fileIn(folder: string, name: string): string | undefined {
  // torchvision's unpacked files, and others', which write "idx3-ubyte" with a dot
  const names = [name, name.replace("-idx", ".idx"), `${name}.gz`];
  return names.map((each) => join(folder, each)).find((path) => existsSync(path));
}

function pathIn(folder: string, name: string): string {
  const path = fileIn(folder, name);
  if (path !== undefined) return path;
  const missing = join(folder, name);
  throw new DataError(`${missing}: expected an IDX file, also as ${name}.gz, got no such file. Put the file there.`, {
    location: { path: missing },
  });
}

/** @file Reads the bytes of NumPy's .npz files of images and labels. */

import { DataError, formatShape, sameShape } from "../../core/index.ts";
import { type DatasetInMemory, type ImagesInMemory, allocateImages } from "../dataset.ts";
import { type DrawnSplit, drawTestPlaces } from "../drawn-split.ts";
import { type NpyArray, decodeNpy } from "./npy.ts";
import { isNpy } from "./npy-header.ts";
import { classesOf, labelsOf } from "./npz-classes.ts";
import { type ImageArray, copyImages, imagesOf } from "./npz-images.ts";
import { type ZipArchive, type ZipMember, listMembers, unpackMember } from "./zip-members.ts";

/** Arrays of more bytes are not unpacked. */
const MAX_ARRAY_BYTES = 2 ** 31;

/** The images and labels of one part, or of both. */
interface Labelled {
  readonly images: ImageArray;
  readonly labels: Float64Array;
}

/** What the file says of its images. */
export type DecodedNpz = Omit<DatasetInMemory, "name" | "title" | "checksum">;

/**
 * The images in a file that NumPy's `savez` or `savez_compressed` wrote.
 *
 * Its arrays are `x_train`, `y_train`, `x_test`, `y_test`, or `images` and
 * `labels`, of which `testShare` of each class is drawn as test images with
 * `seed`; `class_names` may be beside them, others are passed over. Images are
 * uint8 of (N,H,W), (N,H,W,1|3) or (N,1|3,H,W). Labels are integers: with
 * `class_names` the indices of their names, else each integer that occurs is a
 * class of that name.
 *
 * @throws DataError if the file is damaged, or its arrays are others or do not go together.
 */
export function decodeNpz(archive: ZipArchive, split: DrawnSplit): DecodedNpz {
  const { path } = archive;
  const members = membersOf(archive);
  const read = (name: string): NpyArray => readArray(archive, members, name);
  const names = members.has("class_names.npy") ? read("class_names") : undefined;
  const isSplit = ["x_train.npy", "y_train.npy", "x_test.npy", "y_test.npy"].every((name) => members.has(name));
  const { phrase, ...parts } = isSplit ? givenParts(read, path, names) : drawnParts(read, { path, names, split });
  return { ...parts, provenance: `NumPy arrays of the user's, ${phrase}` };
}

type Parts = Pick<DatasetInMemory, "classNames" | "imageShape" | "train" | "test"> & { readonly phrase: string };

function givenParts(read: (name: string) => NpyArray, path: string, names: NpyArray | undefined): Parts {
  const train = labelled(read("x_train"), read("y_train"), "x_train");
  const test = labelled(read("x_test"), read("y_test"), "x_test");
  const { imageShape } = train.images;
  if (!sameShape(imageShape, test.images.imageShape)) {
    throw new DataError(
      `${test.images.where}: expected images of ${formatShape(imageShape)} as in x_train, ` +
        `got ${formatShape(test.images.imageShape)}. Save images of one size.`,
      { location: { path } },
    );
  }
  const { classNames, idOf } = classesOf([train.labels, test.labels], path, names);
  const all = ({ images }: Labelled): number[] => [...Array(images.count).keys()];
  return {
    classNames,
    imageShape,
    train: partOf(train, all(train), idOf),
    test: partOf(test, all(test), idOf),
    phrase: "training and test images as given",
  };
}

function drawnParts(
  read: (name: string) => NpyArray,
  { path, names, split }: { path: string; names: NpyArray | undefined; split: DrawnSplit },
): Parts {
  const both = labelled(read("images"), read("labels"), "images");
  const { classNames, idOf } = classesOf([both.labels], path, names);
  const ofClass = Map.groupBy(both.labels.keys(), (index) => idOf(both.labels[index]));
  const isTest = new Uint8Array(both.labels.length);
  for (const [id, indices] of ofClass) {
    for (const place of drawTestPlaces(classNames[id], indices.length, split)) isTest[indices[place]] = 1;
  }
  const indicesOf = (test: number): number[] => [...isTest.keys()].filter((index) => isTest[index] === test);
  return {
    classNames,
    imageShape: both.images.imageShape,
    train: partOf(both, indicesOf(0), idOf),
    test: partOf(both, indicesOf(1), idOf),
    phrase: `${split.testShare} of each class drawn as test images with seed ${split.seed}`,
  };
}

function labelled(x: NpyArray, y: NpyArray, of: string): Labelled {
  const images = imagesOf(x);
  return { images, labels: labelsOf(y, { count: images.count, of }) };
}

function partOf(
  { images, labels }: Labelled,
  indices: readonly number[],
  idOf: (label: number) => number,
): ImagesInMemory {
  const part = allocateImages(indices.length, images.imageShape);
  copyImages(images, indices, part.pixels);
  indices.forEach((index, at) => (part.labels[at] = idOf(labels[index])));
  return part;
}

/** @throws DataError if the file is another one than `savez` writes, or the arrays are not among those in it. */
function membersOf(archive: ZipArchive): ReadonlyMap<string, ZipMember> {
  const { bytes, path } = archive;
  if (isNpy(bytes)) {
    throw wrongArrays(path, "a single array (.npy)");
  }
  const members = listMembers(archive);
  const hasAll = (...names: readonly string[]): boolean => names.every((name) => members.has(`${name}.npy`));
  if (hasAll("x_train", "y_train", "x_test", "y_test") || hasAll("images", "labels")) return members;
  const names = [...members.keys()].map((name) => name.replace(/\.npy$/, ""));
  const listed = names.length === 0 ? "none" : names.slice(0, 20).join(", ").slice(0, 200);
  throw wrongArrays(path, JSON.stringify(listed).slice(1, -1));
}

function wrongArrays(path: string, got: string): DataError {
  return new DataError(
    `${path}: expected the arrays x_train, y_train, x_test and y_test, or images and labels, got ${got}. ` +
      "Save them by np.savez_compressed(path, images=…, labels=…).",
    { location: { path } },
  );
}

function readArray(archive: ZipArchive, members: ReadonlyMap<string, ZipMember>, name: string): NpyArray {
  const member = members.get(`${name}.npy`);
  if (member === undefined) throw new Error(`internal: no array ${name}`);
  const { path } = archive;
  if (member.sizeBytes > MAX_ARRAY_BYTES) {
    throw new DataError(
      `${path}: ${name}: expected an array of at most ${MAX_ARRAY_BYTES} bytes, got ${member.sizeBytes}. ` +
        "Save fewer images, or make a folder of them.",
      { location: { path } },
    );
  }
  return decodeNpy(unpackMember(archive, member), `${path}: ${name}`);
}

/** @file Reads the bytes of NumPy's .npz files of images and labels. */

import { DataError } from "../../core/index.ts";
import { type ArrayDataset, datasetOfArrays } from "../arrays/array-dataset.ts";
import { rolesOf } from "../arrays/array-names.ts";
import type { DataArray } from "../arrays/data-array.ts";
import type { DrawnSplit } from "../drawn-split.ts";
import { decodeNpy } from "./npy.ts";
import { isNpy } from "./npy-header.ts";
import { type ZipArchive, type ZipMember, listMembers, unpackMember } from "./zip-members.ts";

/** Arrays of more bytes are not unpacked. */
const MAX_ARRAY_BYTES = 2 ** 31;

const ENDING = ".npy";

/**
 * The images in a file that NumPy's `savez` or `savez_compressed` wrote.
 *
 * Its arrays are images and labels of training, test and validation by any of their usual names, or of all together, of
 * which `testShare` of each class is drawn as test images with `seed`; see `rolesOf`. Names of the classes may be beside
 * them. Images have any type of numbers and 1, 3 or 4 channels, first or last; labels are whole numbers, one-hot rows or
 * texts: numbers are the indices of the names where there are any, else each that occurs is a class of that name.
 *
 * @throws DataError if the file is damaged, or its arrays are others or do not go together.
 */
export function decodeNpz(archive: ZipArchive, split: DrawnSplit): ArrayDataset {
  const { bytes, path } = archive;
  if (isNpy(bytes)) throw wrongArrays(path, "a single array (.npy)");
  const members = listMembers(archive);
  const names = [...members.keys()].map((name) => (name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : name));
  const roles = rolesOf(names);
  if (roles === undefined) {
    const listed = names.length === 0 ? "none" : names.slice(0, 20).join(", ").slice(0, 200);
    throw wrongArrays(path, JSON.stringify(listed).slice(1, -1));
  }
  const read = (name: string): DataArray => readArray(archive, members, name);
  return datasetOfArrays({ roles, read, path, split, what: "NumPy arrays of the user's" });
}

function wrongArrays(path: string, got: string): DataError {
  return new DataError(
    `${path}: expected the arrays x_train, y_train, x_test and y_test, or images and labels, got ${got}. ` +
      "Save them by np.savez_compressed(path, images=…, labels=…).",
    { location: { path } },
  );
}

function readArray(archive: ZipArchive, members: ReadonlyMap<string, ZipMember>, name: string): DataArray {
  const member = members.get(`${name}${ENDING}`) ?? members.get(name);
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

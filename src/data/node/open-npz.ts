/** @file Opens NumPy's .npz files of images and labels as data sets. */

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { crc32 } from "node:zlib";
import { type DatasetInMemory, checksumOf } from "../dataset.ts";
import { type SplitOptions, resolveSplit } from "../drawn-split.ts";
import { decodeNpz } from "../npz/decode-npz.ts";
import { readFileOf } from "./read-file.ts";

/**
 * The images of a file that NumPy's `savez` or `savez_compressed` wrote, see `decodeNpz`.
 *
 * Where it has no test images, `testShare` of each class (0.2 by default) is drawn.
 *
 * @throws ConfigError for a split that is not possible.
 * @throws DataError if the file is missing, damaged, or its arrays are others or do not go together.
 */
export async function openNpz(path: string, options: SplitOptions = {}): Promise<DatasetInMemory> {
  const split = resolveSplit(options);
  const bytes = await readFileOf("a NumPy file (.npz)", path);
  const decoded = decodeNpz({ bytes, path, crc32 }, split);
  const name = basename(path, ".npz");
  return { name, title: name, ...decoded, checksum: checksumOf(decoded, createHash("sha256")) };
}

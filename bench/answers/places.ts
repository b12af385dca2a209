/** @file Where the benchmark's data lie: one list of files, looked for in one list of folders. */

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { extract } from "tar";

/** Where to look, and where to keep what is made. */
export interface Places {
  /** Searched in this order. */
  readonly folders: readonly string[];
  /** For trained sources, unpacked archives and resized images. */
  readonly cache: string;
}

/** What the tasks need of the outside, by name. */
const files = {
  cifar10: { paths: ["cifar-10-batches-bin/data_batch_1.bin"] },
  "cifar10-lossless": { paths: ["train_subset.bin"], archive: "cifar10-lossless.tar.gz" },
  mnist: { paths: ["mnist/train-images-idx3-ubyte.gz", "train-images-idx3-ubyte.gz"] },
  photos: { paths: ["hymenoptera/train"], archive: "hymenoptera.tar" },
  resnet20: { paths: ["models/resnet20_cifar10.onnx", "resnet20_cifar10.onnx"] },
  mobilenetV1: { paths: ["models/mobilenet_v1_0.25_224.onnx", "mobilenet_v1_0.25_224.onnx"] },
  mobilenetV2: { paths: ["models/mobilenet_v2_1.0_224.onnx", "mobilenet_v2_1.0_224.onnx"] },
} satisfies Record<string, { paths: readonly string[]; archive?: string }>;

export type FileName = keyof typeof files;

/** Something that a task needs is not on this machine: the task is passed over. */
export class MissingData extends Error {}

/**
 * The path of a file of the list; an archive is unpacked into the cache the first time.
 *
 * @throws MissingData if it is in none of the folders.
 */
export async function findFile(name: FileName, { folders, cache }: Places): Promise<string> {
  const { paths, archive }: { paths: readonly string[]; archive?: string } = files[name];
  const unpacked = join(cache, name);
  const found = firstOf([...folders, unpacked], paths);
  if (found !== undefined) return found;
  const packed = archive === undefined ? undefined : firstOf(folders, [archive]);
  if (packed === undefined) {
    const wanted = [...paths, ...(archive === undefined ? [] : [archive])].join(" or ");
    throw new MissingData(
      `${name}: expected ${wanted} in ${folders.join(", ")}, got none. Name its folder with --data.`,
    );
  }
  await unpack(packed, unpacked);
  return join(unpacked, paths[0]);
}

/** The folder that a file of the list lies in. */
export async function findFolder(name: FileName, places: Places): Promise<string> {
  return dirname(await findFile(name, places));
}

function firstOf(folders: readonly string[], paths: readonly string[]): string | undefined {
  return folders.flatMap((folder) => paths.map((path) => join(folder, path))).find((path) => existsSync(path));
}

/** The folder appears whole or not at all. */
async function unpack(archive: string, into: string): Promise<void> {
  await mkdir(dirname(into), { recursive: true });
  const temporary = await mkdtemp(`${into}-unpacking-`);
  try {
    await extract({ file: archive, cwd: temporary, strict: true, preserveOwner: false });
    await rename(temporary, into);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

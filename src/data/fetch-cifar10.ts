/** @file Brings CIFAR-10 into the cache from where its authors publish it. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../core/index.ts";
import { type DownloadOptions, download, withLock } from "../download/index.ts";
import { CIFAR10_FILES, CIFAR10_FOLDER, findCifar10 } from "./cifar10.ts";
import { unpackArchive } from "./unpack.ts";

/** An archive of CIFAR-10's binary version. */
export interface ArchiveSource {
  readonly url: string;
  readonly md5: string;
}

/** 170,052,171 bytes. Source: https://www.cs.toronto.edu/~kriz/cifar.html */
export const OFFICIAL_CIFAR10: ArchiveSource = {
  url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
  md5: "c32a1d4ab5d03f1284b67883e8d87530",
};

const ARCHIVE_CONTENTS = {
  folder: CIFAR10_FOLDER,
  maxBytes: {
    ...Object.fromEntries(CIFAR10_FILES.map((name) => [name, 30_730_000])),
    "batches.meta.txt": 10_000,
    "readme.html": 100_000,
  },
};

/**
 * The folder of CIFAR-10 in the cache, downloaded and unpacked if it is not there yet.
 *
 * @throws DataError that says what was tried and how to go on without a network.
 * @throws ConfigError if another process is downloading it.
 */
export async function fetchCifar10({
  cacheDir,
  source = OFFICIAL_CIFAR10,
  ...options
}: DownloadOptions & { cacheDir: string; source?: ArchiveSource }): Promise<string> {
  return await withLock(join(cacheDir, "cifar-10.lock"), async () => {
    const there = findCifar10(cacheDir);
    if (there !== undefined) return there;
    const archive = join(cacheDir, "cifar-10-binary.tar.gz");
    try {
      await download(source.url, archive, { ...options, checksum: { algorithm: "md5", hex: source.md5 } });
      return await unpackArchive(archive, cacheDir, ARCHIVE_CONTENTS);
    } catch (error) {
      throw error instanceof DataError ? withWayOut(error) : error;
    } finally {
      await rm(archive, { force: true });
    }
  });
}

/** How to get on without the download. */
export const CIFAR10_WAY_OUT =
  `Put the .bin files of CIFAR-10's binary version into a folder and name it in GRAFT_DATA_DIR, ` +
  "or use the built-in images with --data shapes10.";

function withWayOut(error: DataError): DataError {
  return new DataError(`cifar10: ${error.message} ${CIFAR10_WAY_OUT}`, {
    ...(error.location !== undefined && { location: error.location }),
    cause: error,
  });
}

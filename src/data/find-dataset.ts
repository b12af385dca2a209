/** @file The data sets that Graft knows by name, and where each is found. */

import { ConfigError, DataError, lookUp } from "../core/index.ts";
import { type DownloadOptions, cacheDirectory } from "../download/index.ts";
import { CIFAR10_FOLDER, findCifar10, readCifar10 } from "./cifar10.ts";
import type { ImageDataset } from "./dataset.ts";
import { CIFAR10_WAY_OUT, OFFICIAL_CIFAR10, fetchCifar10 } from "./fetch-cifar10.ts";
import { createShapes10 } from "./shapes10/shapes10.ts";

/** Where to look for data sets. */
export interface DatasetPlaces {
  /** A folder that the user names; `$GRAFT_DATA_DIR` by default. */
  readonly dataDir?: string | undefined;
  /** `cacheDirectory()` by default. */
  readonly cacheDir?: string | undefined;
}

/** How to open a data set. */
export interface OpenDatasetOptions extends DatasetPlaces, Pick<DownloadOptions, "onProgress" | "signal"> {
  /** False never touches the network. */
  readonly allowDownload: boolean;
  /** Of data sets that are made rather than read. */
  readonly seed?: number | undefined;
}

/** Where a data set is. */
export interface FoundDataset {
  readonly from: "data folder" | "cache" | "built in";
  readonly path?: string;
}

/** A data set that can be opened by its name. */
export interface DatasetEntry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Where it is, without loading it; undefined if it would have to be downloaded. */
  readonly find: (places?: DatasetPlaces) => FoundDataset | undefined;
  readonly open: (options: OpenDatasetOptions) => Promise<ImageDataset>;
}

const OFFICIAL_PROVENANCE = "binary version, from the official download";

/** Every data set by name. */
export const datasets = {
  cifar10: {
    name: "cifar10",
    title: "CIFAR-10",
    description: "60,000 photographs of 10 kinds of animals and vehicles, 32x32 RGB; downloaded once, 170 MB.",
    find: locateCifar10,
    open: openCifar10,
  },
  shapes10: {
    name: "shapes10",
    title: "shapes10 (built-in, procedural)",
    description: "12,000 painted images of 10 shapes, 32x32 RGB; made from a seed, needs no network.",
    find: () => ({ from: "built in" }),
    open: async ({ seed }) => createShapes10({ seed }),
  },
} satisfies Record<string, DatasetEntry>;

/**
 * Opens a data set by name: from the data folder, the cache, or its official download, in this order.
 *
 * @throws ConfigError for an unknown name, or a data folder without the data set in it.
 * @throws DataError if its files are damaged or it cannot be had.
 */
export async function openDataset(name: string, options: OpenDatasetOptions): Promise<ImageDataset> {
  return await lookUp<DatasetEntry>(datasets, name, "data set").open(options);
}

function locateCifar10({ dataDir = process.env["GRAFT_DATA_DIR"], cacheDir = cacheDirectory() }: DatasetPlaces = {}):
  FoundDataset | undefined {
  if (dataDir) {
    const path = findCifar10(dataDir);
    if (path !== undefined) return { from: "data folder", path };
    throw new ConfigError(
      `GRAFT_DATA_DIR: expected CIFAR-10's data_batch_1.bin to data_batch_5.bin and test_batch.bin in "${dataDir}" ` +
        `or in its folder ${CIFAR10_FOLDER}, got none of them. Correct the folder, or leave it out to use the cache.`,
    );
  }
  const path = findCifar10(cacheDir);
  return path === undefined ? undefined : { from: "cache", path };
}

async function openCifar10(options: OpenDatasetOptions): Promise<ImageDataset> {
  const { allowDownload, onProgress, signal, cacheDir = cacheDirectory() } = options;
  const found = locateCifar10(options);
  if (found?.path !== undefined) {
    return await readCifar10(found.path, found.from === "cache" ? { provenance: OFFICIAL_PROVENANCE } : {});
  }
  if (!allowDownload) {
    throw new DataError(
      `cifar10: expected it in the cache "${cacheDir}", got nothing there and no leave to download ` +
        `${OFFICIAL_CIFAR10.url}. ${CIFAR10_WAY_OUT}`,
      { location: { path: cacheDir } },
    );
  }
  return await readCifar10(await fetchCifar10({ cacheDir, onProgress, signal }), { provenance: OFFICIAL_PROVENANCE });
}

/** @file The data sets that Graft knows by name, and where each is found. */

import { createHash } from "node:crypto";
import { ConfigError, DataError, lookUp } from "../../core/index.ts";
import { type DownloadOptions, cacheDirectory } from "../../download/index.ts";
import type { ImageDataset } from "../dataset.ts";
import { openShapes10 } from "../shapes10/shapes10.ts";
import { fetchOfficial } from "./fetch-official.ts";
import { type OfficialDataset, officialDatasets } from "./official-dataset.ts";

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

/** Every data set by name. */
export const datasets = {
  ...published(),
  shapes10: {
    name: "shapes10",
    title: "shapes10 (built-in, procedural)",
    description: "12,000 painted images of 10 shapes, 32x32 RGB; made from a seed, needs no network.",
    find: () => ({ from: "built in" }),
    open: async ({ seed }) => openShapes10({ seed, hash: createHash("sha256") }),
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

/** True for a name that means a data set, whatever lies in a folder of that name. */
export function isDatasetName(name: string): boolean {
  return Object.hasOwn(datasets, name);
}

function published(): Record<keyof typeof officialDatasets, DatasetEntry> {
  const entryOf = (dataset: OfficialDataset): DatasetEntry => ({
    name: dataset.name,
    title: dataset.title,
    description: dataset.description,
    find: (places) => locate(dataset, places),
    open: (options) => openOfficial(dataset, options),
  });
  const entries = Object.values(officialDatasets).map((dataset) => [dataset.name, entryOf(dataset)]);
  return Object.fromEntries(entries) as Record<keyof typeof officialDatasets, DatasetEntry>;
}

function locate(
  dataset: OfficialDataset,
  { dataDir = process.env["GRAFT_DATA_DIR"], cacheDir }: DatasetPlaces = {},
): FoundDataset | undefined {
  if (dataDir) {
    const path = dataset.find(dataDir);
    if (path !== undefined) return { from: "data folder", path };
    throw new ConfigError(
      `GRAFT_DATA_DIR: expected ${dataset.expected} in "${dataDir}" or in ${dataset.orIn}, got none of them. ` +
        "Correct the folder, or leave it out to use the cache.",
    );
  }
  const path = dataset.find(cacheDir ?? cacheDirectory());
  return path === undefined ? undefined : { from: "cache", path };
}

async function openOfficial(dataset: OfficialDataset, options: OpenDatasetOptions): Promise<ImageDataset> {
  const { name, provenance, publication, wayOut, read } = dataset;
  const { allowDownload, onProgress, signal } = options;
  const found = locate(dataset, options);
  if (found?.path !== undefined) return await read(found.path, found.from === "cache" ? { provenance } : {});
  const { cacheDir = cacheDirectory() } = options;
  if (!allowDownload) {
    const [{ urls }] = "archive" in publication ? [publication.archive] : publication.files;
    throw new DataError(
      `${name}: expected it in the cache "${cacheDir}", got nothing there and no leave to download ${urls[0]}. ${wayOut}`,
      { location: { path: cacheDir } },
    );
  }
  return await read(await fetchOfficial(dataset, { cacheDir, onProgress, signal }), { provenance });
}

/** @file Brings a data set into the cache from where its authors publish it. */

import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../core/index.ts";
import { withLock } from "../../files/index.ts";
import { type DownloadOptions, download, prepareCache } from "../../download/index.ts";
import type { OfficialDataset, PublishedFile } from "./official-dataset.ts";
import { unpackArchive } from "./unpack.ts";

/** What is needed to fetch a data set. */
export type FetchedDataset = Pick<OfficialDataset, "name" | "folder" | "wayOut" | "publication" | "find">;

/**
 * The folder of a published data set in the cache, downloaded and unpacked if it is not there yet.
 *
 * @throws DataError that says what was tried and how to go on without a network.
 * @throws ConfigError if another process is downloading it, or the cache cannot be written to.
 */
export async function fetchOfficial(
  dataset: FetchedDataset,
  { cacheDir, ...options }: DownloadOptions & { cacheDir: string },
): Promise<string> {
  const { folder, find, publication } = dataset;
  const place = join(cacheDir, folder);
  await prepareCache(cacheDir);
  return await withLock(`${place}.lock`, "download into this folder", async () => {
    const there = existsSync(place) ? find(place) : undefined;
    if (there !== undefined) return there;
    try {
      if ("archive" in publication) await fetchArchive(publication, folder, { cacheDir, ...options });
      else await fetchFiles(publication.files, place, options);
      return place;
    } catch (error) {
      throw error instanceof DataError ? addWayOut(dataset, error) : error;
    }
  });
}

async function fetchArchive(
  { archive, maxBytes }: Extract<OfficialDataset["publication"], { archive: PublishedFile }>,
  folder: string,
  { cacheDir, ...options }: DownloadOptions & { cacheDir: string },
): Promise<void> {
  const path = join(cacheDir, archive.name);
  try {
    await downloadAny(archive, path, options);
    await unpackArchive(path, cacheDir, { folder, maxBytes });
  } finally {
    await rm(path, { force: true });
  }
}

/** The files gather beside the folder, which appears once all are there; those that are need not come again. */
async function fetchFiles(
  files: readonly PublishedFile[],
  place: string,
  { onProgress, ...options }: DownloadOptions,
): Promise<void> {
  const gathering = `${place}.incomplete`;
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let before = 0;
  for (const file of files) {
    const path = join(gathering, file.name);
    const earlier = before;
    if (!existsSync(path)) {
      await downloadAny(file, path, {
        ...options,
        onProgress: ({ receivedBytes }) => onProgress?.({ receivedBytes: earlier + receivedBytes, totalBytes }),
      });
    }
    before += file.sizeBytes;
  }
  await rename(gathering, place);
}

/** From the first of its addresses that has the right file; if none has, the first one's error is told. */
async function downloadAny({ urls, md5 }: PublishedFile, path: string, options: DownloadOptions): Promise<void> {
  let first: DataError | undefined;
  for (const url of urls) {
    try {
      return await download(url, path, { ...options, checksum: { algorithm: "md5", hex: md5 } });
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      first ??= error;
    }
  }
  throw first ?? new Error(`internal: no address for ${path}`);
}

function addWayOut({ name, wayOut }: FetchedDataset, error: DataError): DataError {
  return new DataError(`${name}: ${error.message} ${wayOut}`, {
    ...(error.location !== undefined && { location: error.location }),
    cause: error,
  });
}

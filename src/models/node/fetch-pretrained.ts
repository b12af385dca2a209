/** @file Brings the file of a pretrained network into the cache. */

import { DataError } from "../../core/index.ts";
import { dirname } from "node:path";
import { withLock } from "../../files/index.ts";
import { type Checksum, type DownloadOptions, download, prepareCache } from "../../download/index.ts";
import { type PretrainedEntry, addressesOf } from "../pretrained/entry.ts";
import { type ModelPlaces, cachedPath, isFile, placingByHand } from "./locate.ts";

/** How a file is brought. */
export interface FetchPretrainedOptions extends DownloadOptions, Pick<ModelPlaces, "cacheDir"> {
  /** Tried in order; those of the model zoo by default. */
  readonly addresses?: readonly string[];
}

/**
 * The path of an entry's file in the cache, downloaded if it is not there yet.
 *
 * @throws DataError that says what was tried and how to go on without a network.
 * @throws ConfigError if another process is downloading it, or the cache cannot be written to.
 */
export async function fetchPretrained(
  entry: PretrainedEntry,
  { addresses = addressesOf(entry), cacheDir, onProgress, ...options }: FetchPretrainedOptions = {},
): Promise<string> {
  const path = cachedPath(entry, { cacheDir });
  await prepareCache(dirname(path));
  return await withLock(`${path}.lock`, "download into this folder", async () => {
    if (isFile(path)) return path;
    const failures: DataError[] = [];
    for (const address of addresses) {
      const failure = await attempt(address, path, {
        ...options,
        checksum: { algorithm: "sha256", hex: entry.sha256 },
        onProgress: ({ receivedBytes, totalBytes = entry.sizeBytes }) => onProgress?.({ receivedBytes, totalBytes }),
      });
      if (failure === undefined) return path;
      failures.push(failure);
    }
    throw withWayOut(entry, failures, { cacheDir });
  });
}

/** The reason why an address did not give the file; undefined if it did. */
async function attempt(
  address: string,
  path: string,
  options: DownloadOptions & { checksum: Checksum },
): Promise<DataError | undefined> {
  try {
    await download(address, path, options);
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
}

function withWayOut(entry: PretrainedEntry, failures: readonly DataError[], places: ModelPlaces): DataError {
  const reasons = failures.map(({ message }) => message).join(" ");
  return new DataError(`${entry.name}: ${reasons} ${placingByHand(entry, places)}`, {
    ...(failures[0]?.location !== undefined && { location: failures[0].location }),
    cause: failures.at(-1),
  });
}

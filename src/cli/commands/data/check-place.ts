/** @file `graft data check` of a data set by name, of its official files in a folder, of a NumPy file, or of a folder of images. */

import { existsSync } from "node:fs";
import { ConfigError, count, unknownName } from "../../../core/index.ts";
import {
  type DatasetEntry,
  type ImageDataset,
  type ImageFolderDataset,
  checkDataset,
  datasets,
  inspectImageFolder,
  openDataset,
  openImageFolder,
  openNpz,
} from "../../../data/node/index.ts";
import { atMostEvery } from "../../terminal/views/throttle.ts";
import { checkLines } from "./check-lines.ts";
import { classLines, folderLines, unreadableLines } from "./folder-lines.ts";

/** At this height and width images of a folder are compared with one another. */
const COMPARED_SIDE = 64;

/** A line of progress now and then. */
const PROGRESS_MS = 2000;

/** A data set that has been looked over. */
export interface CheckedPlace {
  readonly dataset: ImageDataset;
  /** What there is to say. */
  readonly lines: readonly string[];
}

/**
 * Looks over the data set called, or lying in, `place`.
 *
 * @throws ConfigError or DataError if no data set can be made of what is there; what is known of it was then `print`ed.
 */
export async function checkPlace(
  place: string,
  { print, signal }: { print: (line: string) => void; signal: AbortSignal },
): Promise<CheckedPlace> {
  if (Object.hasOwn(datasets, place)) return checked(await openDataset(place, { allowDownload: false, signal }));
  if (!existsSync(place)) throw unknownName(place, Object.keys(datasets), "data set or folder");
  if (place.endsWith(".npz")) return checked(await openNpz(place));
  const official = officialIn(place);
  if (official !== undefined) {
    return checked(await openDataset(official, { dataDir: place, allowDownload: false, signal }));
  }
  const onProgress = progressOf();
  const inspection = await inspectImageFolder(place, { signal, onProgress });
  let dataset: ImageFolderDataset;
  try {
    dataset = await openImageFolder(place, {
      imageShape: [3, COMPARED_SIDE, COMPARED_SIDE],
      skipUnreadable: true,
      signal,
      onProgress,
    });
  } catch (error) {
    if (inspection.classes.length > 0) {
      for (const line of [...classLines(inspection), ...folderLines(inspection)]) print(line);
    }
    throw error;
  }
  const lines = [
    ...checkLines(dataset, checkDataset(dataset), dataset.files),
    ...folderLines(inspection),
    ...unreadableLines(dataset),
  ];
  return { dataset, lines };
}

function checked(dataset: ImageDataset): CheckedPlace {
  return { dataset, lines: checkLines(dataset, checkDataset(dataset)) };
}

/** The name of the data set whose own files lie in the folder `place`. */
function officialIn(place: string): string | undefined {
  return Object.values<DatasetEntry>(datasets).find(({ find }) => {
    try {
      return find({ dataDir: place })?.from === "data folder";
    } catch (error) {
      if (error instanceof ConfigError) return false;
      throw error;
    }
  })?.name;
}

/** Tells people, not files, how far the reading is. */
function progressOf(): ((images: number, total: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  const isTime = atMostEvery(PROGRESS_MS, Date.now);
  return (images, total) => {
    if (isTime()) console.error(`  read ${count(images)} of ${count(total)} images`);
  };
}

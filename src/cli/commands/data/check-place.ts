/** @file `graft data check` of a data set in any format. */

import { existsSync } from "node:fs";
import { count, unknownName } from "../../../core/index.ts";
import { type ImageDataset, checkDataset, datasets, formatOf, isDatasetName } from "../../../data/node/index.ts";
import { atMostEvery } from "../../terminal/displays/throttle.ts";
import { checkLines } from "./check-lines.ts";
import { classLines, folderLines, unreadableLines } from "./folder-lines.ts";

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
  if (!isDatasetName(place) && !existsSync(place))
    throw unknownName(place, Object.keys(datasets), "data set or folder");
  const { open, inspect } = formatOf(place, { isChecked: true });
  const onProgress = progressOf();
  const inspection = await inspect?.(place, { signal, onProgress });
  let dataset: ImageDataset;
  try {
    dataset = await open(place, { skipUnreadable: true, signal, onProgress });
  } catch (error) {
    if (inspection !== undefined && inspection.classes.length > 0) {
      for (const line of [...classLines(inspection), ...folderLines(inspection)]) print(line);
    }
    throw error;
  }
  const lines = [
    ...checkLines(dataset, checkDataset(dataset)),
    ...(inspection === undefined ? [] : folderLines(inspection)),
    ...(dataset.unreadable === undefined ? [] : unreadableLines(dataset.unreadable)),
  ];
  return { dataset, lines };
}

/** Tells people, not files, how far the reading is. */
function progressOf(): ((images: number, total: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  const isTime = atMostEvery(PROGRESS_MS, Date.now);
  return (images, total) => {
    if (isTime()) console.error(`  read ${count(images)} of ${count(total)} images`);
  };
}

/** @file `graft data check` of a data set in any format. */

import { existsSync } from "node:fs";
import { count, plural, unknownName } from "../../../core/index.ts";
import {
  type DatasetCheck,
  type FolderInspection,
  type ImageDataset,
  type OpenImagesOptions,
  checkDataset,
  datasets,
  formatOf,
  isDatasetName,
} from "../../../data/node/index.ts";
import { pretrained } from "../../../models/index.ts";
import { presets } from "../../../study/index.ts";
import { atMostEvery } from "../../terminal/displays/throttle.ts";
import { checkLines } from "./check-lines.ts";
import { classLines, folderLines, noteLines, unreadableLines } from "./folder-lines.ts";
import { sayAside } from "../../terminal/say.ts";

/** A line of progress now and then. */
const PROGRESS_MS = 2000;

/** A data set that has been looked over. */
export interface CheckedPlace {
  readonly dataset: ImageDataset;
  readonly check: DatasetCheck;
  /** What there is to say. */
  readonly lines: readonly string[];
  /** What is wrong enough to be mended before anything is trained, as phrases. */
  readonly faults: readonly string[];
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
  const { open, inspect } = formatOf(place);
  const onProgress = progressOf();
  const inspection = await inspect?.(place, { signal, onProgress });
  let dataset: ImageDataset;
  try {
    dataset = await open(place, { ...sizeOfStudies(inspection), skipUnreadable: true, signal, onProgress });
  } catch (error) {
    if (inspection !== undefined && inspection.classes.length > 0) {
      for (const line of [...classLines(inspection), ...folderLines(inspection)]) print(line);
    }
    throw error;
  }
  const check = checkDataset(dataset);
  const { unreadable } = dataset;
  const lines = [
    ...checkLines(dataset, check),
    ...(inspection === undefined ? noteLines(dataset) : folderLines({ ...inspection, notes: dataset.notes ?? [] })),
    ...(unreadable === undefined ? [] : unreadableLines(unreadable)),
  ];
  return { dataset, check, lines, faults: faultsOf(dataset, check) };
}

function faultsOf({ unreadable = [] }: ImageDataset, { conflicts }: DatasetCheck): string[] {
  return [
    ...(unreadable.length === 0 ? [] : [`${plural(unreadable.length, "file")} cannot be read`]),
    ...(conflicts.length === 0 ? [] : [`${plural(conflicts.length, "image")} in two classes`]),
  ];
}

/**
 * The size at which a study of photographs will ask for them, so that they are read once; only where most are that
 * large, since a cache of small images enlarged is many times larger than they are.
 */
function sizeOfStudies(
  inspection: FolderInspection | undefined,
): Pick<OpenImagesOptions, "imageShape" | "resizeShorter" | "interpolation"> {
  const { source } = presets["photos"].study;
  const entry = pretrained[source as keyof typeof pretrained];
  const median = inspection?.sizes?.median;
  const [, height, width] = entry.input.shape;
  if (median === undefined || median.height < height || median.width < width) return {};
  const { shape, resize } = entry.input;
  return { imageShape: shape, resizeShorter: resize.shorterSide, interpolation: resize.interpolation };
}

/** Tells people, not files, how far the reading is. */
function progressOf(): ((images: number, total: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  const isTime = atMostEvery(PROGRESS_MS, Date.now);
  return (images, total) => {
    if (isTime()) sayAside(`  read ${count(images)} of ${count(total)} images`);
  };
}

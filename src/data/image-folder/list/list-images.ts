/** @file Finds the images of a data set: in class folders, or in the rows of a CSV file. */

import { realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, sep } from "node:path";
import { ConfigError, DataError } from "../../../core/index.ts";
import { readWholeFile } from "../../../files/index.ts";
import { meansToBeImage } from "../decode/read-image-file.ts";
import type { ImageList, ListedImage } from "./image-list.ts";
import { listClassFolders } from "./list-class-folders.ts";
import { readImageCsv } from "./read-image-csv.ts";
import { compareBytes, scanFolder, statFiles } from "./scan-folder.ts";

/** The CSV file that is used without being named. */
const CSV_NAME = "labels.csv";

/** A larger one is no list of images. */
const MAX_CSV_BYTES = 2 ** 28;

/** The images of a data set, and where they are. */
export interface FoundImages extends ImageList {
  /** What the data set is called. */
  readonly name: string;
  /** The real path that the images' paths begin from. */
  readonly root: string;
  /** Files in class folders that are no images and do not mean to be. */
  readonly ignored: number;
}

/**
 * The images in a folder, or those named by a CSV file.
 *
 * A folder with a `labels.csv` in it is read by that, any other CSV file if it is `path` itself.
 *
 * @throws ConfigError if there is nothing at `path`.
 * @throws DataError if a folder or a CSV file cannot be read.
 */
export async function listImages(
  path: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<FoundImages> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() && extname(path).toLowerCase() === ".csv") return await listCsv(path, signal);
  if (found?.isDirectory() !== true) {
    throw new ConfigError(
      `image folder: expected a folder with images or a CSV file that names them, got "${path}", ` +
        `which is ${found === undefined ? "not there" : "neither"}. Correct the path.`,
    );
  }
  const csv = join(path, CSV_NAME);
  if ((await stat(csv).catch(() => undefined)) !== undefined) return await listCsv(csv, signal);
  const root = await realpath(path);
  const list = listClassFolders(await scanFolder(root, { signal }));
  const images: ListedImage[] = [];
  for (const image of list.images) {
    if (await meansToBeImage(root, image)) images.push(image);
  }
  return { ...list, images, name: basename(root), root, ignored: list.images.length - images.length };
}

async function listCsv(csvPath: string, signal: AbortSignal | undefined): Promise<FoundImages> {
  const rows = readImageCsv(await readCsvText(csvPath), csvPath);
  const root = await realpath(dirname(csvPath));
  await refuseFoldersOutside(root, { csvPath, paths: rows.map(({ path }) => path) });
  const files = await statFiles(
    root,
    rows.map(({ path }) => path),
    { signal },
  );
  const own = basename(csvPath, extname(csvPath));
  return {
    images: files.map((file, row) => ({ ...file, className: rows[row].label, part: rows[row].part })),
    classNames: [...new Set(rows.map(({ label }) => label))].sort(compareBytes),
    outside: 0,
    passedOver: 0,
    ignored: 0,
    name: basename(csvPath) === CSV_NAME ? basename(root) : own,
    root,
  };
}

async function readCsvText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_CSV_BYTES) throw new Error(`${size} bytes`);
    return (await readWholeFile(path, "a CSV file")).toString();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`${path}: expected a CSV file that can be read, got ${reason}. Correct the file.`, {
      location: { path },
      cause,
    });
  }
}

/** A row may not lead out of the folder through a link to another. */
async function refuseFoldersOutside(
  root: string,
  { csvPath, paths }: { csvPath: string; paths: readonly string[] },
): Promise<void> {
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    const real = await realpath(join(root, folder)).catch(() => undefined);
    if (real === undefined || real === root || real.startsWith(root + sep)) continue;
    throw new DataError(
      `${csvPath}: expected images in the folder of the CSV file, got "${folder}", a link that leads out of it. ` +
        "Put the images into the folder.",
      { location: { path: csvPath } },
    );
  }
}

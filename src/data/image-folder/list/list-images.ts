/** @file Finds the images of a data set: in class folders, or in the rows of a CSV file. */

import { readdir, realpath, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { ConfigError, list as listed } from "../../../core/index.ts";
import { type UseBytes, meansToBeImage, withImageBytes } from "../decode/read-image-file.ts";
import { type ImageList, type ListedImage, partNamed } from "./image-list.ts";
import { listClassFolders, refuseAsClass } from "./list-class-folders.ts";
import { listCsv } from "./list-csv.ts";
import { listMetadata } from "./list-metadata.ts";
import { listNamedFiles } from "./list-named-files.ts";
import { type FoundFile, scanFolder } from "./scan-folder.ts";

/** The CSV file that is used without being named. */
const CSV_NAME = "labels.csv";

const CSV_ENDINGS: ReadonlySet<string> = new Set([".csv", ".tsv", ".jsonl"]);
const ARCHIVE = /\.(?:zip|rar|7z|tar|tgz|tar\.\w+)$/i;

/** The images of a data set, and where they are. */
export interface FoundImages extends ImageList {
  /** What the data set is called. */
  readonly name: string;
  /** The real path that the images' paths begin from. */
  readonly root: string;
  /** Files that are no images and do not mean to be. */
  readonly ignored: number;
  /** See `FolderScan`. */
  readonly hidden: number;
  /** What they are, as a phrase: `image files`. */
  readonly kind: string;
  /** What `use` makes of the bytes of one of them, or of why there are none; quickest in the order of their paths. */
  readonly withBytes: <T>(image: ListedImage, use: UseBytes<T>) => Promise<T>;
  /** Where one of them lies, where they are files of their own. */
  readonly fileOf?: (image: ListedImage) => string;
  /** Gives back what reading them holds. */
  readonly close?: () => Promise<void>;
}

/** Finds the images of what lies at a path. */
export type ImageLister = (path: string, options: { signal?: AbortSignal | undefined }) => Promise<FoundImages>;

/**
 * The images in a folder, or those named by a CSV file.
 *
 * A folder with a `labels.csv` in it is read by that; one that is not sorted into classes by its only CSV file, or that of
 * the training images, by `metadata.csv` files in its parts, or by names that begin with the class; any other CSV file, or
 * one of JSON lines, if it is `path` itself.
 *
 * @throws ConfigError if there is nothing at `path`.
 * @throws DataError if a folder or a CSV file cannot be read.
 */
export async function listImages(
  path: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<FoundImages> {
  const found = await findImages(path, signal);
  return { ...found, notes: [...found.notes, ...sameButCapitals(found.classNames)] };
}

async function findImages(path: string, signal: AbortSignal | undefined): Promise<FoundImages> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() && CSV_ENDINGS.has(extname(path).toLowerCase())) {
    return await ofCsv(path, { name: basename(path, extname(path)), signal });
  }
  if (found?.isDirectory() !== true) throw noFolder(path, found !== undefined);
  const csv = join(path, CSV_NAME);
  if ((await stat(csv).catch(() => undefined)) !== undefined) {
    return await ofCsv(csv, { name: basename(await realpath(path)), signal });
  }
  const root = await realpath(path);
  const scan = await scanFolder(root, { refuse: refuseAsClass, signal });
  const images: FoundFile[] = [];
  for (const file of scan.files) {
    if (await meansToBeImage(root, file)) images.push(file);
  }
  const list = listClassFolders(images, scan);
  const isSorted = list.classNames.length > 1;
  const labelled = isSorted ? undefined : await ofListsIn(root, signal);
  if (labelled !== undefined) return labelled;
  const ignored = scan.files.length - images.length;
  const named = isSorted ? undefined : listNamedFiles(images);
  return { ...(named ?? list), name: basename(root), ignored, hidden: scan.hidden, ...filesIn(root) };
}

/** The images of a folder by the list that it holds, or those of its parts; undefined where there is none. */
async function ofListsIn(root: string, signal: AbortSignal | undefined): Promise<FoundImages | undefined> {
  const name = basename(root);
  const only = await onlyCsv(root);
  if (only !== undefined) {
    const labelled = await ofCsv(join(root, only), { name, signal });
    return { ...labelled, notes: [`its labels are those of ${JSON.stringify(only)}`, ...labelled.notes] };
  }
  const list = await listMetadata(root, { signal });
  return list && { ...list, name, ignored: 0, hidden: 0, ...filesIn(root) };
}

/** A phrase for each group of classes that may be meant to be one. */
function sameButCapitals(classNames: readonly string[]): string[] {
  const groups = Object.values(Object.groupBy(classNames, (name) => name.toLowerCase()));
  return groups.flatMap((names = []) =>
    names.length < 2 ? [] : [`${listed(names.map((name) => JSON.stringify(name)))} differ in capitals alone`],
  );
}

/** Names of the CSV files in a folder. */
export async function csvFilesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => CSV_ENDINGS.has(extname(name).toLowerCase())).sort();
}

/** The only CSV file in a folder, or the only one that is called like a training part. */
async function onlyCsv(folder: string): Promise<string | undefined> {
  const files = await csvFilesIn(folder);
  const ofTraining = files.filter((name) => partNamed(basename(name, extname(name))) === "train");
  const [first, ...more] = files.length === 1 ? files : ofTraining;
  return more.length === 0 ? first : undefined;
}

async function ofCsv(
  csvPath: string,
  { name, signal }: { name: string; signal: AbortSignal | undefined },
): Promise<FoundImages> {
  const list = await listCsv(csvPath, { signal });
  return { ...list, name, ignored: 0, hidden: 0, ...filesIn(list.root) };
}

function filesIn(root: string): Pick<FoundImages, "root" | "kind" | "withBytes" | "fileOf"> {
  const fileOf = ({ path }: ListedImage): string => join(root, path);
  return { root, kind: "image files", fileOf, withBytes: (image, use) => withImageBytes(fileOf(image), image, use) };
}

function noFolder(path: string, isThere: boolean): ConfigError {
  const what = isThere ? (ARCHIVE.test(path) ? "an archive" : "neither") : "not there";
  const fix = what === "an archive" ? "Unpack it, and name the folder that comes out of it." : "Correct the path.";
  return new ConfigError(
    `image folder: expected a folder with images or a CSV file that names them, got "${path}", which is ${what}. ${fix}`,
  );
}

/** @file Data sets in several files that each hold many images: which files these are, and of which part each is. */

import { realpath, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { ConfigError, DataError, list } from "../../core/index.ts";
import { kindOf } from "../../files/index.ts";
import { type ListedPart, partNamed } from "../image-folder/list/image-list.ts";
import { type FoundFile, scanFolder } from "../image-folder/list/scan-folder.ts";

/** What separates a shard's number from its name, and the number: `-00000-of-00002`, `_0001`. */
const NUMBER = /[-_.]?(?<index>\d+)(?:[-_]of[-_](?<total>\d+))?$/;

/** Folders that say nothing of what lies in them. */
const PLAIN_FOLDER = /^(?:data|default|parquet|shards?|files)$/i;

/** A file of many images. */
export interface Shard extends FoundFile {
  /** Undefined where the data set comes without parts. */
  readonly part: ListedPart | undefined;
}

/** All files of a data set, and what was passed over. */
export interface FoundShards {
  /** What the data set is called. */
  readonly name: string;
  /** The real path that the files' paths begin from. */
  readonly root: string;
  /** In order of their paths. */
  readonly shards: readonly Shard[];
  /** Other files. */
  readonly ignored: number;
  readonly hidden: number;
  /** In phrases that follow the data set's name. */
  readonly notes: readonly string[];
}

/** Which files are meant. */
export interface ShardKind {
  /** `Parquet files`. */
  readonly title: string;
  readonly pattern: RegExp;
}

/**
 * The one file at `path`, or all of its kind in the folder there and below: `train-00000-of-00002.parquet`,
 * `data/test.parquet`, `train/0000.parquet`, by any usual name of a part.
 *
 * Without a training part there are no parts.
 *
 * @throws ConfigError if there is nothing at `path`.
 * @throws DataError if the files are of several data sets.
 */
export async function findShards(
  path: string,
  { title, pattern }: ShardKind,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<FoundShards> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) {
    const { size: sizeBytes, mtimeMs: modifiedMs, ctimeMs: changedMs } = found;
    const shard = { path: basename(path), sizeBytes, modifiedMs, changedMs, part: undefined };
    const notes = missingNotes([shard.path], pattern).map((note) => `${note}; name the folder for all of them`);
    const root = await realpath(dirname(path));
    return { name: basename(path).replace(pattern, ""), root, shards: [shard], ignored: 0, hidden: 0, notes };
  }
  if (found?.isDirectory() !== true) {
    const got = found === undefined ? "not there" : kindOf(found);
    throw new ConfigError(
      `${title}: expected one or a folder of them, got "${path}", which is ${got}. Correct the path.`,
    );
  }
  const root = await realpath(path);
  const { files, hidden } = await scanFolder(root, { signal });
  const own = files.filter((file) => pattern.test(file.path));
  requireOneDataset(own, path);
  const { shards, passedOver } = partsOf(own, pattern);
  const paths = shards.map((shard) => shard.path);
  const notes = [...missingNotes(paths, pattern), ...passedOver];
  return { name: basename(root), root, shards, ignored: files.length - own.length, hidden, notes };
}

/** The part by the name of the file, or else of a folder that it lies in. */
function partOf(path: string, pattern: RegExp): ListedPart | undefined {
  const parts = path.replace(pattern, "").split("/").reverse();
  return parts.map(partOfName).find((part) => part !== undefined);
}

/** `imagenet1k-validation-07` too: any of its words, where the name as a whole is none. */
function partOfName(name: string): ListedPart | undefined {
  const stem = name.replace(NUMBER, "");
  const named = new Set(stem.split(/[-_.]/).flatMap((word) => partNamed(word) ?? []));
  return partNamed(stem) ?? (named.size === 1 ? [...named][0] : undefined);
}

function partsOf(
  files: readonly FoundFile[],
  pattern: RegExp,
): { shards: readonly Shard[]; passedOver: readonly string[] } {
  const named = files.map((file): Shard => ({ ...file, part: partOf(file.path, pattern) }));
  if (!named.some(({ part }) => part === "train")) {
    return { shards: named.map((shard) => ({ ...shard, part: undefined })), passedOver: [] };
  }
  const others = named.filter(({ part }) => part === undefined).map(({ path }) => JSON.stringify(path));
  const why = others.length === 1 ? "it is" : "they are";
  return {
    shards: named.filter(({ part }) => part !== undefined),
    passedOver:
      others.length === 0 ? [] : [`passed over ${shortList(others)}: ${why} neither training, validation nor test`],
  };
}

/** A hub's repository may hold several: a folder for each, in which the same parts lie. */
function requireOneDataset(files: readonly FoundFile[], path: string): void {
  const folderOf = (file: FoundFile): string =>
    file.path
      .split("/")
      .slice(0, -1)
      .filter((name) => partOfName(name) === undefined && !PLAIN_FOLDER.test(name))
      .join("/");
  const folders = [...new Set(files.map(folderOf))];
  if (folders.length < 2) return;
  const named = folders.map((folder) => (folder === "" ? "files beside them" : JSON.stringify(folder)));
  throw new DataError(
    `${path}: expected one data set, got several in folders of their own: ${shortList(named)}. ` +
      "Name one of these folders.",
    { location: { path } },
  );
}

/** Which of numbered files are not there. */
function missingNotes(paths: readonly string[], pattern: RegExp): string[] {
  const groups = Map.groupBy(
    paths.map((path) => path.replace(pattern, "")).filter((path) => NUMBER.test(path)),
    (path) => `${path.replace(NUMBER, "")} ${NUMBER.exec(path)?.groups?.["total"] ?? ""}`,
  );
  return [...groups].flatMap(([key, own]) => {
    const cut = key.lastIndexOf(" ");
    const [name, total] = [key.slice(0, cut), key.slice(cut + 1)];
    const indices = own.map((path) => Number(NUMBER.exec(path)?.groups?.["index"]));
    const [first, last] = [Math.min(...indices), Math.max(...indices)];
    // numbers that begin elsewhere count something else, as in train2017
    const counted = first > 1 ? own.length : last - first + 1;
    const expected = total === "" ? counted : Number(total);
    const called = JSON.stringify(basename(name === "" ? "files" : name));
    return own.length >= expected ? [] : [`only ${own.length} of ${expected} files of ${called} are there`];
  });
}

/** The first few of many. */
export function shortList(names: readonly string[], most = 3): string {
  const more = names.length - most;
  return list(more > 0 ? [...names.slice(0, most), `${more} more`] : names);
}

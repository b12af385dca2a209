/** @file Which files in a folder the names in a CSV file mean. */

import { statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { DataError } from "../../../../core/index.ts";
import { hasImageExtension } from "../../decode/image-kind.ts";
import { partNamed } from "../image-list.ts";
import { refuseAsClass } from "../list-class-folders.ts";
import { type FoundFile, scanFolder } from "../scan-folder.ts";

/** The files in a folder and below, by their names. */
export interface ImageFinder {
  /** The file that a name of a CSV file means; undefined for none. */
  find(written: string): FoundFile | undefined;
}

/** The path from the folder of the CSV file on, with `/`; undefined for one that leads out of it. */
export function pathInside(written: string, { root, csvPath }: { root: string; csvPath: string }): string | undefined {
  if (written.includes("\0")) return undefined;
  const path = written.replaceAll("\\", "/");
  const tops = [root, resolve(dirname(csvPath))].map((top) => `${top.replaceAll("\\", "/")}/`);
  const top = tops.find((one) => path.startsWith(one));
  if (top === undefined && isAbsolute(path)) return undefined;
  const parts: string[] = [];
  for (const part of path.slice(top?.length ?? 0).split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.length === 0 ? undefined : parts.join("/");
}

/** True if there is a file of just this name. */
export function isThere(written: string, place: { root: string; csvPath: string }): boolean {
  const path = pathInside(written, place);
  if (path === undefined) return false;
  try {
    return statSync(join(place.root, path), { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // too long for a path, or through a file: no name of an image
    return false;
  }
}

/**
 * Looks through the folder of a CSV file, for names that are not paths from there on: without their folder or ending, in
 * other Unicode composition, or absolute paths of another machine; where there is none, in other capitals or with another
 * ending.
 *
 * Of several files that a name may mean, that in a folder called as the CSV file is, or in that of training.
 */
export async function createImageFinder(
  { root, csvPath }: { root: string; csvPath: string },
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<ImageFinder> {
  const { files } = await scanFolder(root, { refuse: refuseAsClass, signal });
  const byPath = new Map<string, FoundFile>();
  const byName = new Map<string, FoundFile[]>();
  for (const file of files) {
    byPath.set(file.path.normalize("NFC"), file);
    const name = loosely(basename(file.path));
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [file]);
    else known.push(file);
  }
  const own = basename(csvPath, extname(csvPath)).toLowerCase();
  const choose = (written: string, files_: readonly FoundFile[]): FoundFile | undefined => {
    if (files_.length < 2) return files_[0];
    const foldersOf = ({ path }: FoundFile): string[] => path.split("/").slice(0, -1);
    const alike = files_.filter((file) => foldersOf(file).some((folder) => folder.toLowerCase() === own));
    const training = files_.filter((file) => foldersOf(file).some((folder) => partNamed(folder) === "train"));
    const chosen = [alike, training].find(({ length }) => length === 1);
    if (chosen !== undefined) return chosen[0];
    throw new DataError(
      `${csvPath}: expected one image called ${JSON.stringify(written)}, got "${files_[0].path}" and "${files_[1].path}". ` +
        "Write paths from the folder of the CSV file on.",
      { location: { path: csvPath } },
    );
  };
  const find = (written: string): FoundFile | undefined => {
    const path = pathInside(written, { root, csvPath })?.normalize("NFC");
    if (path === undefined) return tailOf(written, byPath);
    const exact = byPath.get(path);
    if (exact !== undefined) return exact;
    const named = byName.get(loosely(basename(path))) ?? [];
    const isEnd = (end: string, whole: string): boolean => `/${whole}`.endsWith(`/${end}`);
    const plainly = named.filter(({ path: one }) => {
      const nfc = one.normalize("NFC");
      return isEnd(path, nfc) || isEnd(path, withoutEnding(nfc));
    });
    const alike = named.filter(({ path: one }) => isEnd(loosely(path), loosely(one)));
    return choose(written, plainly.length > 0 ? plainly : alike);
  };
  return { find };
}

function withoutEnding(path: string): string {
  return hasImageExtension(path) ? path.slice(0, -extname(path).length) : path;
}

/** A path without what differs where images were converted, or lay on another system. */
function loosely(path: string): string {
  return withoutEnding(path.normalize("NFC")).toLowerCase();
}

/** The longest end of an absolute path that is a file in the folder: the same data set lay elsewhere before. */
function tailOf(written: string, byPath: ReadonlyMap<string, FoundFile>): FoundFile | undefined {
  const path = written.replaceAll("\\", "/").normalize("NFC");
  if (!isAbsolute(path)) return undefined;
  const parts = path.split("/").filter((part) => part !== "");
  const ends = parts.map((_, at) => parts.slice(at).join("/"));
  return ends.flatMap((end) => byPath.get(end) ?? [])[0];
}

function isAbsolute(path: string): boolean {
  return /^(?:\/|[A-Za-z]:)/.test(path);
}

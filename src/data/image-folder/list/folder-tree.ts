/** @file Folders with images as a tree. */

import { type FoundFile, compareBytes } from "./scan-folder.ts";

/** A folder that holds images, itself or further below. */
export interface Folder {
  readonly name: string;
  /** From the data set's folder on. */
  readonly path: string;
  /** Those that lie in it and in no folder of it. */
  readonly own: FoundFile[];
  /** By name, in byte order. */
  readonly folders: Map<string, Folder>;
}

/** The folders of `files`, which are images, from the folder that their paths begin in. */
export function treeOf(files: readonly FoundFile[]): Folder {
  const root = folderAt("", "");
  // files come in order of their paths, so that most lie where the one before does
  const known = new Map<string, Folder>([["", root]]);
  const at = (path: string): Folder => {
    const found = known.get(path);
    if (found !== undefined) return found;
    const cut = path.lastIndexOf("/");
    const made = folderAt(path.slice(cut + 1), path);
    at(path.slice(0, Math.max(0, cut))).folders.set(made.name, made);
    known.set(path, made);
    return made;
  };
  for (const file of files) at(file.path.slice(0, Math.max(0, file.path.lastIndexOf("/")))).own.push(file);
  return root;
}

/** All images in a folder and below. */
export function imagesBelow({ own, folders }: Folder): FoundFile[] {
  return [...own, ...[...folders.values()].flatMap(imagesBelow)];
}

/** The folders in a folder, in byte order of their names. */
export function foldersIn({ folders }: Folder): Folder[] {
  return [...folders.values()].sort((a, b) => compareBytes(a.name, b.name));
}

/** The folder itself, or where it holds nothing but one folder that holds several, that one: `seg_train/seg_train`. */
export function unwrap(folder: Folder): Folder {
  const [only, ...others] = foldersIn(folder);
  if (only === undefined || others.length > 0) return folder;
  const inside = unwrap(only);
  return foldersIn(inside).length > 1 ? inside : folder;
}

function folderAt(name: string, path: string): Folder {
  return { name, path, own: [], folders: new Map() };
}

/** @file Images of one folder whose names begin with their class: `cat.0.jpg`, `great_pyrenees_102.jpg`. */

import { basename, dirname, extname } from "node:path";
import { list } from "../../../core/index.ts";
import { type ImageList, classNamed } from "./image-list.ts";
import { type FoundFile, compareBytes } from "./scan-folder.ts";

/** A name, then what may stand before a number, and the number at the end. */
const NAMED = /^(?<name>.*\p{L})[\W_]*\d+\W*$/u;
/** Names that cameras and programs give, which say nothing of what is shown. */
const NO_CLASS =
  /^(?:img|image|images|dsc|dscn?|dscf|dcim|pxl|p|pic|picture|photo|pano|frame|scan|screenshot|capture|file|untitled|untitled image|unnamed|unknown|train|test|val|sample)$/i;
/** What a name says of one image alone, or of nearly every one anew, is no class. */
const LEAST_IMAGES = 2;
/** Classes that are named one by one. */
const SHOWN = 5;

/** The images by the beginnings of their names; undefined where not all of them say a class, or lie apart. */
export function listNamedFiles(images: readonly FoundFile[]): ImageList | undefined {
  if (new Set(images.map(({ path }) => dirname(path))).size !== 1) return undefined;
  const named = images.flatMap((file) => {
    const name = NAMED.exec(basename(file.path, extname(file.path)))?.groups?.["name"];
    return name === undefined || NO_CLASS.test(name) ? [] : [{ ...file, className: classNamed(name), part: undefined }];
  });
  const counts = new Map<string, number>();
  for (const { className } of named) counts.set(className, (counts.get(className) ?? 0) + 1);
  const isFew = [...counts.values()].some((count) => count < LEAST_IMAGES);
  if (named.length < images.length || counts.size < 2 || isFew) return undefined;
  const classNames = [...counts.keys()].sort(compareBytes);
  const shown = classNames.slice(0, SHOWN).map((name) => JSON.stringify(name));
  const more = classNames.length - shown.length;
  return {
    images: named,
    classNames,
    outside: 0,
    notes: [
      `its classes are the beginnings of the files' names, ${list(more === 0 ? shown : [...shown, `${more} more`])}`,
    ],
  };
}

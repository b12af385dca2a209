/** @file What `graft data check` says of the files of a folder of images. */

import { count, plural, printable } from "../../../core/index.ts";
import type { FolderInspection, ImageDataset } from "../../../data/node/index.ts";

/** Files that are named one by one. */
const NAMED = 10;

/** Sizes, formats, copies and what was passed over. */
export function folderLines({ sizes, formats, copies, ignored, outside, hidden, notes }: FolderInspection): string[] {
  const of = ({ width, height }: { width: number; height: number }): string => `${width}x${height}`;
  return [
    ...(formats.length === 0
      ? []
      : [`  files: ${formats.map(({ kind, count: files }) => `${count(files)} ${kind}`).join(", ")}`]),
    ...(sizes === undefined
      ? []
      : [
          `  sizes (width x height): ${of(sizes.smallest)} to ${of(sizes.largest)}, half of them up to ${of(sizes.median)}`,
        ]),
    ...copyLines(copies),
    ...noteLines({ notes }),
    ...(ignored === 0 ? [] : [`  ${plural(ignored, "file")} without an image passed over`]),
    ...(outside === 0 ? [] : [`  ${plural(outside, "image")} outside of the class folders passed over`]),
    ...(hidden === 0 ? [] : [`  ${plural(hidden, "hidden file")} passed over`]),
  ];
}

/** How files were understood, and what of them was passed over. */
export function noteLines({ notes = [] }: Pick<ImageDataset, "notes">): string[] {
  return notes.map((note) => `  ${printable(note)}`);
}

/** Files that cannot be read, each with its reason. */
export function unreadableLines(unreadable: NonNullable<ImageDataset["unreadable"]>): string[] {
  if (unreadable.length === 0) return ["  all image files can be read"];
  const more = unreadable.length - NAMED;
  return [
    `  ${plural(unreadable.length, "file")} cannot be read; mend or remove what is damaged:`,
    ...unreadable.slice(0, NAMED).map(({ path, reason }) => `    ${printable(path)}: ${printable(reason)}`),
    ...(more > 0 ? [`    and ${plural(more, "more file")}`] : []),
  ];
}

/** Counts of files by class, for a folder that no data set can be made of. */
export function classLines({ name, classes }: FolderInspection): string[] {
  return [
    `${printable(name)}:`,
    ...classes.map(
      ({ className, train, validation, test, undivided }) =>
        `  ${printable(className)}: ${plural(train + validation + test + undivided, "file")}`,
    ),
  ];
}

function copyLines(copies: FolderInspection["copies"]): string[] {
  const [first] = copies;
  if (first === undefined) return [];
  const extra = copies.reduce((sum, group) => sum + group.length - 1, 0);
  return [
    `  ${plural(extra, "file")} the same as another, the first: ${printable(first[1])} is ${printable(first[0])}`,
  ];
}

/** @file The images that a data set is to be made of, whether folders or a CSV file say so. */

import type { FoundFile } from "./scan-folder.ts";

/** The parts that a data set can come with. */
export type ListedPart = "train" | "validation" | "test";

/** A file that is to be an image of a class. */
export interface ListedImage extends FoundFile {
  readonly className: string;
  /** Undefined where the data set comes without parts. */
  readonly part: ListedPart | undefined;
}

/** All of them, and what was left out. */
export interface ImageList {
  readonly images: readonly ListedImage[];
  /** In byte order; a class may have no images. */
  readonly classNames: readonly string[];
  /** Files that lie in none of the class folders. */
  readonly outside: number;
  /** See `FolderScan`. */
  readonly passedOver: number;
}

const partNames: Readonly<Record<string, ListedPart>> = {
  train: "train",
  training: "train",
  val: "validation",
  valid: "validation",
  validation: "validation",
  test: "test",
  testing: "test",
};

/** The part that a folder or a split of this name is; undefined for any other name. Capitals do not matter. */
export function partNamed(name: string): ListedPart | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(partNames, lower) ? partNames[lower] : undefined;
}

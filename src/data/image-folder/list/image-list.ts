/** @file The images that a data set is to be made of, whether folders or a CSV file say so. */

import { printable } from "../../../core/index.ts";
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
  /** In byte order; each has images. */
  readonly classNames: readonly string[];
  /** Images that lie in none of the class folders. */
  readonly outside: number;
  /** How folders or a file were read and what of them was passed over, in phrases that follow the data set's name. */
  readonly notes: readonly string[];
}

/** What the names of parts hold beside the part: `seg_train`, `train_images`, `train2017`. */
const AROUND = "(?:images?|imgs?|photos?|pictures?|pics?|data|dataset|sets?|seg|split|folder|files|my|\\d+(?!\\d))";
/** A longer name is none of a part: what is around it may be read in ways that double with every word. */
const LONGEST_PART_NAME = 64;

const partPattern = new RegExp(
  `^(?:${AROUND}[\\W_]*)*` +
    "(?:(?<train>train(?:ing)?|trn)|(?<validation>val(?:id(?:ation)?)?|dev(?:elopment)?|eval(?:uation)?)|" +
    `(?<test>test(?:ing)?|tst|hold[\\W_]?out))(?:[\\W_]*${AROUND})*$`,
  "i",
);

/** The part that a folder or a split of this name is, by any of its usual names; undefined for any other name. */
export function partNamed(name: string): ListedPart | undefined {
  if (name.length > LONGEST_PART_NAME) return undefined;
  const { train, validation, test } = partPattern.exec(name.trim())?.groups ?? {};
  if (train !== undefined) return "train";
  if (validation !== undefined) return "validation";
  return test === undefined ? undefined : "test";
}

/** The class that a folder's name or a label is: one of composed letters (NFC), without what nobody can see. */
export function classNamed(name: string): string {
  return printable(name.normalize("NFC"));
}

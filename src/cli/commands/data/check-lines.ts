/** @file What `graft data check` says of a data set. */

import { bytes, count, plural, printable } from "../../../core/index.ts";
import type { DatasetCheck, ImageDataset, ImagePlace, PartCheck } from "../../../data/node/index.ts";
import { IMBALANCE } from "../../study/image-notices.ts";

/** Counts, repetitions, leaks and conflicts of a data set. */
export function checkLines(
  { title, classNames, provenance, checksum, files }: ImageDataset,
  check: DatasetCheck,
): string[] {
  const { train, test, imageShape, sizeBytes } = check;
  const names = classNames.map(printable);
  const longest = names.reduce((width, name) => Math.max(width, name.length), 0);
  const classLine = (name: string, id: number): string =>
    `  ${String(id).padStart(3)} ${name.padEnd(longest)} ${count(train.perClass[id]).padStart(9)} ${count(test.perClass[id]).padStart(9)}`;
  return [
    `${printable(title)}: ${provenance}`,
    `  images of ${imageShape.join("x")} (channels, height, width), ${bytes(sizeBytes)}; SHA-256 ${checksum.slice(0, 16)}…`,
    `  class${" ".repeat(longest)} training      test`,
    ...names.map(classLine),
    `  together${" ".repeat(Math.max(0, longest - 4))}${count(train.count).padStart(9)} ${count(test.count).padStart(9)}`,
    ...partLines("training", train, names),
    ...partLines("test", test, names),
    ...imbalanceLines(train, names),
    leakLine(check, files),
    ...conflictLines(check, { classNames: names, files }),
  ];
}

function partLines(part: string, { perClass, repeated }: PartCheck, names: readonly string[]): string[] {
  const empty = names.filter((_, id) => perClass[id] === 0);
  return [
    ...(empty.length === 0
      ? []
      : [`  no ${part} images of ${empty.join(", ")}: leave ${empty.length === 1 ? "it" : "them"} out or add images`]),
    ...(repeated === 0 ? [] : [`  ${plural(repeated, `${part} image`)} repeated byte for byte`]),
  ];
}

function imbalanceLines({ perClass }: PartCheck, names: readonly string[]): string[] {
  const used = perClass.flatMap((images, id) => (images === 0 ? [] : [{ images, name: names[id] }]));
  if (used.length < 2) return [];
  const largest = used.reduce((a, b) => (b.images > a.images ? b : a));
  const smallest = used.reduce((a, b) => (b.images < a.images ? b : a));
  const ratio = largest.images / smallest.images;
  if (ratio < IMBALANCE) return [];
  return [
    `  ${largest.name} has ${ratio.toFixed(1)} times the training images of ${smallest.name}: accuracy says little of small ` +
      `classes, so look at each class, set classWeights: balanced, or compare with --images-per-class ${smallest.images}`,
  ];
}

function leakLine({ leaks }: DatasetCheck, files: ImageDataset["files"]): string {
  const [first] = leaks;
  if (first === undefined) return "  no test image is among the training images";
  const test = nameOf({ part: "test", index: first.testIndex }, files);
  const train = nameOf({ part: "train", index: first.trainIndex }, files);
  return `  ${plural(leaks.length, "test image")} also among the training images, the first: ${test} is ${train}`;
}

function conflictLines(
  { conflicts }: DatasetCheck,
  { classNames, files }: { classNames: readonly string[]; files: ImageDataset["files"] },
): string[] {
  const [first] = conflicts;
  if (first === undefined) return [];
  const one = `${nameOf(first.first, files)} and ${nameOf(first.second, files)}`;
  return [
    `  ${plural(conflicts.length, "image")} in two of the ${classNames.length} classes, the first: ${one}; ` +
      "take each out of one of them",
  ];
}

function nameOf({ part, index }: ImagePlace, files: ImageDataset["files"]): string {
  const file = files?.[part][index];
  return file === undefined ? `${part === "train" ? "training" : "test"} image ${index}` : printable(file);
}

/** @file What `graft data check` says of a data set. */

import { bytes, count, plural, printable } from "../../../core/index.ts";
import type { DatasetCheck, ImageDataset, ImagePair, ImagePlace, PartCheck } from "../../../data/node/index.ts";
import { IMBALANCE } from "../../study/image-notices.ts";
import { alignColumns } from "../../terminal/align-columns.ts";
import { imageName, partTitles } from "./image-name.ts";

/** Counts, repetitions, leaks, conflicts and looks of a data set. */
export function checkLines(dataset: ImageDataset, check: DatasetCheck): string[] {
  const { title, provenance, checksum } = dataset;
  const { parts, imageShape, sizeBytes } = check;
  const names = dataset.classNames.map(printable);
  return [
    `${printable(title)}: ${provenance}`,
    `  images of ${imageShape.join("x")} (channels, height, width), ${bytes(sizeBytes)}; SHA-256 ${checksum.slice(0, 16)}…`,
    ...countLines(check, names),
    ...parts.flatMap((part) => partLines(part, names)),
    ...parts.filter(({ part }) => part === "train").flatMap((part) => imbalanceLines(part, names)),
    ...leakLines(check, dataset),
    ...pairLines(check.conflicts, dataset, (images) => ({
      what: `${images} in two of the ${names.length} classes`,
      fix: "take each out of one of them",
    })),
    ...pairLines(check.nearDuplicates, dataset, (images) => ({
      what: `${images} all but the same as an earlier one`,
      fix: "keep one of each, or all in one part",
    })),
    ...placeLines(check.flat, dataset, (images) => `${images} of one colour alone`),
    ...placeLines(check.blurred, dataset, (images) => `${images} far less sharp than the others`),
    ...placeLines(check.grey, dataset, (images) => `${images} in grey among others in colour`),
  ];
}

/** A row for each class, a column for each part. */
function countLines({ parts }: DatasetCheck, names: readonly string[]): string[] {
  const rows = [
    ["", "class", ...parts.map(({ part }) => partTitles[part])],
    ...names.map((name, id) => [String(id), name, ...parts.map(({ perClass }) => count(perClass[id]))]),
    ["", "together", ...parts.map((part) => count(part.count))],
  ];
  return alignColumns(rows, { right: [0, ...parts.map((_, place) => place + 2)] }).map((line) => `  ${line}`);
}

function partLines({ part, perClass, repeated }: PartCheck, names: readonly string[]): string[] {
  const empty = names.filter((_, id) => perClass[id] === 0);
  const them = empty.length === 1 ? "it" : "them";
  return [
    ...(empty.length === 0
      ? []
      : [`  no ${partTitles[part]} images of ${empty.join(", ")}: leave ${them} out or add images`]),
    ...(repeated === 0 ? [] : [`  ${plural(repeated, `${partTitles[part]} image`)} repeated byte for byte`]),
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
      `classes, so look at each class, use --class-weights balanced, or compare with --images-per-class ${smallest.images}`,
  ];
}

function leakLines({ leaks }: DatasetCheck, dataset: ImageDataset): string[] {
  const kinds = new Map<string, ImagePair[]>();
  for (const pair of leaks) {
    const kind = `${pair.second.part} in ${pair.first.part}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), pair]);
  }
  return [
    ...(kinds.has("test in train") ? [] : ["  no test image is among the training images"]),
    ...[...kinds.values()].map((pairs) => {
      const [{ first, second }] = pairs;
      return (
        `  ${plural(pairs.length, `${partTitles[second.part]} image`)} also among the ${partTitles[first.part]} images, ` +
        `the first: ${imageName(second, dataset)} is ${imageName(first, dataset)}`
      );
    }),
  ];
}

function pairLines(
  pairs: readonly ImagePair[],
  dataset: ImageDataset,
  word: (images: string) => { what: string; fix: string },
): string[] {
  if (pairs.length === 0) return [];
  const [{ first, second }] = pairs;
  const { what, fix } = word(plural(pairs.length, "image"));
  return [`  ${what}, the first: ${imageName(first, dataset)} and ${imageName(second, dataset)}; ${fix}`];
}

function placeLines(places: readonly ImagePlace[], dataset: ImageDataset, word: (images: string) => string): string[] {
  if (places.length === 0) return [];
  return [`  ${word(plural(places.length, "image"))}, the first: ${imageName(places[0], dataset)}`];
}

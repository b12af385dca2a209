/** @file Images with labels as shards have them, numbers or words, as the list that a data set is made of. */

import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DataError, plural } from "../../core/index.ts";
import { type ImageList, type ListedImage, type ListedPart, classNamed } from "../image-folder/list/image-list.ts";
import { type FoundFile, compareBytes } from "../image-folder/list/scan-folder.ts";
import type { UseBytes } from "../image-folder/decode/read-image-file.ts";
import type { LooseImage } from "../image-folder/loose-images.ts";
import { shortList } from "./find-shards.ts";

/** A class's number or name. */
export type Label = number | string;

/** An image, whose label may be missing. */
export interface Sample {
  readonly file: FoundFile;
  readonly label: Label | undefined;
  readonly part: ListedPart | undefined;
}

/** Reads images by the paths that their samples have; quickest in the order of these. */
export interface SampleReader {
  /** What `use` makes of the bytes of an image, or of why there are none, as a phrase. */
  readonly withBytes: <T>(image: Pick<FoundFile, "path">, use: UseBytes<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** What is known of the samples together. */
export interface SamplesOptions {
  /** As the user wrote it. */
  readonly path: string;
  /** `row`, `sample`. */
  readonly unit: string;
  /** Of the classes, by number. */
  readonly names: readonly string[] | undefined;
  /** How a label comes to be there. */
  readonly fix: string;
}

/** -1 in all of a part, or beside numbers that have names, is how hubs write that there is none. */
const NO_LABEL = -1;

/**
 * The images that have a label; what has none is counted and named.
 *
 * Classes are in the order of their numbers, or of their names' bytes where labels are words. Those without an image
 * are left out.
 *
 * @throws DataError if a label is no number of the names, or no image has one.
 */
export function listSamples(samples: readonly Sample[], options: SamplesOptions): ImageList {
  const { path, unit, names } = options;
  const { labelled, unlabelled, hidden } = sift(samples, names);
  if (labelled.length === 0) {
    const got = samples.length === 0 ? "no images" : `none among ${plural(samples.length, unit)}`;
    throw new DataError(`${path}: expected ${unit}s of images with a label, got ${got}. ${options.fix}`, {
      location: { path },
    });
  }
  const { nameOf, classNames, note } = classesOf(labelled, options);
  const images = labelled.map(({ file, label, part }): ListedImage => ({ ...file, className: nameOf(label), part }));
  const left = names === undefined ? 0 : names.length - classNames.length;
  return {
    images,
    classNames,
    outside: 0,
    notes: [
      ...hidden.map((part) => `passed over the ${part} images (without labels)`),
      ...(unlabelled.length === 0
        ? []
        : [`passed over ${plural(unlabelled.length, unit)} without a label: ${shortList(unlabelled)}`]),
      ...(left === 0 ? [] : [`left out ${plural(left, "class", "classes")} without images`]),
      ...note,
    ],
  };
}

type Labelled = Sample & { readonly label: Label };

/** Those with a label; parts of which none has one count as hidden. */
function sift(
  samples: readonly Sample[],
  names: readonly string[] | undefined,
): { labelled: readonly Labelled[]; unlabelled: readonly string[]; hidden: readonly ListedPart[] } {
  const knownIn = new Set(samples.filter(({ label }) => isLabel(label)).map(({ part }) => part));
  const hasLabel = (sample: Sample): sample is Labelled =>
    names === undefined && knownIn.has(sample.part) ? sample.label !== undefined : isLabel(sample.label);
  const parts = new Set(samples.map(({ part }) => part));
  const hidden = [...parts].flatMap((part) => (part === undefined || knownIn.has(part) ? [] : [part]));
  return {
    labelled: samples.filter(hasLabel),
    unlabelled: samples.flatMap((sample) =>
      hasLabel(sample) || !knownIn.has(sample.part) ? [] : [JSON.stringify(sample.file.path)],
    ),
    hidden,
  };
}

function isLabel(label: Label | undefined): boolean {
  return label !== undefined && label !== NO_LABEL;
}

interface Classes {
  readonly classNames: readonly string[];
  readonly nameOf: (label: Label) => string;
  readonly note: readonly string[];
}

function classesOf(labelled: readonly Labelled[], { names, path }: SamplesOptions): Classes {
  const labels = new Set(labelled.map(({ label }) => label));
  const all = [...labels];
  if (names === undefined) {
    if (all.every((label) => typeof label === "number")) {
      return { classNames: all.sort((a, b) => a - b).map(String), nameOf: String, note: [] };
    }
    const named = new Map(all.map((label) => [label, classNamed(String(label))]));
    const classNames = [...new Set(named.values())].sort(compareBytes);
    return { classNames, nameOf: (label) => named.get(label) ?? "", note: [] };
  }
  const { shown, note } = distinct(names);
  const byName = new Map(names.map((name, id) => [classNamed(name.trim()), id]));
  const idOf = (label: Label): number | undefined => {
    const id = typeof label === "number" ? label : byName.get(classNamed(label.trim()));
    return id !== undefined && id in shown ? id : undefined;
  };
  const strange = labelled.find(({ label }) => idOf(label) === undefined);
  if (strange !== undefined) {
    throw new DataError(
      `${path}: expected labels from 0 to ${names.length - 1}, the numbers of its ${names.length} names, or one of these ` +
        `names, got ${JSON.stringify(strange.label)} for ${JSON.stringify(strange.file.path)}. Correct the label or the names.`,
      { location: { path } },
    );
  }
  const used = new Set(all.map(idOf));
  const nameOf = (label: Label): string => shown[idOf(label) ?? -1];
  return { classNames: shown.filter((_, id) => used.has(id)), nameOf, note };
}

/** Names that are all different: of several equal ones each has its number beside it, and so has an empty one. */
function distinct(names: readonly string[]): { shown: readonly string[]; note: readonly string[] } {
  const plain = names.map((name) => classNamed(name.trim()));
  const counts = new Map<string, number>();
  for (const name of plain) counts.set(name, (counts.get(name) ?? 0) + 1);
  const shown = plain.map((name, id) => (name === "" || counts.get(name) !== 1 ? `${name} (${id})`.trim() : name));
  const repeated = [...counts].flatMap(([name, count]) => (count > 1 ? [JSON.stringify(name)] : []));
  const note = `several classes are called ${shortList(repeated)}, so their numbers stand beside the name`;
  return { shown, note: repeated.length === 0 ? [] : [note] };
}

/** All images of what lies at `place`, whatever their labels. */
export function looseImages(
  place: string,
  samples: readonly Sample[],
  { withBytes, close }: SampleReader,
): readonly LooseImage[] {
  const isFolder = statSync(place).isDirectory();
  return samples.map(({ file: { path } }) => ({
    path: join(isFolder ? place : dirname(place), path),
    withBytes: (use) => withBytes({ path }, use),
    close,
  }));
}

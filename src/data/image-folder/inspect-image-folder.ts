/** @file Looks over the files of a folder of images: counts, sizes, formats, copies. */

import { hash } from "node:crypto";
import { imageLibrary, libraryBytes } from "./decode/image-library.ts";
import { type ImageKind, imageKind } from "./decode/image-kind.ts";
import { forEachInFlight } from "./in-flight.ts";
import type { ListedImage, ListedPart } from "./list/image-list.ts";
import { type FoundImages, type ImageLister, listImages } from "./list/list-images.ts";

/** Files of a class by part; `undivided` ones are in none. */
export interface ClassCounts extends Readonly<Record<ListedPart | "undivided", number>> {
  readonly className: string;
}

/** A size in pixels, as it is shown: upright. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** What the files of a folder of images are. */
export interface FolderInspection {
  readonly name: string;
  /** In order of class id. */
  readonly classes: readonly ClassCounts[];
  /** By area; undefined where no file says its size. */
  readonly sizes: { readonly smallest: PixelSize; readonly median: PixelSize; readonly largest: PixelSize } | undefined;
  /** Files by what they hold, most frequent first. */
  readonly formats: readonly { readonly kind: ImageKind; readonly count: number }[];
  /** Paths of files of the same bytes, first by path of each group first. */
  readonly copies: readonly (readonly string[])[];
  /** Files that are no images and do not mean to be. */
  readonly ignored: number;
  /** Images that lie in none of the class folders. */
  readonly outside: number;
  /** Hidden files, and what is neither file nor folder. */
  readonly hidden: number;
  /** See `ImageList`. */
  readonly notes: readonly string[];
}

/** How to look. */
export interface InspectOptions {
  readonly onProgress?: ((images: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is known of a file without decoding it. */
interface FileFacts {
  readonly kind: ImageKind | undefined;
  readonly size: PixelSize | undefined;
  readonly digest: string | undefined;
}

/**
 * Reads every image file of `path` (see `openImageFolder`), but only the beginning of what is in it.
 *
 * Which files cannot be decoded, only opening the folder tells.
 *
 * @throws ConfigError if there is nothing at `path`.
 * @throws DataError if a folder or a CSV file cannot be read.
 */
export async function inspectImageFolder(path: string, options: InspectOptions = {}): Promise<FolderInspection> {
  return await inspectListedImages(path, listImages, options);
}

/** The same of images in whatever `list` finds them. */
export async function inspectListedImages(
  path: string,
  list: ImageLister,
  { onProgress, signal }: InspectOptions = {},
): Promise<FolderInspection> {
  const found = await list(path, { signal });
  const images = found.images.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const facts: FileFacts[] = [];
  let done = 0;
  const look = async (image: ListedImage, index: number): Promise<void> => {
    facts[index] = await found.withBytes(image, factsOf);
    onProgress?.(++done, images.length);
  };
  try {
    await forEachInFlight(images, look, { signal });
  } finally {
    await found.close?.();
  }
  const { name, ignored, outside, hidden, notes } = found;
  return {
    name,
    classes: classCounts(found),
    sizes: sizesOf(facts),
    formats: formatsOf(facts),
    copies: copiesAmong(images, facts),
    ignored,
    outside,
    hidden,
    notes,
  };
}

async function factsOf(bytes: Uint8Array | string): Promise<FileFacts> {
  if (typeof bytes === "string") return { kind: undefined, size: undefined, digest: undefined };
  const sharp = await imageLibrary();
  const size = await libraryBytes(bytes)
    .then(async (read) => await sharp(read).metadata())
    .then(({ autoOrient: { width, height } }) => ({ width, height }))
    // opening the folder will say what is wrong with it
    .catch(() => undefined);
  return { kind: imageKind(bytes), size, digest: hash("sha256", bytes, "base64") };
}

function classCounts({ classNames, images }: FoundImages): readonly ClassCounts[] {
  const counts = new Map(
    classNames.map((className) => [className, { className, train: 0, validation: 0, test: 0, undivided: 0 }]),
  );
  for (const { className, part = "undivided" } of images) {
    const own = counts.get(className);
    if (own !== undefined) own[part]++;
  }
  return [...counts.values()];
}

function sizesOf(facts: readonly FileFacts[]): FolderInspection["sizes"] {
  const sizes = facts
    .flatMap(({ size }) => (size === undefined ? [] : [size]))
    .sort((a, b) => a.width * a.height - b.width * b.height || a.width - b.width);
  const last = sizes.length - 1;
  return last < 0 ? undefined : { smallest: sizes[0], median: sizes[Math.floor(last / 2)], largest: sizes[last] };
}

function formatsOf(facts: readonly FileFacts[]): FolderInspection["formats"] {
  const counts = new Map<ImageKind, number>();
  for (const { kind } of facts) if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count);
}

function copiesAmong(images: readonly ListedImage[], facts: readonly FileFacts[]): FolderInspection["copies"] {
  const groups = new Map<string, string[]>();
  facts.forEach(({ digest }, index) => {
    if (digest === undefined) return;
    const group = groups.get(digest);
    if (group === undefined) groups.set(digest, [images[index].path]);
    else group.push(images[index].path);
  });
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** @file Makes the pixels of a folder of images, in the order of training, test and validation. */

import { join } from "node:path";
import { DataError, list } from "../../core/index.ts";
import type { UnreadableFile } from "../dataset.ts";
import type { DrawnSplit } from "../drawn-split.ts";
import { PixelFile } from "../node/pixel-file.ts";
import { readImage } from "../pixels.ts";
import type { MadeImages } from "./cache/pixel-cache.ts";
import type { PixelWriter } from "./cache/pixel-writer.ts";
import { type WriteImagesOptions, type WrittenImages, writeImages } from "./cache/write-images.ts";
import { type ImageFit, fitPhrase } from "./decode/image-fit.ts";
import { readImage as decodeInto } from "./decode/read-image-file.ts";
import type { ListedImage } from "./list/image-list.ts";
import type { FoundImages } from "./list/list-images.ts";
import { type SplitList, splitList } from "./list/split-list.ts";

/** Files that are named one by one. */
const NAMED = 3;

/** Everything that decides the images. */
export interface FolderMaking {
  readonly found: FoundImages;
  /** As the user wrote it. */
  readonly path: string;
  readonly fit: ImageFit;
  readonly split: DrawnSplit;
  readonly maxPixels: number;
  readonly skipUnreadable: boolean;
  readonly onProgress: ((images: number, total: number) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

type Options = WriteImagesOptions<ListedImage>;
type Written = WrittenImages<ListedImage>;

/**
 * Reads all images and writes their pixels.
 *
 * Parts that are drawn are drawn from the images that can be read, so that a
 * bad file changes nothing but that it is missing.
 *
 * @throws DataError if images cannot be read and are not to be skipped.
 */
export async function makeFolderImages(
  begin: () => Promise<PixelWriter>,
  making: FolderMaking,
): Promise<{ writer: PixelWriter; made: MadeImages }> {
  const { found, fit, split, maxPixels } = making;
  const bad = new Map<ListedImage, string>();
  const planned = splitList(found, split);
  const options: Options = {
    imageShape: fit.imageShape,
    parts: [planned.train, planned.test, planned.validation],
    labelOf: labelsOf(found),
    read: async (file, into) => {
      const reason = await decodeInto(await found.bytesOf(file), { ...fit, maxPixels, into });
      if (reason !== undefined) bad.set(file, reason);
      return reason === undefined;
    },
    onProgress: making.onProgress,
    signal: making.signal,
  };
  const writer = await begin();
  const written = await writeImages(writer, options);
  const unreadable = [...bad]
    .map(([file, reason]) => ({ path: file.path, reason }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (!making.skipUnreadable) requireReadable(making, unreadable);
  const made = (done: Written, { phrase }: SplitList): MadeImages => describe(making, { done, phrase, unreadable });
  if (bad.size === 0 || !planned.drawn) return { writer, made: made(written, planned) };
  const images = found.images.filter((image) => !bad.has(image));
  const redrawn = splitList({ images }, split);
  const second = await begin();
  const moved = await writeImages(second, {
    ...options,
    parts: [redrawn.train, redrawn.test, redrawn.validation],
    read: readerOf(writer.temporaryPath, written),
    onProgress: undefined,
  });
  return { writer: second, made: made(moved, redrawn) };
}

/** @throws DataError saying how many of how many, and naming the first of them. */
export function requireReadable(
  { path, found: { root, images } }: Pick<FolderMaking, "path" | "found">,
  unreadable: readonly UnreadableFile[],
): void {
  const [first] = unreadable;
  if (first === undefined) return;
  const named = unreadable.slice(0, NAMED).map((file) => `${JSON.stringify(file.path)} (${file.reason})`);
  const more = unreadable.length - named.length;
  throw new DataError(
    `${path}: expected images that can be read, got ${unreadable.length} of ${images.length} that cannot: ` +
      `${list(more === 0 ? named : [...named, `${more} more`])}. ` +
      "Mend, add or remove these images, or set skipUnreadable: true to leave them out.",
    { location: { path: join(root, first.path) } },
  );
}

function labelsOf({ classNames }: FoundImages): Options["labelOf"] {
  const classIds = new Map(classNames.map((name, id) => [name, id]));
  return ({ className }) => {
    const id = classIds.get(className);
    if (id === undefined) throw new Error(`internal: no class "${className}"`);
    return id;
  };
}

/** Reads images out of a file that they were written to before. */
function readerOf(path: string, { parts }: Written): Options["read"] {
  const places = new Map(parts.flatMap(({ images }) => images).map((image, place) => [image, place]));
  return async (image, into) => {
    const place = places.get(image);
    if (place === undefined) throw new Error(`internal: "${image.path}" was not written`);
    const pixels = new PixelFile({ path, offset: 0, sizeBytes: places.size * into.length });
    readImage(pixels, place, into);
    return true;
  };
}

function describe(
  { found, fit, path }: FolderMaking,
  { done, phrase, unreadable }: { done: Written; phrase: string; unreadable: readonly UnreadableFile[] },
): MadeImages {
  const [train, test, validation] = done.parts.map(({ images, labels, crcs }) => ({
    labels,
    files: images.map((image) => image.path),
    crcs,
  }));
  if (train.labels.length === 0) {
    throw new DataError(
      `${path}: expected training images that can be read, got none. Add some, or name another folder.`,
      { location: { path } },
    );
  }
  const skipped = unreadable.length === 0 ? "" : `; unreadable files left out: ${unreadable.length}`;
  return {
    imageShape: fit.imageShape,
    classNames: found.classNames,
    train,
    test,
    validation,
    checksum: done.checksum,
    // without the folder's path: reports are shown to others
    provenance: `${found.kind} of the user's, ${phrase}; ${fitPhrase(fit)}${skipped}`,
    unreadable,
    ignored: found.ignored,
  };
}

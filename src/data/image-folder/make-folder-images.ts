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
import { UnscaledPixels } from "./decode/deep-pixels.ts";
import { readImage as decodeInto } from "./decode/read-image-file.ts";
import type { ListedImage } from "./list/image-list.ts";
import type { FoundImages } from "./list/list-images.ts";
import { type MeasuredDepths, measureDepths } from "./measure-depths.ts";
import { type SplitList, splitList } from "./list/split-list.ts";

/** Files that are named one by one. */
const NAMED = 3;

const NOT_MEASURED: MeasuredDepths = { scales: {}, notes: [], unusable: new Map() };

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
  const { found, split, skipUnreadable } = making;
  const planned = splitList(found, split);
  const { writer, written, bad, depths } = await writeAll(begin, making, planned);
  const unreadable = [...bad]
    .map(([file, reason]) => ({ path: file.path, reason }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (!skipUnreadable) requireReadable(making, unreadable);
  const made = (done: Written, { phrase }: SplitList): MadeImages =>
    describe(making, { done, phrase, unreadable, depths });
  if (bad.size === 0 || !planned.drawn) return { writer, made: made(written, planned) };
  const images = found.images.filter((image) => !bad.has(image));
  const redrawn = splitList({ images }, split);
  const second = await begin();
  const moved = await writeImages(second, {
    ...optionsFor(making, redrawn),
    read: readerOf(writer.temporaryPath, written),
    onProgress: undefined,
  });
  return { writer: second, made: made(moved, redrawn) };
}

interface WholeFolder {
  readonly writer: PixelWriter;
  readonly written: Written;
  readonly bad: ReadonlyMap<ListedImage, string>;
  readonly depths: MeasuredDepths;
}

/** Writes all images; once one turns up whose pixels are no bytes, all such are measured, and all images written anew. */
async function writeAll(
  begin: () => Promise<PixelWriter>,
  making: FolderMaking,
  planned: SplitList,
  depths?: MeasuredDepths,
): Promise<WholeFolder> {
  const { found, fit, maxPixels } = making;
  const { scales, unusable } = depths ?? NOT_MEASURED;
  const bad = new Map(unusable);
  let isUnmeasured = false;
  const read: Options["read"] = async (file, into) => {
    if (isUnmeasured || bad.has(file)) return false;
    try {
      const reason = await found.withBytes(file, (bytes) => decodeInto(bytes, { ...fit, maxPixels, scales, into }));
      if (reason !== undefined) bad.set(file, reason);
      return reason === undefined;
    } catch (error) {
      if (!(error instanceof UnscaledPixels) || depths !== undefined) throw error;
      isUnmeasured = true;
      return false;
    }
  };
  const options = optionsFor(making, planned);
  const onProgress = (images: number, total: number): void => {
    if (!isUnmeasured) making.onProgress?.(images, total);
  };
  const writer = await begin();
  const written = await writeImages(writer, { ...options, read, onProgress });
  if (!isUnmeasured) return { writer, written, bad, depths: depths ?? NOT_MEASURED };
  return await writeAll(begin, making, planned, await measureDepths(found, making));
}

function optionsFor(
  { found, fit, signal }: FolderMaking,
  { train, test, validation }: SplitList,
): Pick<Options, "imageShape" | "parts" | "labelOf" | "signal"> {
  return { imageShape: fit.imageShape, parts: [train, test, validation], labelOf: labelsOf(found), signal };
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
  {
    done,
    phrase,
    unreadable,
    depths,
  }: { done: Written; phrase: string; unreadable: readonly UnreadableFile[]; depths: MeasuredDepths },
): MadeImages {
  const [train, test, validation] = done.parts.map(({ images, labels, crcs }) => ({
    labels,
    files: images.map((image) => image.path),
    crcs,
  }));
  if (train.labels.length === 0) {
    const [first] = unreadable;
    const why = first === undefined ? "" : `: ${JSON.stringify(first.path)} (${first.reason})`;
    throw new DataError(
      `${path}: expected training images that can be read, got none${why}. Add some, or name another folder.`,
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
    notes: depths.notes,
    pixelScales: depths.scales,
  };
}

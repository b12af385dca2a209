/** @file Opens a folder of images as a data set. */

import { join } from "node:path";
import { ConfigError, DataError, plural } from "../../core/index.ts";
import { cacheDirectory } from "../../download/index.ts";
import type { ImageDataset, UnreadableFile } from "../dataset.ts";
import { type PixelCacheOptions, cacheKey, cachedImages } from "./cache/pixel-cache.ts";
import { MAX_PIXELS, imageLibrary } from "./decode/image-library.ts";
import { type ImageFitOptions, resolveFit } from "./decode/image-fit.ts";
import { type FoundImages, type ImageLister, csvFilesIn, listImages } from "./list/list-images.ts";
import { type SplitOptions, resolveSplit } from "../drawn-split.ts";
import { absence } from "./decode/read-image-file.ts";
import { type FolderMaking, makeFolderImages, requireReadable } from "./make-folder-images.ts";

/** Labels have 16 bits. */
const MAX_CLASSES = 65_535;

/** How to open a folder of images. */
export interface ImageFolderOptions extends ImageFitOptions, SplitOptions, Partial<PixelCacheOptions> {
  /** False by default: a file that cannot be read is an error. True leaves it out, and counts it. */
  readonly skipUnreadable?: boolean | undefined;
  /** Images of more pixels are not read; 100 million by default. */
  readonly maxPixels?: number | undefined;
  /** Called after every image while the cache is made. */
  readonly onProgress?: ((images: number, total: number) => void) | undefined;
}

/** A data set from files of the user's. */
export type ImageFolderDataset = ImageDataset & Required<Pick<ImageDataset, "files" | "unreadable">>;

/**
 * The images of `path` as a data set: a folder of class folders, of `train`, `val` and
 * `test` folders of class folders, or a CSV file of paths and labels.
 *
 * JPEG, PNG, WebP, GIF, TIFF and AVIF files are told by their content; see
 * `decodeImage` for what becomes of transparency, colour spaces and orientation.
 * Pixels are kept in a cache file, which is used again as long as the paths,
 * sizes and times of the files and the options are the same.
 *
 * @throws ConfigError for an option that is not possible, a path that is not there, or fewer than two classes.
 * @throws DataError if there are no images, or images that cannot be read (unless they are to be skipped).
 */
export async function openImageFolder(path: string, options: ImageFolderOptions): Promise<ImageFolderDataset> {
  return await openListedImages(path, async () => requireImages(await listImages(path, options), path), options);
}

/**
 * The same of images in whatever `list` finds them.
 *
 * @throws ConfigError or DataError as `openImageFolder`.
 */
export async function openListedImages(
  path: string,
  list: ImageLister,
  options: ImageFolderOptions,
): Promise<ImageFolderDataset> {
  const { skipUnreadable = false, maxPixels = MAX_PIXELS, cacheDir = cacheDirectory(), signal } = options;
  if (!Number.isInteger(maxPixels) || maxPixels < 1) {
    throw new ConfigError(`max pixels: expected a whole number from 1, got ${maxPixels}.`);
  }
  const making: FolderMaking = {
    found: requireClasses(await list(path, { signal }), path),
    path,
    fit: resolveFit(options),
    split: resolveSplit(options),
    maxPixels,
    skipUnreadable,
    onProgress: options.onProgress,
    signal,
  };
  if (!skipUnreadable) requireReadable(making, missingFiles(making.found));
  const cached = await cachedImages(await keyOf(making), { ...options, cacheDir }, (begin) =>
    makeFolderImages(begin, making),
  ).finally(making.found.close);
  const { index, train, test, validation } = cached;
  if (!skipUnreadable) requireReadable(making, index.unreadable);
  return {
    name: making.found.name,
    title: making.found.name,
    classNames: index.classNames,
    imageShape: index.imageShape,
    train,
    test,
    ...(validation.count === 0 ? {} : { validation }),
    checksum: index.checksum,
    provenance: index.provenance,
    files: { train: index.train.files, validation: index.validation.files, test: index.test.files },
    unreadable: index.unreadable,
    notes: [...making.found.notes, ...index.notes],
    ...(index.notes.length === 0 ? {} : { pixelScales: index.pixelScales }),
  };
}

/** Files that are named and not there: that is known before any other is read. */
function missingFiles({ root, images }: FoundImages): UnreadableFile[] {
  const missing = images.filter(({ sizeBytes }) => sizeBytes < 0);
  return missing.map(({ path }) => ({ path, reason: absence(join(root, path)) }));
}

/** The real path too: small folders of equal names, sizes and times are not the same. */
async function keyOf({ found: { root, images, classNames }, fit, split, maxPixels }: FolderMaking): Promise<string> {
  const { versions } = await imageLibrary();
  return cacheKey([
    "image folder",
    versions,
    { root, classNames, fit, split, maxPixels },
    images.map(({ path, sizeBytes, modifiedMs, changedMs, className, part = null }) => [
      path,
      sizeBytes,
      modifiedMs,
      changedMs,
      className,
      part,
    ]),
  ]);
}

/** The same list, if there is an image in it. */
async function requireImages(found: FoundImages, path: string): Promise<FoundImages> {
  const { images, outside } = found;
  if (images.length === 0) {
    const loose = outside === 0 ? "" : ` among ${plural(outside, "image")} outside of such folders`;
    const [csv] = await csvFilesIn(found.root);
    const list =
      csv === undefined ? "name the images in a labels.csv (path,label)" : `name the list of them, ${join(path, csv)}`;
    throw new DataError(
      `${path}: expected images in class folders (class/photo.jpg, or train/class/photo.jpg and test/class/photo.jpg), ` +
        `got none${loose}. Make a folder for every class, or ${list}.`,
      { location: { path } },
    );
  }
  return found;
}

/** The same list, if there is anything to learn from it. */
function requireClasses(found: FoundImages, path: string): FoundImages {
  const { classNames } = found;
  if (classNames.length < 2) {
    throw new ConfigError(
      `${path}: expected at least two classes, got one, ${JSON.stringify(classNames[0])}. ` +
        "Name the folder that holds all classes, or add images of another class.",
    );
  }
  if (classNames.length > MAX_CLASSES) {
    throw new ConfigError(
      `${path}: expected at most ${MAX_CLASSES} classes, got ${classNames.length}. ` +
        "Name a folder of fewer classes, or merge classes.",
    );
  }
  return found;
}

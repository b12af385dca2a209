/** @file The scales of all image files of a folder whose pixels are no bytes, each type's from all of its files together. */

import { open as openFile } from "node:fs/promises";
import type { Sharp } from "sharp";
import { DataError, plural } from "../../core/index.ts";
import {
  NO_VALUES,
  type PixelScale,
  type PixelScales,
  type ValueRange,
  joinRanges,
  noScaleText,
  rangeOf,
  scaleOf,
  scaleText,
} from "../pixel-scale.ts";
import { READING, unreadableReason } from "./decode/decode-image.ts";
import { imageLibrary, libraryBytes } from "./decode/image-library.ts";
import { type DeepImage, deepBytes, deepImage, deepNumbers, mayBeDeep, typeNameOf } from "./decode/deep-pixels.ts";
import { KIND_BYTES, imageKind } from "./decode/image-kind.ts";
import { createMemoryGate } from "./decode/memory-gate.ts";
import { forEachInFlight } from "./in-flight.ts";
import type { ListedImage } from "./list/image-list.ts";
import type { FoundImages } from "./list/list-images.ts";

/** Pixels that are in memory at once. */
const MEMORY_BYTES = 2 ** 29;

/** In bands, what lies above a band is decoded again. */
const BAND_BYTES = 2 ** 28;

/** What pixels that are no bytes are. */
export interface MeasuredDepths {
  readonly scales: PixelScales;
  /** What was decided, as phrases. */
  readonly notes: readonly string[];
  /** Why an image cannot be used, as a phrase. */
  readonly unusable: ReadonlyMap<ListedImage, string>;
}

/** The pixels of a type in all images that have it. */
interface Measured {
  readonly range: ValueRange;
  readonly images: number;
}

/** Which images are too large, and how they are read. */
interface MeasureOptions {
  /** Of the data set, as the user wrote it. */
  readonly path: string;
  readonly maxPixels: number;
  /** An image that takes more is read band by band. */
  readonly bandBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads all pixels that are no bytes, and finds one scale for each type.
 *
 * @throws DataError if nobody can say what is black and what is white in a type.
 */
export async function measureDepths(
  { images, fileOf, withBytes }: Pick<FoundImages, "images" | "fileOf" | "withBytes">,
  { path, maxPixels, bandBytes = BAND_BYTES, signal }: MeasureOptions,
): Promise<MeasuredDepths> {
  const gate = createMemoryGate(MEMORY_BYTES);
  const measured = new Map<string, Measured>();
  const unusable = new Map<ListedImage, string>();
  const measure = async (image: ListedImage): Promise<void> => {
    if (fileOf !== undefined) {
      const start = await beginningOf(fileOf(image));
      if (!mayBeDeep(start)) return;
      // the library reads all but these from their files
      if (imageKind(start) !== "PNM") return await measureFrom(image, fileOf(image));
    }
    await withBytes(image, async (bytes) => {
      if (typeof bytes !== "string" && mayBeDeep(bytes))
        await measureFrom(image, await libraryBytes(bytes, { maxPixels }));
    });
  };
  const measureFrom = async (image: ListedImage, input: string | Uint8Array): Promise<void> => {
    const sharp = await imageLibrary();
    const open = (): Sharp => sharp(input, { ...READING, autoOrient: false, limitInputPixels: maxPixels });
    const deep = await deepImage(open());
    if (deep === undefined) return;
    const own = await gate(Math.min(bandBytes, deepBytes(deep)), () => rangeOfImage(open, deep, bandBytes));
    if (own.notFinite > 0) unusable.set(image, `${own.notFinite} of its values are NaN or infinite`);
    else {
      const { range, images: count } = measured.get(typeNameOf(deep)) ?? { range: NO_VALUES, images: 0 };
      measured.set(typeNameOf(deep), { range: joinRanges(range, own), images: count + 1 });
    }
  };
  const orReason = async (image: ListedImage): Promise<void> =>
    await measure(image).catch((error: unknown) => void unusable.set(image, unreadableReason(error, maxPixels)));
  await forEachInFlight(images, orReason, { signal });
  return { ...decide(measured, path), unusable };
}

async function rangeOfImage(open: () => Sharp, deep: DeepImage, bandBytes: number): Promise<ValueRange> {
  const rows = Math.ceil(deep.height / Math.ceil(deepBytes(deep) / bandBytes));
  let range = NO_VALUES;
  for (let top = 0; top < deep.height; top += rows) {
    const height = Math.min(rows, deep.height - top);
    const band = open().extract({ left: 0, top, width: deep.width, height });
    range = joinRanges(range, rangeOf((await deepNumbers(band, deep)).values));
  }
  return range;
}

function decide(measured: ReadonlyMap<string, Measured>, path: string): Pick<MeasuredDepths, "scales" | "notes"> {
  const scales: Record<string, PixelScale> = {};
  const notes: string[] = [];
  for (const [typeName, { range, images }] of [...measured].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const scale = scaleOf(range);
    const what = plural(images, "image");
    if (scale === undefined) {
      throw new DataError(`${path}: ${what}: ${noScaleText(typeName, range)}`, { location: { path } });
    }
    scales[typeName] = scale;
    notes.push(`${what} with ${scaleText(typeName, range, scale)}`);
  }
  return { scales, notes };
}

/** The first bytes of a file; none where it cannot be read, which who decodes it will say. */
async function beginningOf(path: string): Promise<Uint8Array> {
  const file = await openFile(path).catch(() => undefined);
  if (file === undefined) return new Uint8Array();
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(KIND_BYTES), 0, KIND_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

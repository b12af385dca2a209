/** @file The image library, and images that it does not read by itself. */

import type sharpModule from "sharp";
import { imageKind } from "./image-kind.ts";
import { readBmp } from "./plain/bmp.ts";
import { readPnm } from "./plain/pnm.ts";

type SharpModule = typeof sharpModule;

/** A photograph of more pixels is taken for an attempt to fill the memory. */
export const MAX_PIXELS = 100_000_000;

let loaded: Promise<SharpModule> | undefined;

/**
 * The image library, set up for many images at once.
 *
 * Each image is the work of one thread, and nothing is kept: no image is read twice.
 */
export function imageLibrary(): Promise<SharpModule> {
  loaded ??= import("sharp").then(({ default: sharp }) => {
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  });
  return loaded;
}

/**
 * An image file's bytes as the library reads them: those of a BMP or PNM file become a PNG's, all others stay.
 *
 * @throws UnreadForm if it is a BMP file that is compressed.
 * @throws Error if it is damaged, or has more pixels than allowed.
 */
export async function libraryBytes(
  bytes: Uint8Array,
  { maxPixels = MAX_PIXELS }: { maxPixels?: number } = {},
): Promise<Uint8Array> {
  const kind = imageKind(bytes);
  if (kind !== "BMP" && kind !== "PNM") return bytes;
  const { pixels, ...raw } = kind === "BMP" ? readBmp(bytes, { maxPixels }) : readPnm(bytes, { maxPixels });
  const sharp = await imageLibrary();
  const [grey, color] = pixels instanceof Uint16Array ? ["grey16", "rgb16"] : ["b-w", "srgb"];
  return await sharp(pixels, { raw, limitInputPixels: maxPixels })
    .toColourspace(raw.channels === 1 ? grey : color)
    .png({ compressionLevel: 0 })
    .toBuffer();
}

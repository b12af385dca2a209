/** @file One image, from the bytes of its file or raw pixels of another size, as planes of a data set's shape. */

import type sharpModule from "sharp";
import type { Sharp } from "sharp";
import { sizeOf } from "../../../core/index.ts";
import { decodeSmallJpeg } from "./decode-small-jpeg.ts";
import type { ImageFit } from "./image-fit.ts";

type SharpModule = typeof sharpModule;

/** A photograph of more pixels is taken for an attempt to fill the memory. */
export const MAX_PIXELS = 100_000_000;

/** Red, green and blue of each pixel, as they come out of a decoder. */
interface Interleaved {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

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
 * Writes the image in a file's bytes into `into`, [channels, height, width].
 *
 * The first frame, upright by its EXIF orientation, on white where it is
 * transparent, 16 bits cut to 8. Colour profiles are not applied, as Pillow does
 * not, except that CMYK is shown as a common press would print it. Grey is ITU-R
 * 601 luma, rounded as in Pillow. Sizes change by the bilinear filter with
 * antialiasing.
 *
 * @throws Error saying why the bytes cannot be read; see `unreadableReason`.
 */
export async function decodeImage(
  bytes: Uint8Array,
  { maxPixels, ...fit }: ImageFit & { maxPixels: number },
  into: Uint8Array,
): Promise<void> {
  if (await decodedAsIs(bytes, { maxPixels, ...fit }, into)) return;
  const sharp = await imageLibrary();
  const image = sharp(bytes, {
    autoOrient: true,
    ignoreIcc: true,
    sequentialRead: true,
    failOn: "error",
    limitInputPixels: maxPixels,
  });
  await fitInto(image.flatten({ background: "#ffffff" }), fit, into);
}

/** A small JPEG of the whole image in a file's bytes, upright, whose longer side is at most `side`. */
export async function thumbnailOf(bytes: Uint8Array, side: number): Promise<Uint8Array> {
  const sharp = await imageLibrary();
  return await sharp(bytes, { autoOrient: true, limitInputPixels: MAX_PIXELS })
    .flatten({ background: "#ffffff" })
    .resize(side, side, { fit: "inside", withoutEnlargement: true })
    .toColourspace("srgb")
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** Raw planes of 3 or 1 channels as a JPEG. */
export async function encodeJpeg(
  planes: Uint8Array,
  [channels, height, width]: ImageFit["imageShape"],
): Promise<Uint8Array> {
  const sharp = await imageLibrary();
  return await sharp(interleave(planes, channels), { raw: { width, height, channels: channels === 1 ? 1 : 3 } })
    .jpeg({ quality: 90, chromaSubsampling: "4:4:4" })
    .toBuffer();
}

/** Writes raw planes of 3 or 1 channels into `into` at another size. */
export async function resizeImage(
  planes: Uint8Array,
  { from: [channels, height, width], ...fit }: ImageFit & { from: ImageFit["imageShape"] },
  into: Uint8Array,
): Promise<void> {
  const sharp = await imageLibrary();
  const image = sharp(interleave(planes, channels), { raw: { width, height, channels: channels === 1 ? 1 : 3 } });
  await fitInto(image, fit, into);
}

/** Why an image cannot be read, as a phrase, out of what `decodeImage` throws. */
export function unreadableReason(error: unknown, maxPixels: number): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes("exceeds pixel limit")) return `it has more than ${maxPixels} pixels`;
  return `it is damaged (${message.split("\n")[0].trim()})`;
}

/** True if the bytes are a small image of the right size already, whose pixels are now in `into`. */
async function decodedAsIs(
  bytes: Uint8Array,
  { imageShape, resizeShorter, maxPixels }: ImageFit & { maxPixels: number },
  into: Uint8Array,
): Promise<boolean> {
  const [, height, width] = imageShape;
  if (resizeShorter !== undefined || width * height > maxPixels) return false;
  const data = await decodeSmallJpeg(bytes, { width, height });
  if (data !== undefined) cutCentre({ data, width, height }, imageShape, into);
  return data !== undefined;
}

async function fitInto(image: Sharp, { imageShape, fit, resizeShorter }: ImageFit, into: Uint8Array): Promise<void> {
  const [, height, width] = imageShape;
  const sized =
    resizeShorter === undefined
      ? image.resize(width, height, { fit, kernel: "linear", background: "#000000", fastShrinkOnLoad: false })
      : image.resize(resizeShorter, resizeShorter, { fit: "outside", kernel: "linear", fastShrinkOnLoad: false });
  const { data, info } = await sized
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels instead of 3`);
  cutCentre({ data, ...info }, imageShape, into);
}

/** The centre of the pixels as planes; where an odd number of them is left over, half goes to even as in torchvision. */
function cutCentre(pixels: Interleaved, imageShape: ImageFit["imageShape"], into: Uint8Array): void {
  const [channels, height, width] = imageShape;
  if (into.length !== sizeOf(imageShape)) throw new Error("internal: room for an image of another shape");
  const top = halfToEven(pixels.height - height);
  const left = halfToEven(pixels.width - width);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * pixels.width + left) * 3;
    if (channels === 1) greyRow(pixels.data, start, into.subarray(y * width, (y + 1) * width));
    else colorRow(pixels.data, start, { into, row: y * width, width, area: height * width });
  }
}

function halfToEven(difference: number): number {
  const half = Math.floor(difference / 2);
  return difference % 2 === 0 || half % 2 === 0 ? half : half + 1;
}

// L = 0.299 R + 0.587 G + 0.114 B, in 65536ths
function greyRow(data: Uint8Array, start: number, row: Uint8Array): void {
  for (let x = 0, at = start; x < row.length; x++, at += 3) {
    row[x] = (19595 * data[at] + 38470 * data[at + 1] + 7471 * data[at + 2] + 0x8000) >> 16;
  }
}

function colorRow(
  data: Uint8Array,
  start: number,
  { into, row, width, area }: { into: Uint8Array; row: number; width: number; area: number },
): void {
  for (let to = row, at = start; to < row + width; to++, at += 3) {
    into[to] = data[at];
    into[to + area] = data[at + 1];
    into[to + 2 * area] = data[at + 2];
  }
}

function interleave(planes: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return planes;
  const area = planes.length / channels;
  const pixels = new Uint8Array(planes.length);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      pixels[pixel * channels + channel] = planes[channel * area + pixel];
    }
  }
  return pixels;
}

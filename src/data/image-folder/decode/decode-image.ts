/** @file One image, from the bytes of its file or raw pixels of another size, as planes of a data set's shape. */

import type { Sharp } from "sharp";
import { sizeOf } from "../../../core/index.ts";
import { type PixelScales, byteOf } from "../../pixel-scale.ts";
import { decodeSmallJpeg } from "./decode-small-jpeg.ts";
import {
  type DeepImage,
  FULL_16_BITS,
  UnscaledPixels,
  deepImage,
  deepNumbers,
  mayBeDeep,
  typeNameOf,
} from "./deep-pixels.ts";
import { halfToEven } from "./half-to-even.ts";
import type { ImageFit } from "./image-fit.ts";
import { MAX_PIXELS, imageLibrary, libraryBytes } from "./image-library.ts";
import { UnreadForm } from "./plain/plain-image.ts";
import { type Interleaved, type Sides, resample } from "./resample.ts";

/** Whatever is wrong with an image is told, and nothing of it is guessed. */
export const READING = { autoOrient: true, ignoreIcc: true, sequentialRead: true, failOn: "error" } as const;

/** What becomes of an image as it is opened. */
interface OpenImageOptions {
  readonly maxPixels: number;
  readonly scales: PixelScales;
  readonly resize: (image: Sharp) => Sharp;
  readonly ignoreIcc?: boolean;
}

/**
 * Writes the image in a file's bytes into `into`, [channels, height, width].
 *
 * The first frame, upright by its EXIF orientation, on white where it is
 * transparent. Pixels that are no bytes become bytes by the scale of their type,
 * without regard to transparency unless 16 bits are used in full. Colour profiles are not applied, as Pillow does
 * not, except that CMYK is shown as a common press would print it. Grey is ITU-R
 * 601 luma, rounded as in Pillow. Sizes change as in Pillow, see `resample`; photographs whose shorter side has more than
 * four times the pixels, and more than 1,024, are brought to that size by the image library first.
 *
 * @throws UnscaledPixels for pixels of a type that `scales` does not have.
 * @throws Error saying why the bytes cannot be read; see `unreadableReason`.
 */
export async function decodeImage(
  bytes: Uint8Array,
  { maxPixels, scales, ...fit }: ImageFit & { maxPixels: number; scales: PixelScales },
  into: Uint8Array,
): Promise<void> {
  if (await decodedAsIs(bytes, { maxPixels, ...fit }, into)) return;
  const image = await openImage(bytes, { maxPixels, scales, resize: (each) => shrunk(each, fit) });
  await fitInto(image, fit, into);
}

/** A small JPEG of the whole image in a file's bytes, upright, whose longer side is at most `side`. */
export async function thumbnailOf(
  bytes: Uint8Array,
  { side, scales }: { side: number; scales: PixelScales },
): Promise<Uint8Array> {
  const resize = (image: Sharp): Sharp => image.resize(side, side, { fit: "inside", withoutEnlargement: true });
  const image = await openImage(bytes, { maxPixels: MAX_PIXELS, scales, resize, ignoreIcc: false });
  return await resize(image).toColourspace("srgb").jpeg({ quality: 80 }).toBuffer();
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
  if (error instanceof UnscaledPixels) {
    return `its pixels are ${message}, of which nothing says what is black and what is white: save it with 8 bits`;
  }
  if (error instanceof UnreadForm) return message;
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
  if (data !== undefined) placeCentre({ data, width, height }, imageShape, into);
  return data !== undefined;
}

/** The image in a file's bytes, of pixels that are bytes; those that were none have their size already. */
async function openImage(
  bytes: Uint8Array,
  { maxPixels, scales, resize, ignoreIcc = true }: OpenImageOptions,
): Promise<Sharp> {
  const sharp = await imageLibrary();
  const read = await libraryBytes(bytes, { maxPixels });
  const image = sharp(read, { ...READING, ignoreIcc, limitInputPixels: maxPixels });
  const deep = mayBeDeep(read) ? await deepImage(image) : undefined;
  const scale = deep === undefined ? undefined : scaleFor(deep, scales);
  if (deep === undefined || scale === undefined) return image.flatten({ background: "#ffffff" });
  const { values, width, height, channels } = await deepNumbers(resize(image), deep);
  if (channels !== 1 && channels !== 3) throw new Error(`${channels} channels instead of 3`);
  // between whole numbers lie those that resizing makes of floats
  const rule = { ...scale, isWhole: scale.isWhole && deep.depth !== "float" };
  const raw = Uint8Array.from(values, (value) => byteOf(rule, value));
  return sharp(raw, { raw: { width, height, channels } });
}

/** Undefined where the library cuts 16 bits to 8. */
function scaleFor(deep: DeepImage, scales: PixelScales): PixelScales[string] | undefined {
  const typeName = typeNameOf(deep);
  if (!Object.hasOwn(scales, typeName)) throw new UnscaledPixels(typeName);
  const scale = scales[typeName];
  return deep.depth === "ushort" && scale.high === FULL_16_BITS["uint16"].high ? undefined : scale;
}

/** Photographs of more than this times the size are shrunk to it by the image library, a strip at a time. */
const SHRUNK_FROM = 4;
/** But not those that are no larger than this: they take little memory as they are. */
const LEAST_SHRUNK = 1024;

/** The image at its own size, or shrunk where it is much larger; the library finds out which, so that no header is read twice. */
function shrunk(image: Sharp, { imageShape: [, height, width], fit, resizeShorter }: ImageFit): Sharp {
  const [toWidth, toHeight] = [resizeShorter ?? width, resizeShorter ?? height];
  const times = Math.max(SHRUNK_FROM, LEAST_SHRUNK / Math.min(toWidth, toHeight));
  return image.resize(Math.round(times * toWidth), Math.round(times * toHeight), {
    kernel: "cubic",
    withoutEnlargement: true,
    fastShrinkOnLoad: false,
    fit: fit === "contain" ? "inside" : "outside",
  });
}

async function fitInto(image: Sharp, fit: ImageFit, into: Uint8Array): Promise<void> {
  const { data, info } = await shrunk(image, fit)
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels instead of 3`);
  const to = sizeOfWhole(info, fit);
  const [, height, width] = fit.imageShape;
  const window = {
    left: halfToEven(Math.max(0, to.width - width) / 2),
    top: halfToEven(Math.max(0, to.height - height) / 2),
    width: Math.min(width, to.width),
    height: Math.min(height, to.height),
  };
  const resampled = resample({ data, ...info }, { to, window, interpolation: fit.interpolation });
  placeCentre({ data: resampled, ...window }, fit.imageShape, into);
}

/** The size of the whole image before its centre is cut out, or black put around it. */
function sizeOfWhole({ width, height }: Sides, { imageShape, fit, resizeShorter }: ImageFit): Sides {
  const [, toHeight, toWidth] = imageShape;
  if (fit === "fill") return { width: toWidth, height: toHeight };
  if (fit === "contain") {
    const scale = Math.min(toWidth / width, toHeight / height);
    return { width: Math.max(1, Math.round(scale * width)), height: Math.max(1, Math.round(scale * height)) };
  }
  const [least, leastHeight] = [resizeShorter ?? toWidth, resizeShorter ?? toHeight];
  // the longer side is cut to a whole number, as in torchvision
  return least * height >= leastHeight * width
    ? { width: least, height: Math.trunc((least * height) / width) }
    : { width: Math.trunc((leastHeight * width) / height), height: leastHeight };
}

/** The pixels as planes, in the middle of black where they are fewer than the image's. */
function placeCentre({ data, width, height }: Interleaved, imageShape: ImageFit["imageShape"], into: Uint8Array): void {
  const [channels, toHeight, toWidth] = imageShape;
  if (into.length !== sizeOf(imageShape)) throw new Error("internal: room for an image of another shape");
  const top = halfToEven((toHeight - height) / 2);
  const left = halfToEven((toWidth - width) / 2);
  if (width < toWidth || height < toHeight) into.fill(0);
  for (let y = 0; y < height; y++) {
    const start = y * width * 3;
    const row = (top + y) * toWidth + left;
    if (channels === 1) greyRow(data, start, into.subarray(row, row + width));
    else colorRow(data, start, { into, row, width, area: toHeight * toWidth });
  }
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

/** From planes, [channels, height, width], to pixels, [height, width, channels]. */
export function interleave(planes: Uint8Array, channels: number): Uint8Array {
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

/** @file Portable bitmaps, graymaps and pixmaps, of text and of bytes. Source: Netpbm, "pbm", "pgm" and "ppm" formats. */

import { halfToEven } from "../half-to-even.ts";
import { type PlainImage, requireSize } from "./plain-image.ts";

interface Header {
  /** 1 to 6. */
  readonly form: number;
  readonly width: number;
  readonly height: number;
  /** White; 1 of bitmaps, in which 0 is white. */
  readonly most: number;
  readonly pixelsAt: number;
}

/** What stands between numbers: spaces, and comments up to the end of their line. */
const GAP = String.raw`(?:[ \t\v\f\r\n]|#[^\r\n]*[\r\n])+`;
const bitmapHeader = new RegExp(`^P([14])${GAP}(\\d{1,9})${GAP}(\\d{1,9})[ \\t\\v\\f\\r\\n]`);
const otherHeader = new RegExp(`^P([2356])${GAP}(\\d{1,9})${GAP}(\\d{1,9})${GAP}(\\d{1,5})[ \\t\\v\\f\\r\\n]`);
/** A comment may make it long, but not longer. */
const MOST_HEADER_BYTES = 4096;
const FULL_BYTE = 255;
const FULL_WORD = 65_535;

/** True if some first bytes of a file, 4 or more, begin such an image. */
export function isPnm(start: Uint8Array): boolean {
  return /^P[1-6][ \t\v\f\r\n]+[#\d]/.test(textOf(start.subarray(0, 32)));
}

/** False if the first bytes of a file say that 8 bits are enough for its pixels. */
export function mayTakeWords(start: Uint8Array): boolean {
  const header = headerOf(start);
  return header === undefined || header.most > FULL_BYTE;
}

/**
 * The pixels, grey or RGB: bytes where white is 255 or less, else words of which 65,535 is white.
 *
 * @throws RangeError if it ends early.
 * @throws Error if its beginning says no size, or a larger one than allowed.
 */
export function readPnm(bytes: Uint8Array, { maxPixels }: { maxPixels: number }): PlainImage {
  const header = headerOf(bytes);
  if (header === undefined || header.most === 0 || header.most > FULL_WORD)
    throw new Error("a beginning of no PNM file");
  requireSize(header, maxPixels);
  const { form, width, height, most } = header;
  const channels = form % 3 === 0 ? 3 : 1;
  const values = form <= 3 ? valuesOfText(bytes, header, channels) : valuesOfBytes(bytes, header, channels);
  if (values.length < width * height * channels) throw new RangeError("it ends early");
  if (most === FULL_BYTE && values instanceof Uint8Array) return { width, height, channels, pixels: values };
  const pixels = most > FULL_BYTE ? new Uint16Array(values.length) : new Uint8Array(values.length);
  const full = most > FULL_BYTE ? FULL_WORD : FULL_BYTE;
  for (let at = 0; at < pixels.length; at++)
    pixels[at] = isBitmap(form) ? full * (1 - values[at]) : Math.min(full, halfToEven((values[at] / most) * full));
  return { width, height, channels, pixels };
}

function headerOf(bytes: Uint8Array): Header | undefined {
  const text = textOf(bytes.subarray(0, MOST_HEADER_BYTES));
  const found = bitmapHeader.exec(text) ?? otherHeader.exec(text);
  if (found === null) return undefined;
  const [form, width, height, most = 1] = found.slice(1).map(Number);
  return { form, width, height, most, pixelsAt: found[0].length };
}

function isBitmap(form: number): boolean {
  return form === 1 || form === 4;
}

function valuesOfBytes(
  bytes: Uint8Array,
  { form, width, height, most, pixelsAt }: Header,
  channels: number,
): ArrayLike<number> {
  const count = width * height * channels;
  if (form === 4) {
    const stride = Math.ceil(width / 8);
    if (pixelsAt + stride * height > bytes.length) throw new RangeError("it ends early");
    return Uint8Array.from({ length: count }, (_, at) => {
      const x = at % width;
      return (bytes[pixelsAt + Math.floor(at / width) * stride + (x >> 3)] >> (7 - (x & 7))) & 1;
    });
  }
  if (most <= FULL_BYTE) return bytes.subarray(pixelsAt, pixelsAt + count);
  if (pixelsAt + 2 * count > bytes.length) throw new RangeError("it ends early");
  return Uint16Array.from({ length: count }, (_, at) => (bytes[pixelsAt + 2 * at] << 8) | bytes[pixelsAt + 2 * at + 1]);
}

/** Digits of bitmaps need no spaces between them. */
function valuesOfText(
  bytes: Uint8Array,
  { form, width, height, pixelsAt }: Header,
  channels: number,
): ArrayLike<number> {
  const text = textOf(bytes.subarray(pixelsAt)).replaceAll(/#[^\r\n]*/g, "");
  const numbers = text.match(isBitmap(form) ? /[01]/g : /\d+/g) ?? [];
  return numbers.slice(0, width * height * channels).map(Number);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/**
 * @file Windows and OS/2 bitmaps.
 *
 * Source: Microsoft, "Bitmap Storage" and BITMAPV5HEADER; Pillow's BmpImagePlugin for what the format leaves open: 32 bits
 * without masks have no transparency, and colours of fewer than 8 bits are cut, not rounded.
 */

import { type PlainImage, UnreadForm, requireSize } from "./plain-image.ts";

const FILE_HEADER_BYTES = 14;
/** Of OS/2, without a compression. */
const CORE_HEADER_BYTES = 12;
const INFO_HEADER_BYTES = 40;
const headerSizes: ReadonlySet<number> = new Set([CORE_HEADER_BYTES, INFO_HEADER_BYTES, 52, 56, 64, 108, 124]);
const MASKS_AT = 54;

/** Ways in which pixels are stored that are read; others are compressed. */
const PLAIN = 0;
const MASKS = 3;
const MASKS_WITH_ALPHA = 6;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  /** Red, green, blue and, where there is one, alpha; undefined where colours are whole bytes or a palette's. */
  readonly masks: readonly number[] | undefined;
  /** Entries of blue, green, red. */
  readonly palette: { readonly start: number; readonly entryBytes: number; readonly colors: number };
  readonly pixelsAt: number;
}

/** True if some first bytes of a file, 18 or more, begin a bitmap. */
export function isBmp(start: Uint8Array): boolean {
  if (start.length < FILE_HEADER_BYTES + 4 || start[0] !== 0x42 || start[1] !== 0x4d) return false;
  return headerSizes.has(viewOf(start).getUint32(FILE_HEADER_BYTES, true));
}

/**
 * The pixels of an uncompressed bitmap: grey where its palette is, RGBA where it has a mask for alpha, else RGB.
 *
 * @throws UnreadForm if it is compressed.
 * @throws RangeError if it ends early.
 * @throws Error if it is larger than allowed, or of no known depth.
 */
export function readBmp(bytes: Uint8Array, { maxPixels }: { maxPixels: number }): PlainImage {
  const header = readHeader(viewOf(bytes));
  requireSize(header, maxPixels);
  const { width, height, bits, isTopDown, pixelsAt } = header;
  const { channels, readRow } = rowsOf(bytes, header);
  const stride = 4 * Math.ceil((width * bits) / 32);
  // the last row may lack what fills it up
  const end = pixelsAt + (height - 1) * stride + Math.ceil((width * bits) / 8);
  if (end > bytes.length) throw new RangeError("it ends early");
  const pixels = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const row = pixelsAt + (isTopDown ? y : height - 1 - y) * stride;
    readRow(row, pixels.subarray(y * width * channels, (y + 1) * width * channels));
  }
  return { width, height, channels, pixels };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readHeader(view: DataView): Header {
  const pixelsAt = view.getUint32(10, true);
  const headerBytes = view.getUint32(FILE_HEADER_BYTES, true);
  const start = FILE_HEADER_BYTES + headerBytes;
  if (headerBytes === CORE_HEADER_BYTES) {
    const [width, height, bits] = [18, 20, 24].map((at) => view.getUint16(at, true));
    const palette = { start, entryBytes: 3, colors: 2 ** bits };
    return { width, height, isTopDown: false, bits, masks: defaultMasks(bits), palette, pixelsAt };
  }
  const height = view.getInt32(22, true);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const colors = view.getUint32(46, true);
  if (![PLAIN, MASKS, MASKS_WITH_ALPHA].includes(compression))
    throw new UnreadForm("it is a compressed BMP file, which is not read: save it as PNG");
  const hasMasks = compression !== PLAIN;
  const masksAfter = hasMasks && headerBytes === INFO_HEADER_BYTES ? (compression === MASKS ? 12 : 16) : 0;
  return {
    width: view.getInt32(18, true),
    height: Math.abs(height),
    isTopDown: height < 0,
    bits,
    masks: hasMasks ? masksIn(view, { headerBytes, compression }) : defaultMasks(bits),
    palette: { start: start + masksAfter, entryBytes: 4, colors: colors === 0 ? 2 ** bits : colors },
    pixelsAt,
  };
}

function masksIn(view: DataView, { headerBytes, compression }: { headerBytes: number; compression: number }): number[] {
  const hasAlpha = compression === MASKS_WITH_ALPHA || headerBytes >= 56;
  const masks = [0, 4, 8, ...(hasAlpha ? [12] : [])].map((at) => view.getUint32(MASKS_AT + at, true));
  return masks[3] === 0 ? masks.slice(0, 3) : masks;
}

function defaultMasks(bits: number): number[] | undefined {
  return bits === 16 ? [0x7c00, 0x3e0, 0x1f] : undefined;
}

/** How the pixels of a row are read, which begins at a byte. */
interface Rows {
  readonly channels: PlainImage["channels"];
  readonly readRow: (row: number, into: Uint8Array) => void;
}

function rowsOf(bytes: Uint8Array, header: Header): Rows {
  const { bits, masks } = header;
  if ([1, 2, 4, 8].includes(bits)) return rowsOfPalette(bytes, header);
  if (masks !== undefined && (bits === 16 || bits === 32)) return rowsOfMasks(bytes, { bits, masks });
  if (bits !== 24 && bits !== 32) throw new Error(`${bits} bits a pixel`);
  const readRow = (row: number, into: Uint8Array): void => {
    for (let at = 0, from = row; at < into.length; at += 3, from += bits / 8)
      [into[at], into[at + 1], into[at + 2]] = [bytes[from + 2], bytes[from + 1], bytes[from]];
  };
  return { channels: 3, readRow };
}

/** Numbers beyond the palette are black. */
function rowsOfPalette(bytes: Uint8Array, { palette: { start, entryBytes, colors }, bits }: Header): Rows {
  const perByte = 8 / bits;
  const red = new Uint8Array(2 ** bits);
  const [green, blue] = [red.slice(), red.slice()];
  for (let index = 0; index < Math.min(colors, red.length); index++)
    [blue[index], green[index], red[index]] = bytes.subarray(start + entryBytes * index);
  const isGrey = red.every((value, index) => value === green[index] && value === blue[index]);
  const tables = isGrey ? [red] : [red, green, blue];
  const readRow = (row: number, into: Uint8Array): void => {
    for (let x = 0, at = 0; at < into.length; x++) {
      const packed = bytes[row + Math.floor(x / perByte)];
      const index = (packed >> (bits * (perByte - 1 - (x % perByte)))) & (red.length - 1);
      for (const table of tables) into[at++] = table[index];
    }
  };
  return { channels: isGrey ? 1 : 3, readRow };
}

function rowsOfMasks(bytes: Uint8Array, { bits, masks }: { bits: number; masks: readonly number[] }): Rows {
  const view = viewOf(bytes);
  const parts = masks.map((mask) => {
    const unit = mask === 0 ? 1 : (mask & -mask) >>> 0;
    return { mask, unit, most: Math.max(1, mask / unit) };
  });
  const readRow = (row: number, into: Uint8Array): void => {
    for (let x = 0, at = 0; at < into.length; x++) {
      const value = bits === 16 ? view.getUint16(row + 2 * x, true) : view.getUint32(row + 4 * x, true);
      for (const { mask, unit, most } of parts) into[at++] = Math.floor((255 * (((value & mask) >>> 0) / unit)) / most);
    }
  };
  return { channels: masks.length === 4 ? 4 : 3, readRow };
}

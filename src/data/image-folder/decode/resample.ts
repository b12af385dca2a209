/** @file Brings pixels to another size as Pillow does, which networks are trained and published with. */

import type { Interpolation } from "../../../core/index.ts";

/** Of weights as whole numbers, so that 255 times their sum stays within 32 bits. */
const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

/** Red, green and blue of each pixel, row by row. */
export interface Interleaved {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Width and height of an image. */
export interface Sides {
  readonly width: number;
  readonly height: number;
}

/** A part of an image. */
export interface Window extends Sides {
  readonly left: number;
  readonly top: number;
}

interface Filter {
  /** Nothing further away counts, in pixels of the coarser image. */
  readonly support: number;
  readonly weight: (distance: number) => number;
}

/** Keys 1981, "Cubic convolution interpolation for digital image processing", with the parameter that Pillow has. */
const KEYS = -0.5;

const filters: Readonly<Record<Interpolation, Filter>> = {
  bilinear: { support: 1, weight: (distance) => Math.max(0, 1 - distance) },
  bicubic: {
    support: 2,
    weight: (x) => {
      if (x < 1) return ((KEYS + 2) * x - (KEYS + 3)) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * KEYS : 0;
    },
  },
};

/**
 * The window of the image at size `to`, as [height, width, 3] bytes.
 *
 * Along rows first, then along columns, each rounded to bytes; where an image shrinks the filter widens with it.
 *
 * Source: the description of Image.resize and reducing filters in Pillow's documentation.
 */
export function resample(
  { data, width, height }: Interleaved,
  { to, window, interpolation }: { to: Sides; window: Window; interpolation: Interpolation },
): Uint8Array {
  if (width === to.width && height === to.height) return windowOf(data, { width, window });
  const filter = filters[interpolation];
  const rows = tapsOf(height, to.height, { first: window.top, count: window.height, filter });
  const columns = tapsOf(width, to.width, { first: window.left, count: window.width, filter });
  const top = rows.starts[0];
  const bottom = rows.starts[window.height - 1] + rows.counts[window.height - 1];
  const along = new Uint8Array((bottom - top) * window.width * 3);
  for (let y = top; y < bottom; y++) {
    filterRow(data.subarray(y * width * 3, (y + 1) * width * 3), columns, along.subarray((y - top) * window.width * 3));
  }
  const rowBytes = window.width * 3;
  const done = new Uint8Array(window.height * rowBytes);
  for (let y = 0; y < window.height; y++) {
    filterColumns(along, { taps: rows, at: y, top, rowBytes }, done.subarray(y * rowBytes, (y + 1) * rowBytes));
  }
  return done;
}

/** Nothing is between pixels that stay where they are. */
function windowOf(data: Uint8Array, { width, window }: { width: number; window: Window }): Uint8Array {
  const rowBytes = window.width * 3;
  const cut = new Uint8Array(window.height * rowBytes);
  for (let y = 0; y < window.height; y++) {
    const from = ((window.top + y) * width + window.left) * 3;
    cut.set(data.subarray(from, from + rowBytes), y * rowBytes);
  }
  return cut;
}

/** Which pixels of a line make each of the new ones, and with what weights. */
interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `most` for each new pixel, in 2^22nds. */
  readonly weights: Int32Array;
  readonly most: number;
}

function tapsOf(
  from: number,
  to: number,
  { first, count, filter }: { first: number; count: number; filter: Filter },
): Taps {
  const scale = from / to;
  const widened = Math.max(1, scale);
  const reach = filter.support * widened;
  const most = 2 * Math.ceil(reach) + 1;
  const starts = new Int32Array(count);
  const counts = new Int32Array(count);
  const weights = new Int32Array(count * most);
  const exact = new Float64Array(most);
  for (let index = 0; index < count; index++) {
    const centre = (first + index + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const taps = Math.min(from, Math.trunc(centre + reach + 0.5)) - start;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      exact[tap] = filter.weight(Math.abs(start + tap - centre + 0.5) / widened);
      sum += exact[tap];
    }
    for (let tap = 0; tap < taps; tap++) weights[index * most + tap] = wholeWeight(exact[tap] / sum);
    starts[index] = start;
    counts[index] = taps;
  }
  return { starts, counts, weights, most };
}

/** Away from zero at one half. */
function wholeWeight(weight: number): number {
  const scaled = weight * (1 << PRECISION_BITS);
  return Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

function filterRow(row: Uint8Array, { starts, counts, weights, most }: Taps, into: Uint8Array): void {
  for (let x = 0; x < starts.length; x++) {
    let [red, green, blue] = [HALF, HALF, HALF];
    let from = starts[x] * 3;
    const end = x * most + counts[x];
    for (let tap = x * most; tap < end; tap++, from += 3) {
      const weight = weights[tap];
      red = (red + Math.imul(row[from], weight)) | 0;
      green = (green + Math.imul(row[from + 1], weight)) | 0;
      blue = (blue + Math.imul(row[from + 2], weight)) | 0;
    }
    into[3 * x] = byteOf(red);
    into[3 * x + 1] = byteOf(green);
    into[3 * x + 2] = byteOf(blue);
  }
}

function filterColumns(
  image: Uint8Array,
  {
    taps: { starts, counts, weights, most },
    at,
    top,
    rowBytes,
  }: { taps: Taps; at: number; top: number; rowBytes: number },
  into: Uint8Array,
): void {
  const sums = new Int32Array(rowBytes).fill(HALF);
  for (let tap = 0; tap < counts[at]; tap++) {
    const weight = weights[at * most + tap];
    const from = (starts[at] + tap - top) * rowBytes;
    for (let x = 0; x < rowBytes; x++) sums[x] += Math.imul(image[from + x], weight);
  }
  for (let x = 0; x < rowBytes; x++) into[x] = byteOf(sums[x]);
}

function byteOf(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

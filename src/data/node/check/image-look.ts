/** @file What an image looks like, in numbers: its fingerprint, its sharpness, whether it has colour. */

import type { ImageShape } from "../../dataset.ts";

/** Side of the small grey image that fingerprints are made of. */
const SIDE = 32;
/** Lowest frequencies in each direction that a fingerprint knows. */
const FREQUENCIES = 8;
/** Standard deviation of brightness, of 255, below which an image shows nothing. */
const FLAT = 2;
/** Of the median sharpness. */
const BLURRED = 0.2;
/** Fewer images have no usual sharpness. */
const FEWEST_COMPARED = 10;

/** An image as far as others are like it. */
export interface ImageLook {
  /** [32, 32] brightness with mean 0 and length 1; all 0 for a flat image. */
  readonly small: Float32Array;
  /** 64 bits in two halves: whether each low frequency of `small` is above their median. */
  readonly fingerprint: readonly [number, number];
  /** Mean difference of a pixel's brightness from that of its neighbours, in standard deviations of the image. */
  readonly sharpness: number;
  /** True if all channels are equal. */
  readonly isGrey: boolean;
  /** True if hardly anything is to be seen. */
  readonly isFlat: boolean;
}

/**
 * image: [channels, height, width] bytes.
 *
 * Source of the fingerprint: perceptual hashing by the discrete cosine transform, Zauner 2010, "Implementation and
 * benchmarking of perceptual image hash functions", section 3.2.
 */
export function lookAtImage(image: Uint8Array, [channels, height, width]: ImageShape): ImageLook {
  const area = height * width;
  const brightness = brightnessOf(image, channels, area);
  const deviation = standardDeviation(brightness);
  const isFlat = deviation < FLAT;
  const small = isFlat ? new Float32Array(SIDE * SIDE) : normalize(shrink(brightness, height, width));
  return {
    small,
    fingerprint: fingerprintOf(small),
    sharpness: isFlat ? 0 : roughness(brightness, height, width) / deviation,
    isGrey: hasEqualChannels(image, area),
    isFlat,
  };
}

/** Which images are far less sharp than is usual among them; none where they are few. */
export function findBlurred(looks: readonly ImageLook[]): boolean[] {
  const seen = looks.filter(({ isFlat }) => !isFlat).map(({ sharpness }) => sharpness);
  const median = seen.toSorted((a, b) => a - b)[Math.floor(seen.length / 2)] ?? 0;
  return looks.map(
    ({ isFlat, sharpness }) => seen.length >= FEWEST_COMPARED && !isFlat && sharpness < BLURRED * median,
  );
}

/** Mean of the channels. */
function brightnessOf(image: Uint8Array, channels: number, area: number): Float32Array {
  const brightness = new Float32Array(area);
  for (let channel = 0; channel < channels; channel++) {
    for (let at = 0; at < area; at++) brightness[at] += image[channel * area + at] / channels;
  }
  return brightness;
}

function standardDeviation(values: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / values.length - (sum / values.length) ** 2));
}

/** Means over the squares of a grid; of a smaller image, pixels are repeated. */
function shrink(values: Float32Array, height: number, width: number): Float32Array {
  const small = new Float32Array(SIDE * SIDE);
  const span = (place: number, length: number): [number, number] => {
    const start = Math.floor((place * length) / SIDE);
    return [start, Math.max(start + 1, Math.floor(((place + 1) * length) / SIDE))];
  };
  for (let row = 0; row < SIDE; row++) {
    const [top, bottom] = span(row, height);
    for (let column = 0; column < SIDE; column++) {
      const [left, right] = span(column, width);
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += values[y * width + x];
      small[row * SIDE + column] = sum / ((bottom - top) * (right - left));
    }
  }
  return small;
}

/** Mean 0 and length 1. */
function normalize(values: Float32Array): Float32Array {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  const length = Math.sqrt(squares - sum * mean);
  return values.map((value) => (length > 0 ? (value - mean) / length : 0));
}

/** cos(pi (x + 1/2) u / 32) by u, then x. */
const cosines = Float32Array.from({ length: FREQUENCIES * SIDE }, (_, at) =>
  Math.cos((Math.PI / SIDE) * ((at % SIDE) + 0.5) * Math.floor(at / SIDE)),
);

/** The lowest frequencies but the mean, each above or below their median. */
function fingerprintOf(small: Float32Array): [number, number] {
  const rows = new Float32Array(FREQUENCIES * SIDE);
  for (let u = 0; u < FREQUENCIES; u++) {
    for (let y = 0; y < SIDE; y++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += cosines[u * SIDE + x] * small[y * SIDE + x];
      rows[u * SIDE + y] = sum;
    }
  }
  const frequencies = new Float32Array(FREQUENCIES * FREQUENCIES);
  for (let u = 0; u < FREQUENCIES; u++) {
    for (let v = 0; v < FREQUENCIES; v++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += cosines[v * SIDE + y] * rows[u * SIDE + y];
      frequencies[u * FREQUENCIES + v] = sum;
    }
  }
  const median = frequencies.slice(1).sort()[Math.floor((frequencies.length - 1) / 2)];
  const bitsOf = (values: Float32Array): number =>
    values.reduce((bits, value, place) => (value > median ? bits | (1 << place) : bits), 0);
  return [bitsOf(frequencies.subarray(0, 32)), bitsOf(frequencies.subarray(32))];
}

/** Mean over the pixels of |neighbours' mean - pixel|, the edge left out. */
function roughness(values: Float32Array, height: number, width: number): number {
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      sum += Math.abs((values[at - 1] + values[at + 1] + values[at - width] + values[at + width]) / 4 - values[at]);
    }
  }
  return sum / Math.max(1, (height - 2) * (width - 2));
}

function hasEqualChannels(image: Uint8Array, area: number): boolean {
  for (let at = area; at < image.length; at++) if (image[at] !== image[at - area]) return false;
  return true;
}

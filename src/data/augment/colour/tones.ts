/** @file Changes of the levels of an image of one or three channels, in place on its bytes, with Pillow's results to the byte. */

import type { ImageShape } from "../../dataset.ts";

const LEVELS = 256;
const WHITE = LEVELS - 1;

/** Towards black with a factor below 1, away from it above. Source: Pillow's ImageEnhance.Brightness. */
export function adjustBrightness(image: Uint8Array, factor: number): void {
  blend(image, new Uint8Array(image.length), factor);
}

/** Away from every pixel's own grey, or towards it; one channel stays. Source: Pillow's ImageEnhance.Color. */
export function adjustColor(image: Uint8Array, imageShape: ImageShape, factor: number): void {
  const grey = greyOf(image, imageShape);
  const other = new Uint8Array(image.length);
  for (let start = 0; start < image.length; start += grey.length) other.set(grey, start);
  blend(image, other, factor);
}

/** Away from the mean grey of the image, or towards it. Source: Pillow's ImageEnhance.Contrast. */
export function adjustContrast(image: Uint8Array, imageShape: ImageShape, factor: number): void {
  const grey = greyOf(image, imageShape);
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  blend(image, new Uint8Array(image.length).fill(mean + 0.5), factor);
}

/** Away from the smoothed image, or towards it; the outermost pixels stay. Source: Pillow's ImageEnhance.Sharpness. */
export function adjustSharpness(image: Uint8Array, [, height, width]: ImageShape, factor: number): void {
  const smooth = image.slice();
  for (let start = 0; start < image.length; start += height * width) {
    for (let y = 1; y < height - 1; y++) {
      for (let at = start + y * width + 1; at < start + (y + 1) * width - 1; at++) {
        const around = threeAt(image, at - width) + threeAt(image, at) + threeAt(image, at + width);
        // the middle counts five times, its neighbours once
        smooth[at] = (around + 4 * image[at]) / 13 + 0.5;
      }
    }
  }
  blend(image, smooth, factor);
}

/** Keeps the uppermost bits of every level. Source: Pillow's ImageOps.posterize. */
export function posterize(image: Uint8Array, bits: number): void {
  const mask = WHITE << (8 - bits);
  mapLevels(image, (level) => level & mask);
}

/** Turns the levels from `threshold` on into their negatives. Source: Pillow's ImageOps.solarize. */
export function solarize(image: Uint8Array, threshold: number): void {
  mapLevels(image, (level) => (level < threshold ? level : WHITE - level));
}

/** Stretches the levels of every channel from black to white. Source: Pillow's ImageOps.autocontrast. */
export function autoContrast(image: Uint8Array, imageShape: ImageShape): void {
  for (const plane of planesOf(image, imageShape)) {
    const counts = countLevels(plane);
    const darkest = counts.findIndex((count) => count > 0);
    const lightest = counts.findLastIndex((count) => count > 0);
    if (darkest === lightest) continue;
    const scale = WHITE / (lightest - darkest);
    const offset = -darkest * scale;
    mapLevels(plane, (level) => level * scale + offset);
  }
}

/** Makes the levels of every channel about equally frequent. Source: Pillow's ImageOps.equalize. */
export function equalize(image: Uint8Array, imageShape: ImageShape): void {
  for (const plane of planesOf(image, imageShape)) {
    const counts = countLevels(plane);
    const lightest = counts.findLastIndex((count) => count > 0);
    const step = Math.floor((plane.length - counts[lightest]) / WHITE);
    if (step === 0) continue;
    let below = Math.floor(step / 2);
    const table = counts.map((count) => {
      const level = Math.floor(below / step);
      below += count;
      return level;
    });
    mapLevels(plane, (level) => table[level]);
  }
}

/** other + factor · (image − other) in float32, kept in [0, 255] and cut to whole levels. Source: Pillow's Image.blend. */
function blend(image: Uint8Array, other: Uint8Array, factor: number): void {
  const share = Math.fround(factor);
  for (let at = 0; at < image.length; at++) {
    image[at] = toLevel(Math.fround(other[at] + Math.fround(share * (image[at] - other[at]))));
  }
}

/** ITU-R BT.601's luma of every pixel, [height · width]. */
function greyOf(image: Uint8Array, [channels, height, width]: ImageShape): Uint8Array {
  if (channels === 1) return image;
  const pixels = height * width;
  const grey = new Uint8Array(pixels);
  for (let at = 0; at < pixels; at++) {
    // in 65,536ths, half a level upwards
    grey[at] = (19595 * image[at] + 38470 * image[at + pixels] + 7471 * image[at + 2 * pixels] + 0x8000) >> 16;
  }
  return grey;
}

/** How many pixels have each level. */
function countLevels(plane: Uint8Array): Uint32Array {
  const counts = new Uint32Array(LEVELS);
  for (const level of plane) counts[level]++;
  return counts;
}

function mapLevels(levels: Uint8Array, change: (level: number) => number): void {
  const table = Uint8Array.from({ length: LEVELS }, (_, level) => toLevel(change(level)));
  for (let at = 0; at < levels.length; at++) levels[at] = table[levels[at]];
}

/** Towards black, as a conversion to an integer does. */
function toLevel(value: number): number {
  return value < 0 ? 0 : value > WHITE ? WHITE : Math.floor(value);
}

function planesOf(image: Uint8Array, [channels, height, width]: ImageShape): Uint8Array[] {
  const pixels = height * width;
  return Array.from({ length: channels }, (_, channel) => image.subarray(channel * pixels, (channel + 1) * pixels));
}

/** The sum of a pixel and its neighbours to the left and right. */
function threeAt(image: Uint8Array, at: number): number {
  return image[at - 1] + image[at] + image[at + 1];
}

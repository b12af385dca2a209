/** @file Images as small as a report shows them. */

import type { ImageShape } from "../../data/index.ts";

/** Longest side of an image in a report, in pixels of the image. */
const LONGEST_SIDE = 64;

/** The shape of {@link thumbnail}. */
export function thumbnailShape([channels, height, width]: ImageShape): ImageShape {
  const factor = factorOf(height, width);
  return [channels, Math.floor(height / factor), Math.floor(width / factor)];
}

/** [channels, height, width] bytes, each the mean of a square of the image; the image itself if it is small enough. */
export function thumbnail(image: Uint8Array, imageShape: ImageShape): Uint8Array {
  const [channels, height, width] = imageShape;
  const factor = factorOf(height, width);
  if (factor === 1) return image;
  const [, rows, columns] = thumbnailShape(imageShape);
  const small = new Uint8Array(channels * rows * columns);
  let place = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const first = (channel * height + row * factor) * width + column * factor;
        small[place++] = meanOfSquare(image, { first, width, factor });
      }
    }
  }
  return small;
}

function factorOf(height: number, width: number): number {
  return Math.ceil(Math.max(height, width) / LONGEST_SIDE);
}

function meanOfSquare(
  image: Uint8Array,
  { first, width, factor }: { first: number; width: number; factor: number },
): number {
  let sum = 0;
  for (let y = 0; y < factor; y++) for (let x = 0; x < factor; x++) sum += image[first + y * width + x];
  return Math.round(sum / factor ** 2);
}

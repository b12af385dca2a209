/** @file A covered square, in place on the bytes of one image. */

import type { RandomStream } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";

/** Covers what is not said to be covered otherwise. */
const MID_GREY = 128;

/**
 * Draws the row, then the column of the square's middle, anywhere in the image, and covers the part that lies inside.
 *
 * The middle of an even side is the pixel below and to the right of it.
 * Source: DeVries and Taylor 2017, arXiv:1708.04552, section 3.
 */
export function cutOut(
  image: Uint8Array,
  imageShape: ImageShape,
  { side, fill, stream }: { side: number; fill: readonly number[] | undefined; stream: RandomStream },
): void {
  const [channels, height, width] = imageShape;
  const top = stream.integer(height) - Math.floor(side / 2);
  const left = stream.integer(width) - Math.floor(side / 2);
  const [firstRow, endRow] = [Math.max(0, top), Math.min(height, top + side)];
  const [firstColumn, endColumn] = [Math.max(0, left), Math.min(width, left + side)];
  for (let channel = 0; channel < channels; channel++) {
    const value = fill?.[channel] ?? MID_GREY;
    for (let y = firstRow; y < endRow; y++) {
      const row = (channel * height + y) * width;
      image.fill(value, row + firstColumn, row + endColumn);
    }
  }
}

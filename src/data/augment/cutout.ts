/** @file A covered square, in place on the bytes of one image. */

import { defineAugmenter } from "./augmenter.ts";
import { checkPixels } from "./bounds.ts";

/** Covers what is not said to be covered otherwise. */
const MID_GREY = 128;

/**
 * Draws the row, then the column of the square's middle, anywhere in the image, and covers the part that lies inside.
 *
 * The middle of an even side is the pixel below and to the right of it.
 * Source: DeVries and Taylor 2017, arXiv:1708.04552, section 3.
 */
export const cutout = defineAugmenter({
  field: {
    kind: "whole number",
    min: 0,
    max: 1024,
    default: 0,
    description: "cover a square of so many pixels a side with the mean colour (DeVries and Taylor 2017)",
  },
  check: (side, imageShape) => {
    const [, height, width] = imageShape;
    checkPixels("cutout", side, { largest: Math.min(height, width), imageShape });
  },
  change: (image, side, { imageShape: [channels, height, width], stream, fill }) => {
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
  },
});

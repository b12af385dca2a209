/** @file Padded crops, in place on the bytes of one image. */

import { sizeOf } from "../../../core/index.ts";
import { defineAugmenter } from "../augmenter.ts";
import { checkPixels } from "../bounds.ts";
import { reflect } from "./reflect.ts";

/** Draws the row and the column of a window of the image's size in its reflection (`numpy.pad`'s "reflect"). */
export const crop = defineAugmenter({
  field: {
    kind: "whole number",
    min: 0,
    max: 16,
    default: 0,
    description: "pad by so many pixels, then crop at random",
  },
  check: (pixels, imageShape) => {
    const [, height, width] = imageShape;
    // reflection can fill no more
    checkPixels("crop", pixels, { largest: Math.min(height, width) - 1, imageShape });
  },
  change: (image, pixels, { imageShape, stream }) => {
    const top = stream.integer(2 * pixels + 1) - pixels;
    const left = stream.integer(2 * pixels + 1) - pixels;
    if (top === 0 && left === 0) return;
    const [channels, height, width] = imageShape;
    const original = image.slice(0, sizeOf(imageShape));
    const columns = Uint32Array.from({ length: width }, (_, x) => reflect(x + left, width));
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < height; y++) {
        const from = (channel * height + reflect(y + top, height)) * width;
        const to = (channel * height + y) * width;
        for (let x = 0; x < width; x++) image[to + x] = original[from + columns[x]];
      }
    }
  },
});

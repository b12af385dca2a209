/** @file Mirror images, in place on the bytes of one image. */

import { defineAugmenter } from "../augmenter.ts";

export const flip = defineAugmenter({
  field: { kind: "switch", default: false, description: "mirror each image left to right half of the time" },
  change: (image, _, { imageShape: [channels, height, width], stream }) => {
    if (stream.integer(2) === 0) return;
    for (let row = 0; row < channels * height; row++) image.subarray(row * width, (row + 1) * width).reverse();
  },
});

export const flipVertical = defineAugmenter({
  field: { kind: "switch", default: false, description: "turn each image upside down half of the time" },
  change: (image, _, { imageShape: [channels, height, width], stream }) => {
    if (stream.integer(2) === 0) return;
    for (let first = 0; first < channels * height; first += height) {
      for (let y = 0; y < Math.floor(height / 2); y++) {
        const upper = (first + y) * width;
        const lower = (first + height - 1 - y) * width;
        const row = image.slice(upper, upper + width);
        image.copyWithin(upper, lower, lower + width);
        image.set(row, lower);
      }
    }
  },
});

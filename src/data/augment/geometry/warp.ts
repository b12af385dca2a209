/** @file Affine maps of an image, in place on its bytes. */

import { sizeOf } from "../../../core/index.ts";
import type { ImageShape } from "../../dataset.ts";

/**
 * Where the place (x, y) of the new image is in the old one: (a·x + b·y + c, d·x + e·y + f).
 *
 * Places count in pixels from the upper left corner, so that the first pixel's middle is (0.5, 0.5).
 */
export type AffineMap = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/**
 * Takes every pixel from where the map says: bilinear, half a level to the even one.
 *
 * What comes in from outside repeats the edge. It continues a plain ground, and shows nothing mirrored, which a
 * reflection would wherever much comes in.
 */
export function warp(image: Uint8Array, imageShape: ImageShape, [a, b, c, d, e, f]: AffineMap): void {
  const [, height, width] = imageShape;
  const original = image.slice(0, sizeOf(imageShape));
  const out = new Uint8ClampedArray(image.buffer, image.byteOffset, original.length);
  const plane = height * width;
  for (let y = 0; y < height; y++) {
    const rowX = b * (y + 0.5) + c - 0.5;
    const rowY = e * (y + 0.5) + f - 0.5;
    for (let x = 0; x < width; x++) {
      const sourceX = clamp(a * (x + 0.5) + rowX, width - 1);
      const sourceY = clamp(d * (x + 0.5) + rowY, height - 1);
      const left = Math.floor(sourceX);
      const upper = Math.floor(sourceY);
      const across = sourceX - left;
      const down = sourceY - upper;
      const right = left + 1 < width ? 1 : 0;
      const below = upper + 1 < height ? width : 0;
      const lowerRight = down * across;
      const upperRight = across - lowerRight;
      const lowerLeft = down - lowerRight;
      const upperLeft = 1 - down - upperRight;
      let from = upper * width + left;
      for (let to = y * width + x; to < out.length; to += plane, from += plane) {
        out[to] =
          upperLeft * original[from] +
          upperRight * original[from + right] +
          lowerLeft * original[from + below] +
          lowerRight * original[from + below + right];
      }
    }
  }
}

function clamp(place: number, last: number): number {
  return place < 0 ? 0 : place > last ? last : place;
}

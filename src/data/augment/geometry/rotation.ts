/** @file Rotations about the middle, in place on the bytes of one image. */

import { sizeOf } from "../../../core/index.ts";
import type { ImageShape } from "../../dataset.ts";
import { defineAugmenter, strength } from "../augmenter.ts";
import { checkDegrees } from "../bounds.ts";
import { reflect } from "./reflect.ts";

export const rotation = defineAugmenter({
  field: strength(180, "turn by up to so many degrees, to either side"),
  check: (degrees) => checkDegrees("rotation", degrees),
  change: (image, degrees, { imageShape, stream }) => rotate(image, imageShape, degrees * (2 * stream.uniform() - 1)),
});

/** Turns an image counter-clockwise: bilinear, what comes in from outside is reflected, half a level to the even one. */
export function rotate(image: Uint8Array, imageShape: ImageShape, degrees: number): void {
  if (degrees === 0) return;
  const [channels, height, width] = imageShape;
  const original = image.slice(0, sizeOf(imageShape));
  const out = new Uint8ClampedArray(image.buffer, image.byteOffset, original.length);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const plane = height * width;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // where the pixel comes from; rows count downwards
      const dx = x - middleX;
      const dy = y - middleY;
      const sourceX = reflect(middleX + cos * dx - sin * dy, width);
      const sourceY = reflect(middleY + sin * dx + cos * dy, height);
      const left = Math.floor(sourceX);
      const upper = Math.floor(sourceY);
      const across = sourceX - left;
      const down = sourceY - upper;
      const right = Math.min(left + 1, width - 1);
      const above = upper * width;
      const below = Math.min(upper + 1, height - 1) * width;
      for (let channel = 0; channel < channels; channel++) {
        const start = channel * plane;
        out[start + y * width + x] =
          (1 - down) * ((1 - across) * original[start + above + left] + across * original[start + above + right]) +
          down * ((1 - across) * original[start + below + left] + across * original[start + below + right]);
      }
    }
  }
}

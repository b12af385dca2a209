/** @file Padded crops and flips, in place on the bytes of one image. */

import { type RandomStream, sizeOf } from "../../../core/index.ts";
import type { ImageShape } from "../../dataset.ts";
import { reflect } from "./reflect.ts";

/** Where the window begins, and which way round it is taken. */
export interface Move {
  /** Rows and columns below and to the right of the image's own; negative ones above and to the left. */
  readonly top: number;
  readonly left: number;
  readonly mirrored: boolean;
  readonly upsideDown: boolean;
}

/** Draws the row and the column of the crop if there is one, then each of the flips that may be. */
export function drawMove(
  stream: RandomStream,
  { flip = false, flipVertical = false, crop = 0 }: { flip?: boolean; flipVertical?: boolean; crop?: number },
): Move {
  const top = crop > 0 ? stream.integer(2 * crop + 1) - crop : 0;
  const left = crop > 0 ? stream.integer(2 * crop + 1) - crop : 0;
  const mirrored = flip && stream.integer(2) === 1;
  const upsideDown = flipVertical && stream.integer(2) === 1;
  return { top, left, mirrored, upsideDown };
}

/** Takes a window of the image's size out of its reflection (`numpy.pad`'s "reflect"), then turns the window. */
export function move(image: Uint8Array, imageShape: ImageShape, { top, left, mirrored, upsideDown }: Move): void {
  if (top === 0 && left === 0 && !mirrored && !upsideDown) return;
  const [channels, height, width] = imageShape;
  const original = image.slice(0, sizeOf(imageShape));
  const columns = Uint32Array.from({ length: width }, (_, x) => reflect((mirrored ? width - 1 - x : x) + left, width));
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      const from = (channel * height + reflect((upsideDown ? height - 1 - y : y) + top, height)) * width;
      const to = (channel * height + y) * width;
      for (let x = 0; x < width; x++) image[to + x] = original[from + columns[x]];
    }
  }
}

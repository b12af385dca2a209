/** @file Random flips and crops, in place on the bytes of one image. */

import { type RandomStream, ConfigError, sizeOf } from "../core/index.ts";
import type { ImageShape } from "./dataset.ts";

/** What is done to training images, differently in every epoch. */
export interface Augmentation {
  /** Mirrors half of the images left to right. */
  readonly flip: boolean;
  /** Pixels of padding around the image before a random crop of its own size; 0 for none. */
  readonly crop: number;
}

/** @throws ConfigError if the padding is not a whole number that reflection can fill: 0 up to the shorter side − 1. */
export function checkAugmentation({ crop }: Augmentation, [, height, width]: ImageShape): void {
  const largest = Math.min(height, width) - 1;
  if (!Number.isInteger(crop) || crop < 0 || crop > largest) {
    throw new ConfigError(
      `augmentation crop: expected a whole number of pixels from 0 to ${largest} for images of ` +
        `${height}x${width}, got ${crop}.`,
    );
  }
}

/**
 * Crops and flips one image in place.
 *
 * The padding for the crop is reflected without repeating the edge
 * (… c b | a b c | b a …, `numpy.pad`'s "reflect"). Draws from `stream` in this
 * order: row offset and column offset if there is a crop, then the flip. Give
 * every image its own stream, so that the result depends on nothing else.
 */
export function augmentImage(
  image: Uint8Array,
  { flip, crop }: Augmentation,
  { imageShape, stream }: { imageShape: ImageShape; stream: RandomStream },
): void {
  const top = crop > 0 ? stream.integer(2 * crop + 1) - crop : 0;
  const left = crop > 0 ? stream.integer(2 * crop + 1) - crop : 0;
  const mirrored = flip && stream.integer(2) === 1;
  if (top === 0 && left === 0 && !mirrored) return;
  moveAndMirror(image, imageShape, { top, left, mirrored });
}

function moveAndMirror(
  image: Uint8Array,
  imageShape: ImageShape,
  { top, left, mirrored }: { top: number; left: number; mirrored: boolean },
): void {
  const [channels, height, width] = imageShape;
  const original = image.slice(0, sizeOf(imageShape));
  const columns = Uint32Array.from({ length: width }, (_, x) => reflect((mirrored ? width - 1 - x : x) + left, width));
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      const from = (channel * height + reflect(y + top, height)) * width;
      const to = (channel * height + y) * width;
      for (let x = 0; x < width; x++) image[to + x] = original[from + columns[x]];
    }
  }
}

/** The place inside [0, length) that a place up to length − 1 outside mirrors. */
function reflect(place: number, length: number): number {
  if (place < 0) return -place;
  return place < length ? place : 2 * (length - 1) - place;
}

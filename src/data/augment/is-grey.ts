/** @file Whether images are grey, whatever number of channels they are stored in. */

import { sizeOf } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import type { ImageSubset } from "../image-subset.ts";
import { readImage } from "../pixels.ts";

/** Images that are looked at, evenly spread over the subset. */
const LARGEST_SAMPLE = 200;

/** True if the images have one channel, or all channels of those looked at, at most 200, are equal to the byte. */
export function isGrey({ part, indices }: ImageSubset, imageShape: ImageShape): boolean {
  const [channels, height, width] = imageShape;
  if (channels === 1) return true;
  const image = new Uint8Array(sizeOf(imageShape));
  const stride = Math.max(1, indices.length / LARGEST_SAMPLE);
  for (let place = 0; place < indices.length; place += stride) {
    readImage(part.pixels, indices[Math.floor(place)], image);
    if (!hasEqualChannels(image, height * width)) return false;
  }
  return true;
}

function hasEqualChannels(image: Uint8Array, pixels: number): boolean {
  for (let at = pixels; at < image.length; at++) {
    if (image[at] !== image[at - pixels]) return false;
  }
  return true;
}

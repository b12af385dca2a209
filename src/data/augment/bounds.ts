/** @file Bounds of what is done to training images. */

import { ConfigError } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";

/** @throws ConfigError if it is not a number of pixels that images of this shape have. */
export function checkPixels(
  name: string,
  pixels: number,
  { largest, imageShape: [, height, width] }: { largest: number; imageShape: ImageShape },
): void {
  if (!Number.isInteger(pixels) || pixels < 0 || pixels > largest) {
    throw new ConfigError(
      `augmentation ${name}: expected a whole number of pixels from 0 to ${largest} for images of ` +
        `${height}x${width}, got ${pixels}.`,
    );
  }
}

/** @throws ConfigError if it is not an angle to either side. */
export function checkDegrees(name: string, degrees: number): void {
  if (!(degrees >= 0 && degrees <= 180)) {
    throw new ConfigError(`augmentation ${name}: expected degrees from 0 to 180, got ${degrees}.`);
  }
}

/** @throws ConfigError if it is no range of numbers above 0. */
export function checkRange(name: string, [from, to]: readonly [number, number], largest: number): void {
  if (!(from > 0 && from <= to && to <= largest)) {
    const bound = largest === Infinity ? "" : ` up to ${largest}`;
    throw new ConfigError(
      `augmentation ${name}: expected two numbers above 0${bound}, the smaller first, got [${from}, ${to}].`,
    );
  }
}

/** @throws ConfigError if images have another number of channels than one of these. */
export function checkChannels(
  name: string,
  channels: number,
  { among, which }: { among: number[]; which: string },
): void {
  if (!among.includes(channels)) {
    throw new ConfigError(
      `augmentation ${name}: expected images of ${among.join(" or ")} channels, ${which}, got ${channels}. Leave ${name} out.`,
    );
  }
}

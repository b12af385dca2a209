/** @file What can be done to training images, and which images it can be done to. */

import { ConfigError } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import type { JitterStrengths } from "./colour/color-jitter.ts";
import type { AffineRanges } from "./geometry/affine.ts";
import type { WindowRanges } from "./geometry/resized-crop.ts";

/** What is done to training images, differently in every epoch; what is left out is not done. */
export interface Augmentation {
  /** Mirrors half of the images left to right. */
  readonly flip?: boolean;
  /** Turns half of the images upside down. */
  readonly flipVertical?: boolean;
  /** Pixels of padding around the image before a random crop of its own size. */
  readonly crop?: number;
  /** Enlarges a random window to the size of the image. */
  readonly resizedCrop?: WindowRanges | null;
  /** Largest angle in degrees, to either side. */
  readonly rotation?: number;
  /** Turns, shifts and scales a little, in one resampling that repeats the edge. */
  readonly affine?: AffineRanges | null;
  /** Does one operation of TrivialAugment, drawn anew for every image; none of them mirrors. */
  readonly trivial?: boolean;
  /** Changes brightness, contrast, saturation and hue. */
  readonly colorJitter?: JitterStrengths | null;
  /** Side in pixels of a square that is covered. */
  readonly cutout?: number;
  /** The byte of every channel that covers the square; mid-grey when left out. */
  readonly cutoutFill?: readonly number[];
}

/** True if an image can look different from one epoch to the next. */
export function changesImages(augmentation: Augmentation): boolean {
  const { flip, flipVertical, crop = 0, resizedCrop, rotation = 0, cutout = 0 } = augmentation;
  const { affine, trivial, colorJitter } = augmentation;
  return (
    flip === true ||
    flipVertical === true ||
    crop > 0 ||
    (resizedCrop ?? null) !== null ||
    rotation > 0 ||
    (affine ?? null) !== null ||
    trivial === true ||
    (colorJitter ?? null) !== null ||
    cutout > 0
  );
}

/** @throws ConfigError if images of this shape cannot be changed so. */
export function checkAugmentation(augmentation: Augmentation, imageShape: ImageShape): void {
  const { crop = 0, resizedCrop, rotation = 0, affine, trivial = false, colorJitter, cutout = 0 } = augmentation;
  const [channels, height, width] = imageShape;
  // reflection can fill no more
  checkPixels("crop", crop, { largest: Math.min(height, width) - 1, imageShape });
  checkPixels("cutout", cutout, { largest: Math.min(height, width), imageShape });
  if (resizedCrop) {
    checkRange("resizedCrop.scale", resizedCrop.scale, 1);
    checkRange("resizedCrop.ratio", resizedCrop.ratio, Infinity);
  }
  checkDegrees("rotation", rotation);
  if (affine) checkAffine(affine);
  if (trivial && channels !== 1 && channels !== 3) {
    throw new ConfigError(
      `augmentation trivial: expected images of 1 or 3 channels, grey or red, green and blue, got ${channels}. Leave trivial out.`,
    );
  }
  if (colorJitter && channels !== 3) {
    throw new ConfigError(
      `augmentation colorJitter: expected images of 3 channels, red, green and blue, got ${channels}. Leave colorJitter out.`,
    );
  }
}

function checkPixels(
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

function checkAffine({ rotation, shift, scale }: AffineRanges): void {
  checkDegrees("affine.rotation", rotation);
  if (!(shift >= 0 && shift <= 1)) {
    throw new ConfigError(`augmentation affine.shift: expected a share of the side from 0 to 1, got ${shift}.`);
  }
  checkRange("affine.scale", scale, Infinity);
}

function checkDegrees(name: string, degrees: number): void {
  if (!(degrees >= 0 && degrees <= 180)) {
    throw new ConfigError(`augmentation ${name}: expected degrees from 0 to 180, got ${degrees}.`);
  }
}

function checkRange(name: string, [from, to]: readonly [number, number], largest: number): void {
  if (!(from > 0 && from <= to && to <= largest)) {
    const bound = largest === Infinity ? "" : ` up to ${largest}`;
    throw new ConfigError(
      `augmentation ${name}: expected two numbers above 0${bound}, the smaller first, got [${from}, ${to}].`,
    );
  }
}

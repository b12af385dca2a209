/** @file How an image of any size becomes one of a data set's shape. */

import { ConfigError, type Interpolation } from "../../../core/index.ts";
import type { ImageShape } from "../../dataset.ts";

/** Longest side of an image in a data set. */
const MAX_SIDE = 4096;

/** How an image is given another shape: `cover` cuts off what is too long, `contain` pads with black, `fill` stretches. */
export const imageFits = ["cover", "contain", "fill"] as const;

/** The shape that images shall have, and how they get it. */
export interface ImageFitOptions {
  /** Of 3 channels, RGB, or of 1, grey. */
  readonly imageShape: ImageShape;
  /** `cover` by default. */
  readonly fit?: (typeof imageFits)[number] | undefined;
  /**
   * The shorter side is brought to this length first, and the centre cut out of that, as pretrained networks are
   * often evaluated: 256 with an image shape of [3, 224, 224].
   */
  readonly resizeShorter?: number | undefined;
  /** `bilinear` by default. */
  readonly interpolation?: Interpolation | undefined;
}

/** Every choice made. */
export interface ImageFit {
  readonly imageShape: ImageShape;
  readonly fit: (typeof imageFits)[number];
  readonly resizeShorter: number | undefined;
  readonly interpolation: Interpolation;
}

/** @throws ConfigError if no image can be given this shape, or not in this way. */
export function resolveFit({
  imageShape,
  fit = "cover",
  resizeShorter,
  interpolation = "bilinear",
}: ImageFitOptions): ImageFit {
  const [channels, height, width] = imageShape;
  const isSide = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE;
  if (imageShape.length !== 3 || (channels !== 3 && channels !== 1) || !isSide(height) || !isSide(width)) {
    throw new ConfigError(
      `image shape: expected 3 or 1 channels, and a height and a width from 1 to ${MAX_SIDE}, got [${imageShape.join(", ")}].`,
    );
  }
  if (!imageFits.includes(fit)) throw new ConfigError(`fit: expected one of ${imageFits.join(", ")}, got "${fit}".`);
  if (resizeShorter === undefined) return { imageShape, fit, resizeShorter, interpolation };
  if (fit !== "cover") {
    throw new ConfigError(
      `resizeShorter: expected it with fit "cover" alone, got fit "${fit}". Leave one of them out.`,
    );
  }
  if (!isSide(resizeShorter) || resizeShorter < Math.max(height, width)) {
    throw new ConfigError(
      `resizeShorter: expected a whole number from ${Math.max(height, width)}, the longest side of the image shape, ` +
        `to ${MAX_SIDE}, got ${resizeShorter}.`,
    );
  }
  return { imageShape, fit, resizeShorter, interpolation };
}

const deeds = { cover: "the centre cut out", contain: "padded with black", fill: "stretched" };

/** The fit as a phrase: `resized to 32x32, the centre cut out`; `bilinear` goes without saying. */
export function fitPhrase({
  imageShape: [channels, height, width],
  fit,
  resizeShorter,
  interpolation,
}: ImageFit): string {
  const grey = channels === 1 ? " in grey" : "";
  const resized = interpolation === "bilinear" ? "resized" : `resized (${interpolation})`;
  return resizeShorter === undefined
    ? `${resized} to ${height}x${width}${grey}, ${deeds[fit]}`
    : `${resized} to a shorter side of ${resizeShorter}, the centre of ${height}x${width} cut out${grey}`;
}

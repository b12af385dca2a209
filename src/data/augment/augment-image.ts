/** @file Changes one training image at random, in place. */

import type { RandomStream } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import type { Augmentation } from "./augmentation.ts";
import { changeColors, drawColorChanges } from "./colour/color-jitter.ts";
import { cutOut } from "./cutout.ts";
import { drawPlacement, mapOf } from "./geometry/affine.ts";
import { drawMove, move } from "./geometry/move.ts";
import { drawWindow, enlarge } from "./geometry/resized-crop.ts";
import { rotate } from "./geometry/rotation.ts";
import { warp } from "./geometry/warp.ts";
import { changeTrivially, drawTrivialChange } from "./trivial.ts";

/**
 * Changes one image in place, and draws from `stream`, in this order: crop, flip, vertical flip, resized crop, rotation,
 * affine, trivial, colour jitter, cutout. What is not asked for draws nothing. Give every image its own stream, so that the result
 * depends on nothing else.
 */
export function augmentImage(
  image: Uint8Array,
  augmentation: Augmentation,
  { imageShape, stream }: { imageShape: ImageShape; stream: RandomStream },
): void {
  const { resizedCrop, rotation = 0, affine, trivial = false, colorJitter, cutout = 0, cutoutFill } = augmentation;
  move(image, imageShape, drawMove(stream, augmentation));
  if (resizedCrop) enlarge(image, imageShape, drawWindow(stream, resizedCrop, imageShape));
  if (rotation > 0) rotate(image, imageShape, rotation * (2 * stream.uniform() - 1));
  if (affine) warp(image, imageShape, mapOf(drawPlacement(stream, affine, imageShape), imageShape));
  if (trivial) changeTrivially(image, imageShape, drawTrivialChange(stream));
  if (colorJitter) changeColors(image, drawColorChanges(stream, colorJitter));
  if (cutout > 0) cutOut(image, imageShape, { side: cutout, fill: cutoutFill, stream });
}

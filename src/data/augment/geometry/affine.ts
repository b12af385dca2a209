/** @file Small turns, shifts and changes of size, drawn together and made by one resampling. */

import { ConfigError, type Fields, type RandomStream, type ValuesOf } from "../../../core/index.ts";
import type { ImageShape } from "../../dataset.ts";
import { defineAugmenter, strength } from "../augmenter.ts";
import { checkDegrees, checkRange } from "../bounds.ts";
import { type AffineMap, warp } from "./warp.ts";

/** How far an image may be moved. */
const ranges = {
  rotation: strength(180, "degrees, to either side"),
  shift: strength(0.5, "share of the side, in any direction"),
  scale: { kind: "range", max: 4, default: [1, 1], description: "smallest and largest magnification" },
} as const satisfies Fields;

export const affine = defineAugmenter({
  field: {
    kind: "group",
    fields: ranges,
    default: null,
    description: "turn, shift and scale a little, in one step: what letters, hands and scans bear",
  },
  check: ({ rotation, shift, scale }) => {
    checkDegrees("affine.rotation", rotation);
    if (!(shift >= 0 && shift <= 1)) {
      throw new ConfigError(`augmentation affine.shift: expected a share of the side from 0 to 1, got ${shift}.`);
    }
    checkRange("affine.scale", scale, Infinity);
  },
  change: (image, asked, { imageShape, stream }) =>
    warp(image, imageShape, mapOf(drawPlacement(stream, asked, imageShape), imageShape)),
});

/** How one image is moved: first scaled and turned about its middle, then shifted. */
export interface Placement {
  /** Counter-clockwise. */
  readonly degrees: number;
  /** Pixels to the right and down. */
  readonly right: number;
  readonly down: number;
  readonly scale: number;
}

/**
 * Draws the angle, the shift to the right, the shift down and the factor, each evenly from its range.
 *
 * Source: torchvision's RandomAffine, but that shifts are not rounded to whole pixels.
 */
export function drawPlacement(
  stream: RandomStream,
  { rotation, shift, scale: [from, to] }: ValuesOf<typeof ranges>,
  [, height, width]: ImageShape,
): Placement {
  const degrees = rotation * (2 * stream.uniform() - 1);
  const right = shift * width * (2 * stream.uniform() - 1);
  const down = shift * height * (2 * stream.uniform() - 1);
  return { degrees, right, down, scale: from + (to - from) * stream.uniform() };
}

/** The map that moves an image so. */
export function mapOf({ degrees, right, down, scale }: Placement, [, height, width]: ImageShape): AffineMap {
  // (x', y') = middle + R⁻¹ · ((x, y) − middle − shift) / scale; rows count downwards
  const cos = Math.cos((degrees * Math.PI) / 180) / scale;
  const sin = Math.sin((degrees * Math.PI) / 180) / scale;
  const [toX, toY] = [width / 2 + right, height / 2 + down];
  return [cos, -sin, width / 2 - cos * toX + sin * toY, sin, cos, height / 2 - sin * toX - cos * toY];
}

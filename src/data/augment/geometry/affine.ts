/** @file Small turns, shifts and changes of size, drawn together and made by one resampling. */

import type { RandomStream } from "../../../core/index.ts";
import type { ImageShape } from "../../dataset.ts";
import type { AffineMap } from "./warp.ts";

/** How far an image may be moved. */
export interface AffineRanges {
  /** Largest angle in degrees, to either side. */
  readonly rotation: number;
  /** Largest shift as a share of the side, in either direction. */
  readonly shift: number;
  /** Smallest and largest factor on the size. */
  readonly scale: readonly [number, number];
}

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
  { rotation, shift, scale: [from, to] }: AffineRanges,
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

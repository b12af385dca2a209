/** @file Principal components: the plane in which points differ most. */

import { centre, spectrumOf } from "../spectrum.ts";

/** Points seen along the directions of their largest variance. */
export interface PrincipalComponents {
  /** [N, components], row-major; columns of zeros where the points have fewer directions. */
  readonly scores: Float64Array;
  /** Share of all variance along each component, in [0, 1]. */
  readonly explained: Float64Array;
}

/**
 * The first principal components of `count` points, values [N, D].
 *
 * Each points to the side on which the point farthest from the middle lies (the first of equals), so that a map does not flip.
 */
export function pca(values: ArrayLike<number>, count: number, { components = 2 } = {}): PrincipalComponents {
  const { squares, left } = spectrumOf(centre(values, count), count);
  const rank = squares.length;
  const total = squares.reduce((sum, square) => sum + square, 0);
  const scores = new Float64Array(count * components);
  for (let component = 0; component < Math.min(components, rank); component++) {
    const scale = Math.sqrt(squares[component]) * sideOf(left, { component, rank });
    for (let row = 0; row < count; row++) scores[row * components + component] = left[row * rank + component] * scale;
  }
  const explained = Float64Array.from({ length: components }, (_, index) =>
    index < rank ? squares[index] / total : 0,
  );
  return { scores, explained };
}

/** The sign of a column's entry that is farthest from 0. */
function sideOf(left: Float64Array, { component, rank }: { component: number; rank: number }): number {
  let farthest = 0;
  for (let index = component; index < left.length; index += rank) {
    // a hair more, so that rounding does not choose between equals
    if (Math.abs(left[index]) > Math.abs(farthest) * (1 + 1e-9)) farthest = left[index];
  }
  return farthest < 0 ? -1 : 1;
}

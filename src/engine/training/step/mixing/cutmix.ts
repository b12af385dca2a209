/** @file CutMix: a rectangle of every image is that of another one of its batch. */

import { stream, symmetricBeta } from "../../../../core/index.ts";
import { type Mixing, type Rectangle, checkAlpha, imageSize } from "./mixing.ts";

/**
 * One rectangle for each step, and then a random order of partners.
 *
 * The rectangle has the image's proportions; the share of the image that it leaves is of the beta distribution with both
 * shapes `alpha`. Its middle may be any pixel, and what of it lies outside is lost: labels are mixed by the area that
 * is left of it, which may be 0.
 *
 * @throws ConfigError if alpha is not above 0, and for a batch that has no images.
 * Source: Yun et al. 2019, arXiv:1905.04899, and its authors' code.
 */
export function cutmix(alpha: number, { seed }: { seed: number }): Mixing {
  checkAlpha("cutmix", alpha);
  return {
    cuts: true,
    draw: ({ batchSize, step, inputShape }) => {
      const [height, width] = imageSize(inputShape);
      const random = stream(seed, "cutmix", step);
      const share = symmetricBeta(random, alpha);
      const [row, column] = [random.integer(height), random.integer(width)];
      const rectangle = rectangleAround({ row, column }, { height, width, share });
      const area = (rectangle.height * rectangle.width) / (height * width);
      return { share: 1 - area, partners: random.permutation(batchSize), rectangle };
    },
  };
}

/** What lies inside the image of a rectangle around a pixel that would leave `share` of the image. */
export function rectangleAround(
  { row, column }: { row: number; column: number },
  { height, width, share }: { height: number; width: number; share: number },
): Rectangle {
  const ratio = Math.sqrt(1 - share);
  const [top, bottom] = rangeAround(row, { length: height, ratio });
  const [left, right] = rangeAround(column, { length: width, ratio });
  return { top, left, height: bottom - top, width: right - left };
}

function rangeAround(middle: number, { length, ratio }: { length: number; ratio: number }): readonly [number, number] {
  const half = Math.floor(Math.trunc(length * ratio) / 2);
  return [Math.max(0, middle - half), Math.min(length, middle + half)];
}

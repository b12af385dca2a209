/** @file Mean and standard deviation of the pixels of a subset, per channel. */

import { sizeOf } from "../core/index.ts";
import type { ImageShape } from "./dataset.ts";
import type { ImageSubset } from "./image-subset.ts";
import { readImage } from "./pixels.ts";

/** Per channel, of pixels in [0, 1]. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  /** Of the population, not of a sample. */
  readonly standardDeviation: readonly number[];
}

/**
 * Mean and standard deviation of every channel over all pixels of a subset.
 *
 * Summed in whole numbers, so the result is exact to the last rounding and
 * does not depend on the order of the images.
 */
export function channelStatistics(subset: ImageSubset, imageShape: ImageShape): ChannelStatistics {
  const [channels, height, width] = imageShape;
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const plane = height * width;
  const image = new Uint8Array(sizeOf(imageShape));
  for (const index of subset.indices) {
    readImage(subset.part.pixels, index, image);
    for (let channel = 0; channel < channels; channel++) {
      const start = channel * plane;
      let sum = 0;
      let square = 0;
      for (let i = start; i < start + plane; i++) {
        const value = image[i];
        sum += value;
        square += value * value;
      }
      sums[channel] += sum;
      squares[channel] += square;
    }
  }
  const count = subset.indices.length * plane;
  return {
    mean: Array.from(sums, (sum) => sum / count / 255),
    standardDeviation: Array.from(sums, (sum, channel) => deviation(sum, squares[channel], count)),
  };
}

/** sqrt(n Σx² − (Σx)²) / n / 255; the difference is taken in whole numbers, where nothing cancels away. */
function deviation(sum: number, square: number, count: number): number {
  const variance = BigInt(count) * BigInt(square) - BigInt(sum) ** 2n;
  return Math.sqrt(Number(variance)) / count / 255;
}

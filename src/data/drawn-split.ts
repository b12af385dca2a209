/** @file Which images of a class are test images, where a data set comes without parts. */

import { ConfigError, stream } from "../core/index.ts";

/** How to divide a data set that comes without parts. */
export interface SplitOptions {
  /** Of every class, rounded to the nearest image; 0.2 by default. */
  readonly testShare?: number | undefined;
  /** 0 by default. */
  readonly seed?: number | undefined;
}

/** Both chosen. */
export interface DrawnSplit {
  readonly testShare: number;
  readonly seed: number;
}

/** @throws ConfigError if `testShare` is not between 0 and 1. */
export function resolveSplit({ testShare = 0.2, seed = 0 }: SplitOptions): DrawnSplit {
  if (!(testShare > 0 && testShare < 1)) {
    throw new ConfigError(`test share: expected a number between 0 and 1, got ${testShare}.`);
  }
  if (!Number.isSafeInteger(seed)) throw new ConfigError(`seed: expected a whole number, got ${seed}.`);
  return { testShare, seed };
}

/**
 * Which of `count` images of a class are test images: its share of them, at least one, and never all.
 *
 * Other classes make no difference to it.
 */
export function drawTestPlaces(className: string, count: number, { testShare, seed }: DrawnSplit): Uint32Array {
  const drawn = Math.min(count - 1, Math.max(1, Math.round(count * testShare)));
  return stream(seed, "test images of a folder", className).permutation(count).subarray(0, drawn);
}

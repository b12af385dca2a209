/** @file What twice as many training images would likely bring, from how accuracy grew so far. */

import { normalQuantile } from "../distributions/normal.ts";

/** Accuracy with so many training images. */
export interface GrowthPoint {
  images: number;
  accuracy: number;
}

/** What twice as many images would likely bring. */
export interface DoublingGain {
  /** In accuracy, [0, 1]. */
  gain: number;
  low: number;
  high: number;
  level: number;
}

/** Errors fall by about the number of images to this power, give or take: what the benchmark's tasks show. */
const USUAL_POWER = 0.25;
const USUAL_SPREAD = 0.15;
/** Two points of one task's curve differ from a power law by about this much of the error. */
const ROUGHNESS = 0.12;
/** Errors below this are luck. */
const LEAST_ERROR = 0.005;
const LEVEL = 0.9;

/**
 * The gain of a strategy whose error falls as a power of the number of images.
 *
 * The power is that of a measured curve (of the probe on the same features, which costs nothing), drawn towards the
 * usual one; the strategy starts from its own accuracy now. Null without two points.
 *
 * Source: Hestness et al. 2017, "Deep learning scaling is predictable, empirically", for the power law.
 */
export function gainOfDoubling(curve: readonly GrowthPoint[], accuracy: number): DoublingGain | null {
  if (curve.length < 2) return null;
  const points = curve.map((point) => ({
    size: Math.log(point.images),
    error: Math.log(Math.max(LEAST_ERROR, 1 - point.accuracy)),
  }));
  const mean = (of: (point: (typeof points)[number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [size, error] = [mean((point) => point.size), mean((point) => point.error)];
  const leverage = points.reduce((sum, point) => sum + (point.size - size) ** 2, 0);
  if (leverage === 0) return null;
  const slope = points.reduce((sum, point) => sum + (point.size - size) * (point.error - error), 0) / leverage;
  const [known, usual] = [leverage / ROUGHNESS ** 2, 1 / USUAL_SPREAD ** 2];
  const power = (known * -slope + usual * USUAL_POWER) / (known + usual);
  // the strategy need not grow as the probe does
  const deviation = Math.sqrt(1 / (known + usual) + (USUAL_SPREAD / 2) ** 2);
  const margin = normalQuantile((1 + LEVEL) / 2) * deviation;
  const gainAt = (exponent: number): number => Math.max(LEAST_ERROR, 1 - accuracy) * (1 - 2 ** -exponent);
  return { gain: gainAt(power), low: gainAt(power - margin), high: gainAt(power + margin), level: LEVEL };
}

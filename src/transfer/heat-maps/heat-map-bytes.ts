/** @file Maps as small as they are kept: a byte a place. */

import type { HeatMap } from "./open-heat-maps.ts";

/** Sides that a page can show on a photo; finer maps are averaged. */
const LONGEST_SIDE = 16;

/** A map whose coolest place is 0 and whose hottest is 255; all 0 where no place is hotter than another. */
export interface HeatMapBytes {
  readonly height: number;
  readonly width: number;
  /** [height, width]. */
  readonly bytes: Uint8Array;
}

/** The map with sides of at most 16, the mean of the places of each square. */
export function heatMapBytes(map: HeatMap): HeatMapBytes {
  const { height, width, values } = averaged(map);
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const range = values.reduce((most, value) => Math.max(most, value), -Infinity) - low;
  const bytes = Uint8Array.from(values, (value) => (range > 0 ? Math.round((255 * (value - low)) / range) : 0));
  return { height, width, bytes };
}

function averaged(map: HeatMap): HeatMap {
  const factor = Math.ceil(Math.max(map.height, map.width) / LONGEST_SIDE);
  const [height, width] = [Math.ceil(map.height / factor), Math.ceil(map.width / factor)];
  const [sums, counts] = [new Float32Array(height * width), new Float32Array(height * width)];
  map.values.forEach((value, place) => {
    const row = Math.floor(Math.floor(place / map.width) / factor);
    const at = row * width + Math.floor((place % map.width) / factor);
    sums[at] += value;
    counts[at]++;
  });
  return { height, width, values: sums.map((sum, place) => sum / counts[place]) };
}

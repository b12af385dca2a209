/** @file Images averaged over the cells of a coarse grid. */

import { type Shape, sizeOf } from "../../core/index.ts";

/** Rows and columns of the finest grid with at most `most` numbers over all channels; at least 1, at most the image's. */
export function largestGrid([channels, height, width]: Shape, most: number): number {
  return Math.max(1, Math.min(height, width, Math.floor(Math.sqrt(most / channels))));
}

/**
 * Means over the cells of a grid; cells overlap by a pixel where the grid does not divide the image.
 *
 * values: [count, channels, height, width]. Returns [count, channels, grid, grid].
 */
export function averageGrid(
  values: Float32Array,
  { count, imageShape, grid }: { count: number; imageShape: Shape; grid: number },
): Float32Array {
  const [channels, height, width] = imageShape;
  if (grid === height && grid === width) return values;
  const means = new Float32Array(count * channels * grid * grid);
  const planes = (count * sizeOf(imageShape)) / (height * width);
  for (let plane = 0; plane < planes; plane++) {
    const pixels = values.subarray(plane * height * width, (plane + 1) * height * width);
    for (let cell = 0; cell < grid * grid; cell++) {
      const rows = cellOf(Math.floor(cell / grid), { size: height, grid });
      const columns = cellOf(cell % grid, { size: width, grid });
      means[plane * grid * grid + cell] = meanOf(pixels, { rows, columns, width });
    }
  }
  return means;
}

type Range = readonly [start: number, end: number];

function cellOf(index: number, { size, grid }: { size: number; grid: number }): Range {
  return [Math.floor((index * size) / grid), Math.ceil(((index + 1) * size) / grid)];
}

function meanOf(
  pixels: Float32Array,
  { rows, columns, width }: { rows: Range; columns: Range; width: number },
): number {
  let sum = 0;
  for (let row = rows[0]; row < rows[1]; row++) {
    for (let column = columns[0]; column < columns[1]; column++) sum += pixels[row * width + column];
  }
  return sum / ((rows[1] - rows[0]) * (columns[1] - columns[0]));
}

/** @file What tells an image from its mirror image: where its edges are, and which way they slope. */

import type { ImageShape } from "../dataset.ts";

/** Longest side, in cells, of the small image whose edges are found. */
const LONGEST_SIDE = 32;
/** Rows of pixels that are averaged in a cell; more are passed over, evenly. */
const ROWS_OF_A_CELL = 2;
/** A difference between the sides, in levels, below which it is rounding. */
const NEGLIGIBLE = 1e-3;
/** Areas of the left half of the image over which edges are summed. */
const AREA_ROWS = 8;
const AREA_COLUMNS = 4;

/** A grey image of reals, [height, width]. */
interface SmallImage {
  readonly levels: Float64Array;
  readonly height: number;
  readonly width: number;
}

/**
 * A vector that changes its sign, and nothing else, when the image is mirrored.
 *
 * Its halves are the strength of the edges and their slope, in eight rows by four columns of areas: the left side less
 * the right side, as one sees it. Each half has length 1, or 0 where the sides are alike. Edges, since a sign that is
 * light on dark in one image may be dark on light in the next.
 */
export function handednessOf(image: Uint8Array, imageShape: ImageShape): Float64Array {
  const small = shrink(image, imageShape);
  const { height, width } = small;
  const half = Math.floor(width / 2);
  const [rows, columns] = [Math.min(AREA_ROWS, height), Math.min(AREA_COLUMNS, half)];
  const vector = new Float64Array(2 * rows * columns);
  const [strengths, slopes] = [vector.subarray(0, rows * columns), vector.subarray(rows * columns)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < half; x++) {
      const area = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / half);
      const left = edgeAt(small, y, x);
      const right = edgeAt(small, y, width - 1 - x);
      strengths[area] += left.strength - right.strength;
      // a mirrored slope is the negative one
      slopes[area] += left.slope + right.slope;
    }
  }
  normalize(strengths);
  normalize(slopes);
  return vector;
}

/** The strength of the edge is |gradient|, its slope gx · gy / |gradient|, which is blind to what side of it is light. */
function edgeAt({ levels, height, width }: SmallImage, y: number, x: number): { strength: number; slope: number } {
  const row = y * width;
  const across = levels[row + Math.min(x + 1, width - 1)] - levels[row + Math.max(x - 1, 0)];
  const down = levels[Math.min(y + 1, height - 1) * width + x] - levels[Math.max(y - 1, 0) * width + x];
  const strength = Math.sqrt(across * across + down * down);
  return { strength, slope: strength === 0 ? 0 : (across * down) / strength };
}

/** The mean of all channels in cells; cells of the right half mirror those of the left. */
function shrink(image: Uint8Array, [channels, height, width]: ImageShape): SmallImage {
  const small = { height: Math.min(LONGEST_SIDE, height), width: smallWidth(width) };
  const columnOf = (x: number): number => Math.floor((x * small.width) / width);
  const columns = Uint32Array.from({ length: width }, (_, x) =>
    2 * x < width ? columnOf(x) : small.width - 1 - columnOf(width - 1 - x),
  );
  const levels = new Float64Array(small.height * small.width);
  const counts = new Uint32Array(levels.length);
  const stride = Math.max(1, Math.floor(height / small.height / ROWS_OF_A_CELL));
  for (let y = 0; y < height; y += stride) {
    const to = Math.floor((y * small.height) / height) * small.width;
    for (let channel = 0; channel < channels; channel++) {
      const from = (channel * height + y) * width;
      for (let x = 0; x < width; x++) levels[to + columns[x]] += image[from + x];
    }
    for (let x = 0; x < width; x++) counts[to + columns[x]] += channels;
  }
  return { levels: levels.map((sum, cell) => sum / counts[cell]), ...small };
}

/** Odd where the width is odd, so that the column in the middle has a cell of its own side. */
function smallWidth(width: number): number {
  return width <= LONGEST_SIDE ? width : LONGEST_SIDE - (width % 2);
}

function normalize(vector: Float64Array): void {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  vector.forEach((value, at) => (vector[at] = length < NEGLIGIBLE ? 0 : value / length));
}

/** @file Images out of an array of numbers, however its axes lie. */

import { DataError, formatShape, sizeOf } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import { NO_VALUES, type PixelScale, type ValueRange, byteOf, joinRanges, rangeOf } from "../pixel-scale.ts";
import { type DataArray, numbersOf, stridesOf } from "./data-array.ts";

/** Channels that an axis can have; of four the last is alpha. */
const CHANNELS = [1, 3];
const WITH_ALPHA = 4;

/** Where the pixels of an array of images are. */
export interface ImageArray {
  readonly where: string;
  /** `uint8`, as NumPy calls it. */
  readonly typeName: string;
  readonly count: number;
  readonly imageShape: ImageShape;
  readonly values: ArrayLike<number>;
  /** Values from one image, channel, row and column to the next. */
  readonly strides: readonly [image: number, channel: number, row: number, column: number];
  /** What of the array was left out, or had to be guessed, as phrases. */
  readonly notes: readonly string[];
}

/** Which axis is which; the first counts the images. */
interface Axes {
  readonly channel?: number;
  readonly row: number;
  readonly column: number;
}

/**
 * The images of an array of shape (N,H,W), (N,H,W,1|3|4) or (N,1|3|4,H,W), or of rows of as many pixels as a square has.
 *
 * @throws DataError if it has another shape or other elements than numbers, or could be read in two ways.
 */
export function imagesOf(array: DataArray): ImageArray {
  const { where, type, data } = array;
  const values = numbersOf(array);
  if (values === undefined) {
    throw new DataError(
      `${where}: expected pixels that are numbers, got ${type.name}. Save it with .astype(np.uint8).`,
    );
  }
  const { shape, strides, notes } = squareRows(array);
  const { channel, row, column } = axesOf(where, shape);
  if (data.length === 0) {
    throw new DataError(`${where}: expected images, got none in ${formatShape(shape)}. Save some.`);
  }
  const channels = channel === undefined ? 1 : shape[channel];
  const hasAlpha = channels === WITH_ALPHA;
  return {
    where,
    typeName: type.name,
    count: shape[0],
    imageShape: [hasAlpha ? 3 : channels, shape[row], shape[column]],
    values,
    strides: [strides[0], channel === undefined ? 0 : strides[channel], strides[row], strides[column]],
    notes: hasAlpha ? [...notes, "the fourth channel, alpha, is left out"] : notes,
  };
}

/** The range of all pixels of an array. */
export function rangeOfImages(images: ImageArray): ValueRange {
  const { values, strides, imageShape, count } = images;
  // in any order, unless some are left out
  if (values.length === count * sizeOf(imageShape)) return rangeOf(values);
  const row = { step: strides[3], count: imageShape[2] };
  let range = NO_VALUES;
  forRows(images, Array(count).keys(), (start) => (range = joinRanges(range, rangeOf(values, { ...row, start }))));
  return range;
}

/** Writes the images of these indices, in this order, as bytes: each red, green and blue plane, row by row. */
export function copyImages(
  images: ImageArray,
  { indices, scale, into }: { indices: Iterable<number>; scale: PixelScale; into: Uint8Array },
): void {
  const { values, strides, imageShape } = images;
  const ofBytes =
    values instanceof Uint8Array ? Uint8Array.from({ length: 256 }, (_, byte) => byteOf(scale, byte)) : null;
  let to = 0;
  forRows(images, indices, (start) => {
    let from = start;
    for (const end = to + imageShape[2]; to < end; to++, from += strides[3]) {
      into[to] = ofBytes === null ? byteOf(scale, values[from]) : ofBytes[values[from]];
    }
  });
}

/** Tells where every row of every plane of these images begins. */
function forRows(
  { imageShape: [channels, height], strides: [perImage, perChannel, perRow] }: ImageArray,
  indices: Iterable<number>,
  visit: (start: number) => void,
): void {
  for (const image of indices) {
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < height; row++) visit(image * perImage + channel * perChannel + row * perRow);
    }
  }
}

/** Shape and strides with two axes for one of pixels, as scikit-learn's data sets have. */
function squareRows(array: DataArray): { shape: readonly number[]; strides: readonly number[]; notes: string[] } {
  const { shape } = array;
  const strides = stridesOf(array);
  const side = Math.sqrt(shape[1] ?? 0);
  if (shape.length !== 2 || !Number.isInteger(side)) return { shape, strides, notes: [] };
  const [perImage, perPixel] = strides;
  return {
    shape: [shape[0], side, side],
    strides: [perImage, side * perPixel, perPixel],
    notes: [`rows of ${shape[1]} pixels are taken for images of ${side}x${side}`],
  };
}

function axesOf(where: string, shape: readonly number[]): Axes {
  if (shape.length === 3) return { row: 1, column: 2 };
  const isOf = (axis: number, lengths: readonly number[]): boolean =>
    shape.length === 4 && lengths.includes(shape[axis]);
  // a side of four pixels is likelier than alpha
  const lengths = [1, 3].some((axis) => isOf(axis, CHANNELS)) ? CHANNELS : [WITH_ALPHA];
  const [areFirst, areLast] = [isOf(1, lengths), isOf(3, lengths)];
  if (areFirst && areLast) {
    throw new DataError(
      `${where}: expected one axis of 1, 3 or 4 channels, got two in ${formatShape(shape)}. ` +
        "Save the images with more rows and columns.",
    );
  }
  if (areLast) return { row: 1, column: 2, channel: 3 };
  if (areFirst) return { channel: 1, row: 2, column: 3 };
  throw new DataError(
    `${where}: expected images as (N,H,W), (N,H,W,C) or (N,C,H,W) of 1, 3 or 4 channels C, got ${formatShape(shape)}. ` +
      "Reshape the array.",
  );
}

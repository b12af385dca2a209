/** @file Images out of an array of bytes, however its axes lie. */

import { DataError, formatShape } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import type { NpyArray } from "./npy.ts";

/** Where the pixels of an array of images are. */
export interface ImageArray {
  readonly where: string;
  readonly count: number;
  readonly imageShape: ImageShape;
  readonly data: Uint8Array;
  /** Bytes from one image, channel, row and column to the next. */
  readonly strides: readonly [image: number, channel: number, row: number, column: number];
}

/**
 * The images of an array of shape (N,H,W), (N,H,W,1|3) or (N,1|3,H,W).
 *
 * @throws DataError if it has another shape or other elements than unsigned bytes, or could be read in two ways.
 */
export function imagesOf(array: NpyArray): ImageArray {
  const { where, type, shape, data } = array;
  if (type.name !== "uint8") {
    const scale = type.kind === "f" ? " (after * 255, if they lie in 0..1)" : "";
    throw new DataError(
      `${where}: expected pixels of uint8 in 0..255, got ${type.name}. Save it with .astype(np.uint8)${scale}.`,
    );
  }
  const axes = axesOf(array);
  const strides = stridesOf(array);
  const lengthOf = (axis: number | undefined): number => (axis === undefined ? 1 : shape[axis]);
  const strideOf = (axis: number | undefined): number => (axis === undefined ? 0 : strides[axis]);
  const { channel, row, column } = axes;
  if (data.length === 0) {
    throw new DataError(`${where}: expected images, got none in ${formatShape(shape)}. Save some.`);
  }
  return {
    where,
    count: shape[0],
    imageShape: [lengthOf(channel), lengthOf(row), lengthOf(column)],
    data,
    strides: [strideOf(0), strideOf(channel), strideOf(row), strideOf(column)],
  };
}

/** Copies the images of these indices, in this order: each red, green and blue plane, row by row. */
export function copyImages(images: ImageArray, indices: Iterable<number>, into: Uint8Array): void {
  const { data, imageShape, strides } = images;
  const [channels, height, width] = imageShape;
  const [perImage, perChannel, perRow, perColumn] = strides;
  let to = 0;
  for (const image of indices) {
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < height; row++) {
        let from = image * perImage + channel * perChannel + row * perRow;
        for (const end = to + width; to < end; to++, from += perColumn) into[to] = data[from];
      }
    }
  }
}

/** Which axis is which; the first counts the images. */
function axesOf({ where, shape }: NpyArray): { channel?: number; row: number; column: number } {
  if (shape.length === 3) return { row: 1, column: 2 };
  const isChannels = (axis: number): boolean => shape.length === 4 && (shape[axis] === 1 || shape[axis] === 3);
  const [areFirst, areLast] = [isChannels(1), isChannels(3)];
  if (areFirst && areLast) {
    throw new DataError(
      `${where}: expected one axis of 1 or 3 channels, got two in ${formatShape(shape)}. ` +
        "Save the images with more rows and columns.",
    );
  }
  if (areLast) return { row: 1, column: 2, channel: 3 };
  if (areFirst) return { channel: 1, row: 2, column: 3 };
  throw new DataError(
    `${where}: expected images as (N,H,W), (N,H,W,1), (N,H,W,3), (N,1,H,W) or (N,3,H,W), got ${formatShape(shape)}. ` +
      "Reshape the array.",
  );
}

/** Of every axis, in elements. */
function stridesOf({ shape, fortranOrder }: NpyArray): number[] {
  const strides = shape.map(() => 0);
  let stride = 1;
  const fastestFirst = fortranOrder ? [...shape.keys()] : [...shape.keys()].reverse();
  for (const axis of fastestFirst) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

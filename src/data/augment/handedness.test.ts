import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ImageShape } from "../dataset.ts";
import { handednessOf } from "./handedness.ts";

const cases = fc
  .record({
    channels: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 90 }),
    width: fc.integer({ min: 1, max: 90 }),
  })
  .chain(({ channels, height, width }) =>
    fc.record({
      imageShape: fc.constant<ImageShape>([channels, height, width]),
      image: fc.uint8Array({ minLength: channels * height * width, maxLength: channels * height * width }),
    }),
  );

function mirrored(image: Uint8Array, [, , width]: ImageShape): Uint8Array {
  return image.map((_, at) => image[at - (at % width) + width - 1 - (at % width)]);
}

/** Sums of up to 400 are rounded in another order, to 1e-12 or so, before a length of at least 1e-3 becomes 1. */
const ROUNDING = 1e-8;

/** The largest distance of two vectors in one of their numbers. */
function distance(vector: Float64Array, other: Float64Array): number {
  expect(vector).toHaveLength(other.length);
  return Math.max(0, ...vector.map((value, at) => Math.abs(value - other[at])));
}

test("a mirrored image has the negative vector, whatever its size", () => {
  fc.assert(
    fc.property(cases, ({ image, imageShape }) => {
      const mirror = handednessOf(mirrored(image, imageShape), imageShape);
      const opposite = handednessOf(image, imageShape).map((value) => -value);
      expect(distance(opposite, mirror)).toBeLessThan(ROUNDING);
    }),
  );
});

test("a negative image has the same vector", () => {
  fc.assert(
    fc.property(cases, ({ image, imageShape }) => {
      const negative = image.map((level) => 255 - level);
      expect(distance(handednessOf(image, imageShape), handednessOf(negative, imageShape))).toBeLessThan(ROUNDING);
    }),
  );
});

test("strength and slope have length 1 each, or 0 where left and right are alike", () => {
  const lengths = (image: Uint8Array, imageShape: ImageShape): number[] => {
    const vector = handednessOf(image, imageShape);
    const halves = [vector.subarray(0, vector.length / 2), vector.subarray(vector.length / 2)];
    return halves.map((half) => Math.hypot(...half));
  };
  // / has edges of one slope, alike on both sides; half of it has them on one side alone
  const slash = Uint8Array.of(0, 0, 0, 9, 0, 0, 9, 0, 0, 9, 0, 0, 9, 0, 0, 0);
  const half = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 9, 0, 0, 0);
  const bar = Uint8Array.of(0, 9, 9, 0, 0, 9, 9, 0, 0, 9, 9, 0, 0, 9, 9, 0);
  expect(lengths(slash, [1, 4, 4])[1]).toBeCloseTo(1, 12);
  lengths(half, [1, 4, 4]).forEach((length) => expect(length).toBeCloseTo(1, 12));
  expect(lengths(bar, [1, 4, 4])).toEqual([0, 0]);
  expect(lengths(new Uint8Array(3), [1, 3, 1])).toEqual([0, 0]);
});

test("large images are looked at as small ones, row by row evenly", () => {
  // one image and its enlargement by nine, from 32 cells a side to rows of nine of which every fourth is read
  const small = Uint8Array.from({ length: 32 * 32 }, (_, at) => (at * 7919) % 251);
  const large = new Uint8Array(288 * 288);
  large.forEach((_, at) => (large[at] = small[Math.floor(at / 288 / 9) * 32 + Math.floor((at % 288) / 9)]));
  expect(distance(handednessOf(large, [1, 288, 288]), handednessOf(small, [1, 32, 32]))).toBeLessThan(ROUNDING);
});

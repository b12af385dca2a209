/** @file What holds of augmentation for every image, shape and strength. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import { augmentImage, checkAugmentation } from "./augment-image.ts";
import { drawColorChanges } from "./colour/color-jitter.ts";
import { drawWindow } from "./geometry/resized-crop.ts";
import type { Augmentation } from "./table.ts";

const TRIALS = 4000;

const share = (largest: number): fc.Arbitrary<number> => fc.double({ min: 0, max: largest, noNaN: true });
const ordered = (min: number, max: number): fc.Arbitrary<[number, number]> =>
  fc
    .tuple(fc.double({ min, max, noNaN: true }), fc.double({ min, max, noNaN: true }))
    .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);

/** Images of three channels with everything that can be done to them. */
const cases = fc
  .record({ height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }), seed: fc.nat(1000) })
  .chain(({ height, width, seed }) =>
    fc.record({
      imageShape: fc.constant<ImageShape>([3, height, width]),
      seed: fc.constant(seed),
      image: fc.uint8Array({ minLength: 3 * height * width, maxLength: 3 * height * width }),
      augmentation: fc.record<Augmentation>({
        flip: fc.boolean(),
        flipVertical: fc.boolean(),
        crop: fc.integer({ min: 0, max: Math.min(height, width) - 1 }),
        resizedCrop: fc.record({ scale: ordered(0.01, 1), ratio: ordered(0.1, 10) }),
        rotation: share(180),
        affine: fc.record({ rotation: share(180), shift: share(1), scale: ordered(0.1, 10) }),
        trivial: fc.boolean(),
        colorJitter: fc.record({ brightness: share(1), contrast: share(1), saturation: share(1), hue: share(0.5) }),
        cutout: fc.integer({ min: 0, max: Math.min(height, width) }),
      }),
    }),
  );

/** The image after augmentation; what lies around it in its memory must stay. */
function augmented(
  image: Uint8Array,
  augmentation: Augmentation,
  { imageShape, seed }: { imageShape: ImageShape; seed: number },
): Uint8Array {
  const memory = new Uint8Array(image.length + 4).fill(77);
  const inside = memory.subarray(2, 2 + image.length);
  inside.set(image);
  augmentImage(inside, augmentation, { imageShape, stream: stream(seed, "augment") });
  expect([...memory.subarray(0, 2), ...memory.subarray(-2)]).toEqual([77, 77, 77, 77]);
  return inside;
}

/** True if a count of independent chances is within five standard deviations of its mean. */
function isLikely(count: number, { trials, chance }: { trials: number; chance: number }): boolean {
  return Math.abs(count - trials * chance) < 5 * Math.sqrt(trials * chance * (1 - chance));
}

describe("augmentImage", () => {
  test("depends on the stream alone and touches no byte outside the image", () => {
    fc.assert(
      fc.property(cases, ({ image, augmentation, ...rest }) => {
        checkAugmentation(augmentation, rest.imageShape);
        expect(augmented(image, augmentation, rest)).toEqual(augmented(image, augmentation, rest));
      }),
    );
  });

  test("leaves an image as it is where nothing is asked for, or with no strength", () => {
    const whole: [number, number] = [1, 1];
    fc.assert(
      fc.property(cases, ({ image, ...rest }) => {
        const [, height, width] = rest.imageShape;
        const still = { brightness: 0, contrast: 0, saturation: 0, hue: 0 };
        const ratio: [number, number] = [width / height, width / height];
        expect(augmented(image, {}, rest)).toEqual(image);
        const none = { rotation: 0, cutout: 0, crop: 0, affine: null, trivial: false };
        expect(augmented(image, { colorJitter: still, ...none }, rest)).toEqual(image);
        expect(augmented(image, { affine: { rotation: 0, shift: 0, scale: whole } }, rest)).toEqual(image);
        expect(augmented(image, { resizedCrop: { scale: whole, ratio } }, rest)).toEqual(image);
      }),
    );
  });

  test("makes everything one after the other, drawn from one stream in the order of the docstring", () => {
    fc.assert(
      fc.property(cases, ({ image, augmentation, imageShape, seed }) => {
        const { flip, flipVertical, crop, resizedCrop, rotation, affine, trivial, ...rest } = augmentation;
        const [random, stepped] = [stream(seed, "augment"), image.slice()];
        for (const step of [
          { flip, flipVertical, crop },
          { resizedCrop },
          { rotation },
          { affine },
          { trivial },
          rest,
        ]) {
          augmentImage(stepped, step as Augmentation, { imageShape, stream: random });
        }
        expect(augmented(image, augmentation, { imageShape, seed })).toEqual(stepped);
      }),
    );
  });

  test("keeps every value between the smallest and the largest of its channel but for colours, cutout and trivial", () => {
    fc.assert(
      fc.property(cases, ({ image, augmentation, ...rest }) => {
        const made = augmented(image, { ...augmentation, colorJitter: null, cutout: 0, trivial: false }, rest);
        const plane = image.length / 3;
        for (let channel = 0; channel < 3; channel++) {
          const before = image.subarray(channel * plane, (channel + 1) * plane);
          const after = made.subarray(channel * plane, (channel + 1) * plane);
          expect(Math.min(...after)).toBeGreaterThanOrEqual(Math.min(...before));
          expect(Math.max(...after)).toBeLessThanOrEqual(Math.max(...before));
        }
      }),
    );
  });

  test("turns half of the images upside down, whether or not they are mirrored", () => {
    const counts = new Map<string, number>();
    for (let trial = 0; trial < TRIALS; trial++) {
      const image = Uint8Array.of(1, 2, 3, 4);
      const random = { imageShape: [1, 2, 2] as const, stream: stream(5, "augment", trial) };
      augmentImage(image, { flip: true, flipVertical: true }, random);
      counts.set(image.join(), (counts.get(image.join()) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["1,2,3,4", "2,1,4,3", "3,4,1,2", "4,3,2,1"]);
    for (const count of counts.values()) expect(isLikely(count, { trials: TRIALS, chance: 1 / 4 })).toBe(true);
  });

  test("covers squares whose middles are everywhere alike, cut at the edges", () => {
    const counts = new Map<string, number>();
    for (let trial = 0; trial < TRIALS; trial++) {
      const image = new Uint8Array(2 * 9).fill(9);
      const random = { imageShape: [2, 3, 3] as const, stream: stream(6, "augment", trial) };
      augmentImage(image, { cutout: 2, cutoutFill: [5, 0] }, random);
      expect([...image.subarray(9)]).toEqual(Array.from(image.subarray(0, 9), (value) => (value === 5 ? 0 : 9)));
      const covered = image.subarray(0, 9).join("");
      counts.set(covered, (counts.get(covered) ?? 0) + 1);
    }
    // a middle in the first row or column leaves half of its square outside
    expect([...counts.keys()].sort()).toEqual(
      [
        ["599999999", "559999999", "955999999"],
        ["599599999", "559559999", "955955999"],
        ["999599599", "999559559", "999955955"],
      ]
        .flat()
        .sort(),
    );
    for (const count of counts.values()) expect(isLikely(count, { trials: TRIALS, chance: 1 / 9 })).toBe(true);
  });

  test("turns to either side, up to the angle", () => {
    // a bright pixel on the middle's right: where its mass goes tells the side
    let left = 0;
    for (let trial = 0; trial < 500; trial++) {
      const image = new Uint8Array(81);
      image[4 * 9 + 8] = 255;
      augmentImage(image, { rotation: 30 }, { imageShape: [1, 9, 9], stream: stream(7, "augment", trial) });
      const above = image.subarray(0, 36).reduce((sum, value) => sum + value, 0);
      const below = image.subarray(45).reduce((sum, value) => sum + value, 0);
      if (above > below) left++;
      expect(Math.max(...image.subarray(0, 9))).toBe(0);
    }
    expect(isLikely(left, { trials: 500, chance: 0.5 })).toBe(true);
  });
});

describe("drawWindow", () => {
  test("stays inside the image, within the ranges of area and ratio up to whole pixels", () => {
    const ranges = { scale: [0.1, 0.2] as const, ratio: [0.5, 2] as const };
    const windows = Array.from({ length: TRIALS }, (_, trial) => drawWindow(stream(8, trial), ranges, [3, 40, 50]));
    for (const { top, left, height, width } of windows) {
      expect(Math.min(top, left, 40 - top - height, 50 - left - width)).toBeGreaterThanOrEqual(0);
      expect(((height - 0.5) * (width - 0.5)) / 2000).toBeLessThanOrEqual(0.2);
      expect(((height + 0.5) * (width + 0.5)) / 2000).toBeGreaterThanOrEqual(0.1);
      expect((width - 0.5) / (height + 0.5)).toBeLessThanOrEqual(2);
      expect((width + 0.5) / (height - 0.5)).toBeGreaterThanOrEqual(0.5);
    }
    // windows this small always fit, so areas are as even, and ratios in their logarithm, as they are drawn
    const small = windows.filter(({ height, width }) => height * width < 0.15 * 2000).length;
    const wide = windows.filter(({ height, width }) => width > height).length;
    const tall = windows.filter(({ height, width }) => width < height).length;
    expect(isLikely(small, { trials: TRIALS, chance: 0.5 })).toBe(true);
    expect(isLikely(wide, { trials: wide + tall, chance: 0.5 })).toBe(true);
  });

  test("is the largest in the middle where none fits", () => {
    const tall = { scale: [1, 1] as const, ratio: [0.5, 0.5] as const };
    expect(drawWindow(stream(1), tall, [3, 10, 10])).toEqual({ top: 0, left: 2, height: 10, width: 5 });
    const wide = { scale: [1, 1] as const, ratio: [2, 2] as const };
    expect(drawWindow(stream(1), wide, [3, 10, 10])).toEqual({ top: 2, left: 0, height: 5, width: 10 });
  });
});

describe("drawColorChanges", () => {
  const strengths = { brightness: 0.2, contrast: 0.4, saturation: 0.6, hue: 0.1 };
  const drawn = Array.from({ length: TRIALS }, (_, trial) => drawColorChanges(stream(9, trial), strengths));

  test("makes the changes in every order alike", () => {
    const counts = new Map<string, number>();
    for (const changes of drawn) {
      const order = changes.map(({ kind }) => kind[0]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(isLikely(count, { trials: TRIALS, chance: 1 / 24 })).toBe(true);
  });

  test.each([
    { kind: "brightness", from: 0.8, to: 1.2 },
    { kind: "contrast", from: 0.6, to: 1.4 },
    { kind: "saturation", from: 0.4, to: 1.6 },
    { kind: "hue", from: -0.1, to: 0.1 },
  ])("draws $kind evenly from $from to $to", ({ kind, from, to }) => {
    const amounts = drawn.map((changes) => changes.find((change) => change.kind === kind)?.amount ?? NaN);
    expect(amounts.every((amount) => amount >= from && amount < to)).toBe(true);
    const lowest = amounts.filter((amount) => amount < from + (to - from) / 4).length;
    expect(isLikely(lowest, { trials: TRIALS, chance: 1 / 4 })).toBe(true);
  });

  test("leaves out what has no strength", () => {
    const only = drawColorChanges(stream(1), { brightness: 0, contrast: 0, saturation: 0.3, hue: 0 });
    expect(only.map(({ kind }) => kind)).toEqual(["saturation"]);
  });
});

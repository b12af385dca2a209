import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type RandomStream, ConfigError, stream } from "../../core/index.ts";
import { augmentImage, changesImages, checkAugmentation } from "./augment-image.ts";
import type { Augmentation } from "./table.ts";

/** A stream whose whole numbers are these. */
function scripted(...integers: number[]): RandomStream {
  return { ...stream(0), integer: () => integers.shift() ?? 0 };
}

// 1 2 3
// 4 5 6
// 7 8 9
const image = (): Uint8Array => Uint8Array.from({ length: 9 }, (_, i) => i + 1);

test("a flip mirrors every row", () => {
  const flipped = image();
  augmentImage(flipped, { flip: true, crop: 0 }, { imageShape: [1, 3, 3], stream: scripted(1) });
  expect([...flipped]).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7]);
});

test("a crop to the lower right shows the reflected padding", () => {
  const cropped = image();
  // Offsets are drawn in 0 … 2·crop: 2 and 2 mean one down, one to the right.
  augmentImage(cropped, { flip: false, crop: 1 }, { imageShape: [1, 3, 3], stream: scripted(2, 2) });
  expect([...cropped]).toEqual([5, 6, 5, 8, 9, 8, 5, 6, 5]);
});

test("a crop to the upper left shows the reflected padding", () => {
  const cropped = image();
  augmentImage(cropped, { flip: false, crop: 2 }, { imageShape: [1, 3, 3], stream: scripted(0, 1) });
  expect([...cropped]).toEqual([8, 7, 8, 5, 4, 5, 2, 1, 2]);
});

test("a flip turns the cropped window, and every channel alike", () => {
  const both = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19);
  augmentImage(both, { flip: true, crop: 1 }, { imageShape: [2, 3, 3], stream: scripted(1, 2, 1) });
  expect([...both]).toEqual([2, 3, 2, 5, 6, 5, 8, 9, 8, 12, 13, 12, 15, 16, 15, 18, 19, 18]);
});

test("half of the images are flipped and every crop offset occurs", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 400; i++) {
    const augmented = image();
    augmentImage(augmented, { flip: true, crop: 1 }, { imageShape: [1, 3, 3], stream: stream(1, "augment", i) });
    seen.add(augmented.join());
  }
  // 9 offsets, times 2; at the outer column offsets a reflected window of width 3 is its own mirror image.
  expect(seen.size).toBe(9 + 3);
});

test.each([
  {
    augmentation: { crop: -1 },
    sentence: "augmentation crop: expected a whole number of pixels from 0 to 2 for images of 3x4, got -1.",
  },
  {
    augmentation: { crop: 0.5 },
    sentence: "augmentation crop: expected a whole number of pixels from 0 to 2 for images of 3x4, got 0.5.",
  },
  {
    augmentation: { crop: 3 },
    sentence: "augmentation crop: expected a whole number of pixels from 0 to 2 for images of 3x4, got 3.",
  },
  {
    augmentation: { cutout: 4 },
    sentence: "augmentation cutout: expected a whole number of pixels from 0 to 3 for images of 3x4, got 4.",
  },
  {
    augmentation: { rotation: 200 },
    sentence: "augmentation rotation: expected degrees from 0 to 180, got 200.",
  },
  {
    augmentation: { affine: { rotation: -1, shift: 0.1, scale: [0.9, 1.1] } },
    sentence: "augmentation affine.rotation: expected degrees from 0 to 180, got -1.",
  },
  {
    augmentation: { affine: { rotation: 5, shift: 4, scale: [0.9, 1.1] } },
    sentence: "augmentation affine.shift: expected a share of the side from 0 to 1, got 4.",
  },
  {
    augmentation: { affine: { rotation: 5, shift: NaN, scale: [0.9, 1.1] } },
    sentence: "augmentation affine.shift: expected a share of the side from 0 to 1, got NaN.",
  },
  {
    augmentation: { affine: { rotation: 5, shift: 0.1, scale: [0, 1.1] } },
    sentence: "augmentation affine.scale: expected two numbers above 0, the smaller first, got [0, 1.1].",
  },
  {
    augmentation: { resizedCrop: { scale: [0.9, 0.5], ratio: [1, 1] } },
    sentence:
      "augmentation resizedCrop.scale: expected two numbers above 0 up to 1, the smaller first, got [0.9, 0.5].",
  },
  {
    augmentation: { resizedCrop: { scale: [0.5, 1], ratio: [0, 1] } },
    sentence: "augmentation resizedCrop.ratio: expected two numbers above 0, the smaller first, got [0, 1].",
  },
  {
    augmentation: { colorJitter: { brightness: 0.1, contrast: 0, saturation: 0, hue: 0 } },
    sentence:
      "augmentation colorJitter: expected images of 3 channels, red, green and blue, got 1. Leave colorJitter out.",
  },
] as const)("$augmentation is refused for grey images of 3x4", ({ augmentation, sentence }) => {
  expect(() => checkAugmentation(augmentation, [1, 3, 4])).toThrow(new ConfigError(sentence));
});

test("trivial is refused for images of two channels, and done to grey ones", () => {
  const sentence =
    "augmentation trivial: expected images of 1 or 3 channels, grey or red, green and blue, got 2. Leave trivial out.";
  expect(() => checkAugmentation({ trivial: true }, [2, 3, 4])).toThrow(new ConfigError(sentence));
  checkAugmentation({ trivial: true }, [1, 3, 4]);
  const grey = image();
  // the operation 11 is solarize, its bin 30 the threshold 0
  augmentImage(grey, { trivial: true }, { imageShape: [1, 3, 3], stream: scripted(11, 30) });
  expect([...grey]).toEqual([254, 253, 252, 251, 250, 249, 248, 247, 246]);
});

test("a cutout covers with mid-grey where no colour is given", () => {
  const pixel = Uint8Array.of(9);
  augmentImage(pixel, { cutout: 1 }, { imageShape: [1, 1, 1], stream: stream(0) });
  expect([...pixel]).toEqual([128]);
});

test("everything at once makes the bytes that it made before there was a table: its order is part of every seed", () => {
  const everything: Augmentation = {
    flip: true,
    flipVertical: true,
    crop: 1,
    resizedCrop: { scale: [0.5, 1], ratio: [0.75, 1.5] },
    rotation: 10,
    affine: { rotation: 5, shift: 0.1, scale: [0.9, 1.1] },
    trivial: true,
    colorJitter: { brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.1 },
    cutout: 2,
    cutoutFill: [1, 2, 3],
  };
  const hash = createHash("sha256");
  for (let index = 0; index < 20; index++) {
    const bytes = Uint8Array.from({ length: 3 * 6 * 5 }, (_, at) => (7 * at + index) % 256);
    augmentImage(bytes, everything, { imageShape: [3, 6, 5], stream: stream(index, "augment") });
    hash.update(bytes);
  }
  // by the one function that did all of it, before each augmentation was an entry of a table
  expect(hash.digest("hex")).toBe("b73597f2515cb188349d4e82861d0d5c18c165ef28b4896d9b07c53f79ca02df");
});

describe("changesImages", () => {
  test.each<Augmentation>([
    { flip: true },
    { flipVertical: true },
    { crop: 1 },
    { resizedCrop: { scale: [0.5, 1], ratio: [1, 1] } },
    { rotation: 1 },
    { affine: { rotation: 5, shift: 0, scale: [1, 1] } },
    { trivial: true },
    { colorJitter: { brightness: 0.1, contrast: 0, saturation: 0, hue: 0 } },
    { cutout: 1 },
  ])("is true of %j", (augmentation) => {
    expect(changesImages(augmentation)).toBe(true);
  });

  test("is false of nothing", () => {
    expect(changesImages({})).toBe(false);
    const nothing = { flip: false, flipVertical: false, crop: 0, resizedCrop: null, rotation: 0, cutout: 0 };
    expect(changesImages({ ...nothing, affine: null, trivial: false, colorJitter: null, cutoutFill: [1, 2, 3] })).toBe(
      false,
    );
  });
});

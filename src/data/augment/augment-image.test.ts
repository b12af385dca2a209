import { expect, test } from "vitest";
import { type RandomStream, ConfigError, stream } from "../../core/index.ts";
import { augmentImage } from "./augment-image.ts";
import { checkAugmentation } from "./augmentation.ts";

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

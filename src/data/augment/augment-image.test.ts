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

test.each([-1, 0.5, 3])("a crop of %d is refused for images of 3 pixels", (crop) => {
  expect(() => checkAugmentation({ flip: false, crop }, [1, 3, 4])).toThrow(
    new ConfigError(`augmentation crop: expected a whole number of pixels from 0 to 2 for images of 3x4, got ${crop}.`),
  );
});

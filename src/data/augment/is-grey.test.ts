import { expect, test } from "vitest";
import type { ImageShape } from "../dataset.ts";
import type { ImageSubset } from "../image-subset.ts";
import { isGrey } from "./is-grey.ts";

/** One subset of all images in `pixels`. */
function subsetOf(pixels: Uint8Array, [channels, height, width]: ImageShape): ImageSubset {
  const count = pixels.length / (channels * height * width);
  const labels = new Uint16Array(count);
  return { part: { count, pixels, labels }, indices: Uint32Array.from(labels.keys()), labels, classNames: ["ant"] };
}

test("images of one channel are grey", () => {
  expect(isGrey(subsetOf(Uint8Array.of(1, 2, 3, 4), [1, 2, 2]), [1, 2, 2])).toBe(true);
});

test("images of three equal channels are grey, and one pixel in one of them is a colour", () => {
  const greys = Uint8Array.of(1, 2, 1, 2, 1, 2, 7, 8, 7, 8, 7, 8);
  expect(isGrey(subsetOf(greys, [3, 1, 2]), [3, 1, 2])).toBe(true);
  for (let at = 0; at < greys.length; at++) {
    const colored = greys.slice();
    colored[at] += 1;
    expect(isGrey(subsetOf(colored, [3, 1, 2]), [3, 1, 2])).toBe(false);
  }
});

test("of many images 200 are looked at, from the first on to the end, those of the subset alone", () => {
  const pixels = new Uint8Array(3 * 1000);
  const subset = subsetOf(pixels, [3, 1, 1]);
  pixels[3 * 995] = 1;
  expect(isGrey(subset, [3, 1, 1])).toBe(false);
  expect(isGrey({ ...subset, indices: subset.indices.subarray(0, 995) }, [3, 1, 1])).toBe(true);
  pixels[3 * 995] = 0;
  pixels[3 * 996] = 1;
  expect(isGrey(subset, [3, 1, 1])).toBe(true);
});

/** @file What augmentation makes of images once its random numbers are drawn, against PyTorch's and torchvision's. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type HashDataset, hashImages } from "../../../test/golden/hash-data.ts";
import { decodeFloat32 } from "../../../test/golden/trajectories.ts";
import type { ImageShape } from "../dataset.ts";
import { type ColorChange, changeColors } from "./colour/color-jitter.ts";
import { reflect } from "./geometry/reflect.ts";
import { type Window, enlarge } from "./geometry/resized-crop.ts";
import { rotate } from "./geometry/rotation.ts";

/** As make_augmentation.py writes it; `values` are [C, H, W] reals, float32 in base64. */
interface Golden {
  dataset: HashDataset;
  colors: { changes: ColorChange[]; values: string }[];
  windows: (Window & { values: string })[];
  rotations: { degrees: number; values: string }[];
}

const goldenFile = new URL("../../../test/golden/augmentation.json", import.meta.url);
const golden = JSON.parse(readFileSync(goldenFile, "utf8")) as Golden;
const { channels, height, width } = golden.dataset;
const imageShape: ImageShape = [channels, height, width];
const pixels = hashImages(golden.dataset);
const imageBytes = channels * height * width;
/** A new copy of image 0 or 1. */
const image = (index: number): Uint8Array => pixels.slice(index * imageBytes, (index + 1) * imageBytes);

/** Bytes are the nearest whole numbers; the rest is the rounding of reals up to 255 to float32. */
const HALF_A_LEVEL = 0.5 + 1e-4;

/** The largest distance of a byte from its real. */
function distance(bytes: Uint8Array, base64: string): number {
  const reals = decodeFloat32(base64);
  expect(bytes).toHaveLength(reals.length);
  return Math.max(...Array.from(bytes, (byte, at) => Math.abs(byte - reals[at])));
}

describe("changeColors", () => {
  test.each(golden.colors)("makes torchvision's values of $changes", ({ changes, values }) => {
    const changed = image(0);
    changeColors(changed, changes);
    expect(distance(changed, values)).toBeLessThan(HALF_A_LEVEL);
  });

  test("leaves greys their hue and saturation, whatever is asked", () => {
    const grey = Uint8Array.of(7, 130, 255, 7, 130, 255, 7, 130, 255);
    changeColors(grey, [
      { kind: "hue", amount: 0.4 },
      { kind: "saturation", amount: 1.9 },
    ]);
    expect([...grey]).toEqual([7, 130, 255, 7, 130, 255, 7, 130, 255]);
  });

  test("turns red to green in a third of a turn, and to cyan in half of one", () => {
    const turned = (turns: number): number[] => {
      const red = Uint8Array.of(200, 40, 40);
      changeColors(red, [{ kind: "hue", amount: turns }]);
      return [...red];
    };
    expect(turned(1 / 3)).toEqual([40, 200, 40]);
    expect(turned(0.5)).toEqual([40, 200, 200]);
  });

  test("rounds half a level to the even one", () => {
    const odd = Uint8Array.of(1, 3, 5);
    changeColors(odd, [{ kind: "brightness", amount: 0.5 }]);
    expect([...odd]).toEqual([0, 2, 2]);
  });
});

describe("enlarge", () => {
  test.each(golden.windows)("makes PyTorch's values of $height x $width from $top, $left", ({ values, ...window }) => {
    const enlarged = image(1);
    enlarge(enlarged, imageShape, window);
    expect(distance(enlarged, values)).toBeLessThan(HALF_A_LEVEL);
  });

  test("leaves an image whose window is all of it", () => {
    const whole = image(1);
    enlarge(whole, imageShape, { top: 0, left: 0, height, width });
    expect(whole).toEqual(image(1));
  });
});

describe("rotate", () => {
  test.each(golden.rotations)("makes PyTorch's values at $degrees degrees", ({ degrees, values }) => {
    const rotated = image(1);
    rotate(rotated, imageShape, degrees);
    expect(distance(rotated, values)).toBeLessThan(HALF_A_LEVEL);
  });

  test("turns counter-clockwise", () => {
    // 1 2 3
    // 4 5 6
    // 7 8 9
    const square = Uint8Array.from({ length: 9 }, (_, i) => i + 1);
    rotate(square, [1, 3, 3], 90);
    expect([...square]).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
  });
});

describe("reflect", () => {
  test("folds places far outside back in, without repeating the edge", () => {
    const row = (length: number): number[] => Array.from({ length: 13 }, (_, i) => reflect(i - 6, length));
    expect(row(4)).toEqual([0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0]);
    expect(row(1)).toEqual(Array(13).fill(0));
    expect(reflect(-0.25, 3)).toBe(0.25);
    expect(reflect(2.25, 3)).toBe(1.75);
  });
});

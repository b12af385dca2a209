/** @file A mean and a deviation for each channel, of what was said. */

import { expect, test } from "vitest";
import { normalizationOf } from "./normalizations.ts";

test("one number, also in a list, is that of every channel", () => {
  const expected = { mean: [0.498, 0.498, 0.498], std: [0.502, 0.502, 0.502] };
  expect(normalizationOf({ mean: 0.498, std: [0.502] }, 3)).toEqual(expected);
  expect(normalizationOf({ mean: [0.1, 0.2, 0.3], std: 1 }, 3)).toEqual({ mean: [0.1, 0.2, 0.3], std: [1, 1, 1] });
});

test("two numbers of three channels are refused", () => {
  expect(() => normalizationOf({ mean: [0, 0], std: 1 }, 3)).toThrow(
    "normalization: expected one value each of mean and std, or 3, one for each channel of the images, got 2.",
  );
});

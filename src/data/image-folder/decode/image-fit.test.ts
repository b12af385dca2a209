import { expect, test } from "vitest";
import { ConfigError } from "../../../core/index.ts";
import { type ImageFitOptions, fitPhrase, resolveFit } from "./image-fit.ts";

test.each([
  [{ imageShape: [3, 32, 24] }, "resized to 32x24, the centre cut out"],
  [{ imageShape: [1, 28, 28], fit: "contain" }, "resized to 28x28 in grey, padded with black"],
  [{ imageShape: [3, 8, 8], fit: "fill" }, "resized to 8x8, stretched"],
  [
    { imageShape: [3, 224, 224], resizeShorter: 256 },
    "resized to a shorter side of 256, the centre of 224x224 cut out",
  ],
] as const)("%j is said in words", (options, phrase) => {
  expect(fitPhrase(resolveFit(options))).toBe(phrase);
});

test.each([
  [
    { imageShape: [2, 8, 8] },
    "image shape: expected 3 or 1 channels, and a height and a width from 1 to 4096, got [2, 8, 8].",
  ],
  [
    { imageShape: [3, 8, 0.5] },
    "image shape: expected 3 or 1 channels, and a height and a width from 1 to 4096, got [3, 8, 0.5].",
  ],
  [{ imageShape: [3, 8, 8], fit: "crop" }, 'fit: expected one of cover, contain, fill, got "crop".'],
  [
    { imageShape: [3, 8, 8], fit: "fill", resizeShorter: 9 },
    'resizeShorter: expected it with fit "cover" alone, got fit "fill". Leave one of them out.',
  ],
  [
    { imageShape: [3, 8, 9], resizeShorter: 8 },
    "resizeShorter: expected a whole number from 9, the longest side of the image shape, to 4096, got 8.",
  ],
])("%j is refused", (options, message) => {
  expect(() => resolveFit(options as unknown as ImageFitOptions)).toThrow(new ConfigError(message));
});

/** @file What metadata say of images, and what is not said. */

import { describe, expect, test } from "vitest";
import { preprocessingOf } from "./preprocessing.ts";

const said = (metadata: Record<string, string>, takesBytes = false) =>
  preprocessingOf({ layout: "CHW", channels: 3, takesBytes, ownPixels: null, metadata, description: "" });

describe("normalization", () => {
  test.each([
    { metadata: {}, normalization: null },
    {
      metadata: { mean: "[0.1, 0.2, 0.3]", std: "[1, 2, 3]" },
      normalization: { mean: [0.1, 0.2, 0.3], std: [1, 2, 3] },
    },
    { metadata: { mean: "[0.1]", std: "[1]" }, normalization: null },
    { metadata: { mean: "[0, 0, 0]", std: "[1, 1, 0]" }, normalization: null },
    { metadata: { mean: "none", std: "[1, 1, 1]" }, normalization: null },
    {
      metadata: { "Image.NominalPixelRange": "NominalRange_0_255" },
      normalization: { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
    },
    { metadata: { "Image.NominalPixelRange": "Normalized_0_1" }, normalization: { mean: [0, 0, 0], std: [1, 1, 1] } },
    {
      metadata: { "Image.NominalPixelRange": "Normalized_1_1" },
      normalization: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    },
  ])("of $metadata", ({ metadata, normalization }) => {
    expect(said(metadata).normalization).toEqual(normalization);
  });

  test("of a file that takes bytes is what undoes a division by 255, whatever else it says", () => {
    const { normalization } = said({ mean: "[0.1, 0.2, 0.3]", std: "[1, 2, 3]" }, true);
    expect(normalization).toEqual({ mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] });
  });
});

describe("names of classes", () => {
  test.each([
    { metadata: { classes: '["ant", "bee"]' }, classNames: ["ant", "bee"] },
    { metadata: { labels: '{"1": "bee", "0": "ant"}' }, classNames: ["ant", "bee"] },
    { metadata: { names: '{"bee": 1, "ant": 0}' }, classNames: ["ant", "bee"] },
    { metadata: { names: '{"bee": 2, "ant": 0}' }, classNames: null },
    { metadata: { names: `{0: 'cat', 1: "crow's nest", 2: 'it\\'s'}` }, classNames: ["cat", "crow's nest", "it's"] },
    { metadata: { names: "{0: 'cat', 1: dog}" }, classNames: null },
    { metadata: { classes: "ant, bee" }, classNames: null },
    { metadata: { classes: "[]" }, classNames: null },
    { metadata: {}, classNames: null },
  ])("of $metadata", ({ metadata, classNames }) => {
    expect(said(metadata).classNames).toEqual(classNames);
  });
});

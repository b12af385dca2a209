/** @file The hashed data of TypeScript and Python are the same, bit for bit. */

import { describe, expect, it } from "vitest";

import {
  hash32,
  hashDropoutMask,
  hashImages,
  hashLabels,
  hashSymmetric,
  hashUniform,
  normalisePixels,
} from "./hash-data.ts";
import { readTrajectories } from "./trajectories.ts";

const golden = readTrajectories();

describe("hash32", () => {
  it.each(golden.hash)("of seed $seed and index $index is Python's $value", ({ seed, index, value }) => {
    expect(hash32(seed, index)).toBe(value);
  });
});

describe.each(golden.data)("the hashed data of the $network network", (check) => {
  const { dataset, initialParameters } = golden.networks[check.network];
  const pixels = hashImages(dataset);

  it("has Python's labels", () => {
    expect([...hashLabels(dataset).subarray(0, check.labels.length)]).toEqual(check.labels);
  });

  it("has Python's pixels", () => {
    expect([...pixels.subarray(0, check.firstPixels.length)]).toEqual(check.firstPixels);
    expect(pixels.reduce((sum, pixel) => sum + pixel, 0)).toBe(check.pixelSum);
    expect(pixels.reduce((sum, pixel, position) => sum + pixel * (position % 251), 0)).toBe(
      check.positionWeightedPixelSum,
    );
  });

  it("has Python's normalised pixels", () => {
    const first = normalisePixels(pixels.subarray(0, check.firstNormalised.length));
    expect([...first]).toEqual(check.firstNormalised);
  });

  it("has Python's first weights", () => {
    const start = initialParameters[0];
    if (!("bound" in start)) throw new Error(`${start.name} starts from a constant`);
    expect([...hashSymmetric(start.seed, check.firstWeights.length, start.bound)]).toEqual(check.firstWeights);
  });
});

describe("hashDropoutMask", () => {
  it("keeps what is not below the rate, scaled to keep the mean", () => {
    const mask = hashDropoutMask(7000, 2048, 0.4);
    mask.forEach((factor, index) => {
      expect(factor).toBe(hashUniform(7000, index) < 0.4 ? 0 : Math.fround(1 / 0.6));
    });
    const mean = mask.reduce((sum, factor) => sum + factor, 0) / mask.length;
    // Three standard errors of the mean of 2048 factors with variance 0.4 / 0.6.
    expect(Math.abs(mean - 1)).toBeLessThan(3 * Math.sqrt(0.4 / 0.6 / mask.length));
  });
});

import { expect, test } from "vitest";
import { allocateImages } from "./dataset.ts";
import { channelStatistics } from "./statistics.ts";

test("mean and standard deviation are taken per channel over the chosen images", () => {
  const part = allocateImages(3, [2, 1, 2]);
  // The second image is not in the subset.
  part.pixels.set([0, 255, 10, 10, 99, 99, 99, 99, 255, 0, 20, 40]);
  const subset = { part, indices: Uint32Array.of(0, 2), labels: Uint16Array.of(0, 0), classNames: ["ant"] };
  const { mean, standardDeviation } = channelStatistics(subset, [2, 1, 2]);
  // Channel 0: 0, 255, 255, 0. Channel 1: 10, 10, 20, 40: mean 20, variance (100 + 100 + 0 + 400) / 4 = 150.
  expect(mean).toEqual([0.5, 20 / 255]);
  expect(standardDeviation[0]).toBe(0.5);
  expect(standardDeviation[1]).toBeCloseTo(Math.sqrt(150) / 255, 15);
});

test("a constant channel has a standard deviation of exactly zero", () => {
  const part = allocateImages(1, [1, 3, 3]);
  part.pixels.fill(77);
  const subset = { part, indices: Uint32Array.of(0), labels: Uint16Array.of(0), classNames: ["ant"] };
  expect(channelStatistics(subset, [1, 3, 3]).standardDeviation).toEqual([0]);
});

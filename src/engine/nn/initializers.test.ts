/** @file Bounds and variances of initial values. */

import { describe, expect, test } from "vitest";
import { float32, stream } from "../../core/index.ts";
import { type Initializer, fansOf, initializers } from "./initializers.ts";

/** 36,864 values; the kernel has 9 positions. */
const SHAPE = [32, 128, 3, 3];
const [FAN_IN, FAN_OUT] = [128 * 9, 32 * 9];

function draw(name: keyof typeof initializers): Float32Array {
  return initializers[name](SHAPE, stream(3, "test", name)).data;
}

function moments(values: Float32Array): { mean: number; variance: number; largest: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance, largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

test("fans are channels times kernel positions", () => {
  expect(fansOf(SHAPE)).toEqual({ fanIn: FAN_IN, fanOut: FAN_OUT });
  expect(fansOf([10, 128])).toEqual({ fanIn: 128, fanOut: 10 });
  expect(fansOf([64, 1, 3, 3])).toEqual({ fanIn: 9, fanOut: 576 });
});

describe.each([
  ["glorotUniform", 2 / (FAN_IN + FAN_OUT)],
  ["glorotNormal", 2 / (FAN_IN + FAN_OUT)],
  ["heUniform", 2 / FAN_IN],
  ["heNormal", 2 / FAN_IN],
] as const)("%s", (name, expected) => {
  const { mean, variance, largest } = moments(draw(name));
  const deviations = largest / Math.sqrt(expected);

  test("has mean 0 and the variance of its source", () => {
    // of 36,864 draws: standard errors of 0.005 deviations (mean) and at most 0.74 % (variance), times 4
    expect(Math.abs(mean)).toBeLessThan(4 * 0.0053 * Math.sqrt(expected));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.03);
  });

  test("goes as far as its distribution does", () => {
    // a uniform's bound is sqrt(3) deviations; the largest of 36,864 normals is expected at 4.2
    const [low, high] = name.endsWith("Uniform") ? [Math.sqrt(3) * 0.999, Math.sqrt(3) * (1 + 1e-7)] : [3.5, 5.8];
    expect(deviations).toBeGreaterThan(low);
    expect(deviations).toBeLessThanOrEqual(high);
  });
});

test("zeros and ones are what they say and draw nothing", () => {
  const random = stream(1, "untouched");
  const [zeros, ones]: Initializer[] = [initializers.zeros, initializers.ones];
  expect(zeros([2, 2], random)).toEqual(float32([0, 0, 0, 0], [2, 2]));
  expect(ones([3], random)).toEqual(float32([1, 1, 1]));
  expect(random.bits()).toBe(stream(1, "untouched").bits());
});

/** @file The golden file is whole, and its readers agree with how it was written. */

import { describe, expect, it } from "vitest";

import { decodeFloat32, readTrajectories, relativeDistance, samplePositions, startValues } from "./trajectories.ts";

const golden = readTrajectories();

describe.each(Object.entries(golden.networks))("the golden run of the %s network", (_name, run) => {
  it("has a finite loss for every step that falls over the run", () => {
    expect(run.losses).toHaveLength(run.steps);
    expect(run.losses.every(Number.isFinite)).toBe(true);
    const epoch = run.dataset.count / run.batchSize;
    const mean = (losses: number[]) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    expect(mean(run.losses.slice(-epoch))).toBeLessThan(mean(run.losses.slice(0, epoch)) - 0.3);
  });

  it("is conditioned well enough to hold another float32 engine to a relative 1e-3", () => {
    const differences = [run.conditioning, ...run.conditioning.perturbed].map((d) => d.maxRelativeLossDifference);
    expect(Math.max(...differences)).toBeLessThan(5e-4);
  });

  it("moved every parameter that has a gradient from where it started", () => {
    const moved = run.finalParameters.filter((final, index) => {
      const distance = relativeDistance(startValues(run.initialParameters[index]), final, run.sampling);
      return distance > 2e-5 && distance <= 1;
    });
    const withGradient = run.firstGradients.filter(({ scale }) => scale === undefined);
    expect(moved.map(({ name }) => name)).toEqual(withGradient.map(({ name }) => name));
    expect(run.finalParameters.map(({ name }) => name)).toEqual(run.initialParameters.map(({ name }) => name));
  });
});

describe("relativeDistance", () => {
  const { sampling, finalParameters } = golden.networks.classic;
  const tensor = { name: "w", shape: [2], values: Buffer.from(new Float32Array([1, -4]).buffer).toString("base64") };

  it("is the largest difference over the largest element", () => {
    expect(relativeDistance(new Float32Array([1, -4]), tensor, sampling)).toBe(0);
    expect(relativeDistance(new Float32Array([2, -4]), tensor, sampling)).toBe(0.25);
  });

  it("is the largest difference over the tensor's own scale where it has one", () => {
    expect(relativeDistance(new Float32Array([2, -4]), { ...tensor, scale: 10 }, sampling)).toBe(0.1);
  });

  it("refuses another size", () => {
    expect(() => relativeDistance(new Float32Array(3), tensor, sampling)).toThrow(
      new RangeError("w: expected 2 elements, got 3"),
    );
  });

  it("looks at sampled positions of a large tensor", () => {
    const sampled = finalParameters.find((parameter) => parameter.samples !== undefined);
    if (sampled?.samples === undefined) throw new Error("no sampled tensor in the golden file");
    const size = sampled.shape.reduce((product, extent) => product * extent, 1);
    const actual = new Float32Array(size);
    const values = decodeFloat32(sampled.samples);
    samplePositions(size, sampling).forEach((position, index) => (actual[position] = values[index]));
    expect(relativeDistance(actual, sampled, sampling)).toBe(0);
    actual[samplePositions(size, sampling)[7]] += 1;
    expect(relativeDistance(actual, sampled, sampling)).toBeGreaterThan(1);
  });
});

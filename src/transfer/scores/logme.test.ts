import { describe, expect, test } from "vitest";
import { golden } from "../golden-scores.fixture.ts";
import { logme } from "./logme.ts";

describe("logme", () => {
  test.each(golden.features)("is NumPy's: $name", ({ features, labels, logme: expected }) => {
    expect(logme({ features, labels })).toBeCloseTo(expected, 6);
  });

  test("does not change with the scale of the features", () => {
    const [{ features, labels, logme: expected }] = golden.features;
    expect(logme({ features: features.map((value) => 1e4 * value), labels })).toBeCloseTo(expected, 8);
  });

  test("is finite where the features are all zero, and worse than with any that tell", () => {
    const labels = [0, 1, 0, 1, 0, 1];
    const silent = logme({ features: new Float32Array(12), labels });
    expect(silent).toBeCloseTo(-0.5 * Math.log(2 * Math.PI * 0.5) - 0.5, 4);
    expect(logme({ features: labels.flatMap((label) => [label, 1]), labels })).toBeGreaterThan(silent + 1);
  });
});

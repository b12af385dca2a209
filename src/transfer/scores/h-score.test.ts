import { describe, expect, test } from "vitest";
import { golden } from "../golden-scores.fixture.ts";
import { hScore } from "./h-score.ts";

describe("hScore", () => {
  test.each(golden.features)("is NumPy's: $name", ({ features, labels, hScore: expected }) => {
    expect(hScore({ features, labels })).toBeCloseTo(expected, 6);
  });

  test("is 0 where all images have the same features", () => {
    expect(hScore({ features: [3, 1, 3, 1, 3, 1], labels: [0, 1, 1] })).toBe(0);
  });

  test("comes near the number of classes less 1 where classes are far apart and images many", () => {
    const labels = Array.from({ length: 600 }, (_, row) => row % 3);
    const centers = [
      [0, 0],
      [50, 0],
      [0, 50],
    ];
    const features = labels.flatMap((label, row) =>
      centers[label].map((value, axis) => value + Math.sin(7 * row + axis)),
    );
    expect(hScore({ features, labels })).toBeGreaterThan(1.97);
    expect(hScore({ features, labels })).toBeLessThan(2);
  });
});

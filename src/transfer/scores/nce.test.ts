import { describe, expect, test } from "vitest";
import { golden } from "../golden-scores.fixture.ts";
import { leep } from "./leep.ts";
import { nce } from "./nce.ts";

describe("nce", () => {
  test.each(golden.answers)("is NumPy's: $name", ({ probabilities, labels, nce: expected }) => {
    expect(nce({ probabilities, labels })).toBeCloseTo(expected, 8);
  });

  test("is LEEP where the source is sure of every answer", () => {
    const answers = { probabilities: [1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0], labels: [0, 1, 1, 1, 0] };
    expect(nce(answers)).toBeCloseTo(leep(answers), 12);
    expect(nce(answers)).toBeLessThan(-0.5);
  });

  test("takes the first of equal probabilities as the answer", () => {
    expect(nce({ probabilities: [0.5, 0.5, 0.6, 0.4, 0.2, 0.8], labels: [0, 0, 1] })).toBe(0);
  });
});

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { golden } from "../golden-scores.fixture.ts";
import { leep } from "./leep.ts";

describe("leep", () => {
  test.each(golden.answers)("is NumPy's: $name", ({ probabilities, labels, leep: expected }) => {
    expect(leep({ probabilities, labels })).toBeCloseTo(expected, 8);
  });

  test("is 0 where the source's answer tells the class for sure", () => {
    expect(leep({ probabilities: [1, 0, 0, 1, 1, 0], labels: [4, 0, 4] })).toBe(0);
  });

  test("is that of guessing where the answer is always the same, whatever class has no probability", () => {
    expect(leep({ probabilities: [1, 0, 1, 0, 1, 0, 1, 0], labels: [0, 1, 0, 1] })).toBeCloseTo(Math.log(0.5), 12);
  });

  test("needs images, and a row for each", () => {
    expect(() => leep({ probabilities: [], labels: [] })).toThrow(
      new ConfigError("LEEP: expected at least one image, got none."),
    );
    expect(() => leep({ probabilities: [0.5, 0.5, 1], labels: [0, 1] })).toThrow(
      new ConfigError(
        "LEEP: expected one row of numbers for each of 2 labels, got 3 numbers. Give both for the same images.",
      ),
    );
  });
});

import { describe, expect, it } from "vitest";
import { learningCurve, pairBySeed } from "./learning-curve.ts";
import { summarize } from "./summary.ts";

const results = (...accuracies: number[]) => accuracies.map((accuracy, seed) => ({ seed, accuracy }));

describe("learningCurve", () => {
  it("summarises every measured budget, ascending", () => {
    const points = [
      { budget: 100, results: results(0.8, 0.82) },
      { budget: 10, results: results(0.6) },
      { budget: 1000, results: [] },
    ];
    expect(learningCurve({ strategy: "scratch", points }, { level: 0.9 })).toEqual([
      { budget: 10, ...summarize([0.6]) },
      { budget: 100, ...summarize([0.8, 0.82], { level: 0.9 }) },
    ]);
  });

  it("refuses budgets that are not positive or occur twice", () => {
    const point = (budget: number) => ({ budget, results: results(0.5) });
    expect(() => learningCurve({ strategy: "scratch", points: [point(0)] })).toThrow(
      new RangeError("scratch: expected positive budgets, got 0."),
    );
    expect(() => learningCurve({ strategy: "scratch", points: [point(5), point(5)] })).toThrow(
      new RangeError("scratch: expected each budget once, got 5 twice."),
    );
  });
});

it("pairs by seed, not by position, and leaves out what has no partner", () => {
  const a = [
    { seed: 3, accuracy: 0.3 },
    { seed: 1, accuracy: 0.1 },
    { seed: 7, accuracy: 0.7 },
  ];
  const b = [
    { seed: 1, accuracy: 0.2 },
    { seed: 2, accuracy: 0.9 },
    { seed: 3, accuracy: 0.4 },
  ];
  expect(pairBySeed(a, b)).toEqual([
    { seed: 1, a: 0.1, b: 0.2 },
    { seed: 3, a: 0.3, b: 0.4 },
  ]);
});

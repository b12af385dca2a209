import { describe, expect, it } from "vitest";
import { findCrossover } from "./crossover.ts";
import type { Curve } from "./learning-curve.ts";

/** A curve from budget → accuracies of seeds 0, 1, … */
function curve(strategy: string, rows: Record<number, number[]>): Curve {
  const points = Object.entries(rows).map(([budget, accuracies]) => ({
    budget: Number(budget),
    results: accuracies.map((accuracy, seed) => ({ seed, accuracy })),
  }));
  return { strategy, points };
}

/** Two curves whose differences scratch − last-layer are those given. */
function curves(rows: Record<number, number[]>): [Curve, Curve] {
  const shifted = Object.entries(rows).map(([budget, row]) => [budget, row.map((difference) => 0.5 + difference)]);
  const level = Object.entries(rows).map(([budget, row]) => [budget, row.map(() => 0.5)]);
  return [curve("scratch", Object.fromEntries(shifted)), curve("last-layer", Object.fromEntries(level))];
}

describe("findCrossover", () => {
  it("interpolates the change of sign in the logarithm of the budget", () => {
    // means −0.1 at 10 and +0.3 at 1000: a quarter of the way, 10 · 100^(1/4)
    const found = findCrossover(...curves({ 10: [-0.1], 1000: [0.3] }));
    expect(found).toMatchObject({
      kind: "one",
      crossing: { overtaking: "scratch", overtaken: "last-layer", between: [10, 1000] },
      interval: null,
      seedsMissing: 2,
    });
    expect(found.kind === "one" && found.crossing.budget).toBeCloseTo(10 * 100 ** 0.25, 9);
  });

  it("names the other direction where the curves are given the other way round", () => {
    const [scratch, lastLayer] = curves({ 10: [-0.1], 1000: [0.3] });
    expect(findCrossover(lastLayer, scratch)).toMatchObject({
      kind: "one",
      crossing: { overtaking: "scratch", overtaken: "last-layer" },
    });
    expect(findCrossover(...curves({ 10: [0.1], 1000: [-0.3] }))).toMatchObject({
      kind: "one",
      crossing: { overtaking: "last-layer", overtaken: "scratch" },
    });
  });

  it("takes the middle of budgets at which the means are level", () => {
    const found = findCrossover(...curves({ 10: [-0.1], 100: [0], 10_000: [0], 100_000: [0.1] }));
    expect(found.kind === "one" && found.crossing.budget).toBeCloseTo(1000, 9);
    const touched = findCrossover(...curves({ 10: [-0.1], 100: [0], 1000: [0.5] }));
    expect(touched.kind === "one" && touched.crossing.budget).toBeCloseTo(100, 9);
  });

  it("does not count a touch without a change of order", () => {
    expect(findCrossover(...curves({ 10: [-0.1], 100: [0], 1000: [-0.1] }))).toEqual({
      kind: "none",
      strategies: ["scratch", "last-layer"],
      budgets: [10, 100, 1000],
      seeds: [0],
      ahead: "last-layer",
      levelAt: [100],
    });
  });

  it("has for an interval the spread of the crossings that resampled seeds give", () => {
    // each seed is a straight line in ln n with its own crossing: 20, 40, 80, 160 and 320
    const lines = [20, 40, 80, 160, 320].map((crossing) => (budget: number) => Math.log(budget / crossing) / 10);
    const row = (budget: number) => lines.map((line) => line(budget));
    const found = findCrossover(...curves({ 1: row(1), 80: row(80), 6400: row(6400) }), { seed: 1 });
    if (found.kind !== "one" || found.interval === null) throw new Error("expected one crossing with an interval");
    expect(found.crossing.budget).toBeCloseTo(80, 9);
    // crossings of resamples are geometric means of five draws: the 0.025 quantile of their logarithm is
    // ln 80 − (6/5) ln 2, since P(sum of five draws of −2 … 2 < −6) = 0.0175 and P(<= −6) = 0.0358 of 5^5
    expect(found.interval.low).toBeCloseTo(80 * 2 ** -1.2, 6);
    expect(found.interval.high).toBeCloseTo(80 * 2 ** 1.2, 6);
    expect(found.interval.share).toBe(1);
  });

  it("leaves an end open where resamples cross beyond the budgets", () => {
    const found = findCrossover(...curves({ 10: [-0.01, -0.01, 0.005, -0.02], 100: [0.1, 0.11, 0.12, 0.1] }));
    if (found.kind !== "one" || found.interval === null) throw new Error("expected one crossing with an interval");
    // three or four times the third seed of four: P = 13/256, above 0.025, so the low end is open
    expect(found.interval.low).toBeNull();
    expect(found.interval.high).toBeGreaterThan(found.crossing.budget);
    expect(found.interval.high).toBeLessThan(100);
    expect(found.interval.share).toBeGreaterThan(0.9);
    expect(found.interval.share).toBeLessThan(1);
  });

  it("counts resamples that cross several times or the other way against both ends", () => {
    const found = findCrossover(...curves({ 10: [-0.1, 0.3, -0.3], 100: [0.3, -0.2, 0.1] }));
    expect(found).toMatchObject({ kind: "one", interval: { low: null, high: null } });
  });

  it("lists several crossings instead of choosing one", () => {
    const found = findCrossover(...curves({ 10: [-0.1], 100: [0.1], 1000: [-0.1], 10_000: [0.1] }));
    expect(found.kind === "several" && found.crossings.map(({ overtaking }) => overtaking)).toEqual([
      "scratch",
      "last-layer",
      "scratch",
    ]);
  });

  it("uses only budgets and seeds that both have everywhere", () => {
    const scratch = curve("scratch", { 10: [0.1, 0.9], 50: [0.9], 100: [0.9, 0.1, 0.4], 500: [0.1, 0.1] });
    const other = curve("last-layer", { 10: [0.5, 0.5], 50: [0.5, 0.5], 100: [0.5, 0.5] });
    expect(findCrossover(scratch, other)).toMatchObject({ kind: "one", budgets: [10, 50, 100], seeds: [0] });
  });

  it("says what is missing for a comparison", () => {
    expect(findCrossover(...curves({ 10: [0.1] }))).toMatchObject({ kind: "not comparable", reason: "one budget" });
    const scratch = curve("scratch", { 10: [0.1], 100: [0.2] });
    const others = [10, 100].map((budget) => ({ budget, results: [{ seed: 9, accuracy: 0.3 }] }));
    expect(findCrossover(scratch, { strategy: "last-layer", points: others })).toMatchObject({
      kind: "not comparable",
      reason: "no shared seed",
    });
  });

  it("gives the same interval for the same seed", () => {
    const [a, b] = curves({ 10: [-0.1, -0.05, -0.2], 100: [0.1, 0.2, 0.02] });
    expect(findCrossover(a, b, { seed: 5, resamples: 300 })).toEqual(findCrossover(a, b, { seed: 5, resamples: 300 }));
  });
});

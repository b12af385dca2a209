import { describe, expect, it } from "vitest";
import { type Crossover, findCrossover } from "./crossover.ts";
import { judgeBudgets } from "./verdict/verdict.ts";

/** The crossover of two strategies whose differences scratch − last-layer by seed are those given, budget by budget. */
function crossover(
  rows: Record<number, number[]>,
  names: readonly [string, string] = ["scratch", "last-layer"],
): Crossover {
  const budgets = Object.entries(rows).map(([budget, differences]) => ({
    budget: Number(budget),
    strategies: ["scratch", "last-layer"].map((strategy) => ({
      strategy,
      transfers: strategy !== "scratch",
      trainImages: 2 * Number(budget),
      testImages: 1000,
      seconds: 1,
      results: differences.map((difference, seed) => ({
        seed,
        accuracy: strategy === "scratch" ? 0.5 + difference : 0.5,
      })),
    })),
  }));
  const { placed, estimates } = judgeBudgets(budgets);
  if (estimates === null) throw new Error("expected something to judge");
  return findCrossover(
    names,
    placed.map((strategies, index) => ({ budget: budgets[index].budget, strategies })),
    { estimates },
  );
}

describe("findCrossover", () => {
  it("interpolates the change of sign in the logarithm of the budget", () => {
    // means −0.1 at 10 and +0.3 at 1000: a quarter of the way, 10 · 100^(1/4)
    const found = crossover({ 10: [-0.1], 1000: [0.3] });
    expect(found).toMatchObject({
      kind: "one",
      crossing: { overtaking: "scratch", overtaken: "last-layer", between: [10, 1000] },
    });
    expect(found.kind === "one" && found.crossing.budget).toBeCloseTo(10 * 100 ** 0.25, 9);
  });

  it("names the other direction, also where the curves are given the other way round", () => {
    const upward = { kind: "one", crossing: { overtaking: "scratch", overtaken: "last-layer" } };
    expect(crossover({ 10: [-0.1], 1000: [0.3] }, ["last-layer", "scratch"])).toMatchObject(upward);
    expect(crossover({ 10: [0.1], 1000: [-0.3] })).toMatchObject({
      kind: "one",
      crossing: { overtaking: "last-layer", overtaken: "scratch" },
    });
  });

  it("takes the middle of budgets at which the means are level", () => {
    const found = crossover({ 10: [-0.1], 100: [0], 10_000: [0], 100_000: [0.1] });
    expect(found.kind === "one" && found.crossing.budget).toBeCloseTo(1000, 9);
    const touched = crossover({ 10: [-0.1], 100: [0], 1000: [0.5] });
    expect(touched.kind === "one" && touched.crossing.budget).toBeCloseTo(100, 9);
  });

  it("does not count a touch without a change of order", () => {
    expect(crossover({ 10: [-0.1], 100: [0], 1000: [-0.1] })).toEqual({
      kind: "none",
      strategies: ["scratch", "last-layer"],
      budgets: [10, 100, 1000],
      seeds: [0],
      ahead: "last-layer",
      levelAt: [100],
    });
  });

  it("has a narrow interval around a crossing between budgets that are far apart in accuracy, and is apart on both sides", () => {
    const steady = [0, 0.002, -0.002, 0.001, -0.001];
    const found = crossover({
      10: steady.map((shift) => shift - 0.1),
      100: steady.map((shift) => shift + 0.1),
    });
    if (found.kind !== "one") throw new Error("expected one crossing");
    const { low, high, level, share } = found.interval;
    expect(level).toBe(0.95);
    expect(share).toBeGreaterThan(0.99);
    expect(low).toBeGreaterThan(20);
    expect(high).toBeLessThan(50);
    expect(found.crossing.budget).toBeCloseTo(10 * Math.sqrt(10), 6);
    expect(found.apart).toEqual({ before: true, after: true });
  });

  it("leaves an end open where the lead on that side may be luck", () => {
    const found = crossover({ 10: [-0.01, -0.01, 0.005, -0.02], 100: [0.1, 0.11, 0.12, 0.1] });
    expect(found).toMatchObject({ kind: "one", interval: { low: null }, apart: { before: false, after: true } });
    expect(found.kind === "one" && found.interval.high).toBeLessThan(100);
  });

  it("is wider with one seed than with several that agree", () => {
    const width = (found: Crossover): number =>
      found.kind === "one" ? (found.interval.high ?? 1e9) / (found.interval.low ?? 1e-9) : 0;
    const one = crossover({ 10: [-0.1], 100: [0.1] });
    const four = crossover({ 10: [-0.1, -0.1, -0.1, -0.1], 100: [0.1, 0.1, 0.1, 0.1] });
    expect(width(one)).toBeGreaterThan(width(four));
  });

  it("takes the mean of the crossings of a draw: an interval keeps to the budgets at which two are all but level", () => {
    const level = Object.fromEntries(
      [100, 200, 400, 800, 1600, 3200].map((budget) => [budget, [(budget - 500) / 1e7]]),
    );
    const found = crossover({ 10: [-0.3], ...level, 32_000: [0.3] });
    if (found.kind !== "one") throw new Error("expected one crossing");
    // the first crossing of most draws lies below 200, that of many below 100
    expect(found.interval.low).toBeGreaterThan(100);
    expect(found.interval.high).toBeLessThan(3200);
  });

  it("lists several crossings instead of choosing one", () => {
    const found = crossover({ 10: [-0.1], 100: [0.1], 1000: [-0.1], 10_000: [0.1] });
    expect(found.kind === "several" && found.crossings.map(({ overtaking }) => overtaking)).toEqual([
      "scratch",
      "last-layer",
      "scratch",
    ]);
  });

  it("says that one budget is too few", () => {
    expect(crossover({ 10: [0.1] })).toEqual({ kind: "not comparable", strategies: ["scratch", "last-layer"] });
  });

  it("gives the same interval again", () => {
    const rows = { 10: [-0.1, -0.05, -0.2], 100: [0.1, 0.2, 0.02] };
    expect(crossover(rows)).toEqual(crossover(rows));
  });
});

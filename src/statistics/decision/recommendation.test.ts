import { describe, expect, it } from "vitest";
import { recommend, regionFor } from "./recommendation.ts";

/** Independent accuracies with a standard deviation each, over seeds alone. */
function estimates(cells: readonly (readonly [mean: number, deviation: number])[], images = 0) {
  return {
    means: cells.map(([mean]) => mean),
    images: cells.map((_, row) => Float64Array.from(cells, (__, column) => (row === column ? images ** 2 : 0))),
    seeds: cells.map(([, deviation]) => deviation ** 2),
    seedDegreesOfFreedom: cells.map(() => 20),
    testImages: 1000,
  };
}

const options = (...seconds: number[]) =>
  seconds.map((time, cell) => ({ strategy: "abc"[cell], cell, seconds: time, seeds: 3 }));

describe("recommend", () => {
  it("takes the cheapest of those that count as equal", () => {
    const found = recommend(
      estimates([
        [0.9, 0.002],
        [0.897, 0.002],
        [0.8, 0.002],
      ]),
      options(60, 5, 1),
      { region: 0.01 },
    );
    expect(found).toMatchObject({ recommended: "b", isSure: true, equals: ["a"], sureFrom: 0.75, seedsNeeded: 3 });
    expect(found.prospects.map(({ strategy, inTheRunning }) => [strategy, inTheRunning])).toEqual([
      ["a", true],
      ["b", true],
      ["c", false],
    ]);
    expect(found.prospects[1].expectedRegret).toBeLessThan(0.005);
    expect(found.prospects[2].expectedRegret).toBeCloseTo(0.1, 2);
  });

  it("names the best so far where nothing is sure, and how many seeds it would take", () => {
    const withSeeds = (seeds: number) => {
      const deviation = 0.03 * Math.sqrt(3 / seeds);
      const cells = [0.9, 0.895].map((mean) => [mean, deviation] as const);
      return recommend(estimates(cells), options(1, 2), { region: 0.01 });
    };
    const found = withSeeds(3);
    expect(found).toMatchObject({ recommended: "a", isSure: false, equals: [], regretOfImages: 0 });
    const needed = found.seedsNeeded ?? Number.NaN;
    expect(needed).toBeGreaterThan(3);
    expect([needed - 1, needed].map((seeds) => withSeeds(seeds).isSure)).toEqual([false, true]);
  });

  it("asks for no more seeds than one option has where the other would only have to catch up", () => {
    const [one, other] = options(1, 2);
    const uneven = estimates([
      [0.9, 0.005],
      [0.89, 0.04],
    ]);
    expect(recommend(uneven, [one, { ...other, seeds: 1 }], { region: 0.01 })).toMatchObject({
      isSure: false,
      seedsNeeded: 3,
    });
  });

  it("says that seeds would not help where images are too few", () => {
    const found = recommend(
      estimates(
        [
          [0.9, 0.001],
          [0.899, 0.001],
        ],
        0.05,
      ),
      options(1, 2),
      { region: 0.01 },
    );
    expect(found).toMatchObject({ isSure: false, seedsNeeded: null });
    expect(found.regretOfImages).toBeGreaterThan(0.01);
  });

  it("is sure of the only option", () => {
    expect(recommend(estimates([[0.5, 0.1]]), options(1), { region: 0.01 })).toMatchObject({
      recommended: "a",
      isSure: true,
      regretOfImages: 0,
    });
    expect(() => recommend(estimates([]), [], { region: 0.01 })).toThrow(
      new RangeError("recommend: expected at least 1 option, got 0."),
    );
  });

  it("has probabilities between 0 and 1 whose least interval holds the accuracy", () => {
    const { prospects } = recommend(
      estimates([
        [0.9, 0.02],
        [0.88, 0.02],
        [0.86, 0.02],
      ]),
      options(1, 1, 1),
      { region: 0.01 },
    );
    for (const { probability, accuracy, interval } of prospects) {
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThanOrEqual(1);
      expect(interval[0]).toBeLessThan(accuracy);
      expect(interval[1]).toBeGreaterThan(accuracy);
    }
  });
});

describe("with what is usual", () => {
  const usual = (offset: number) => ({ group: "tuned", offset, groupSpread: 0, ownSpread: 0.05 });
  const level = (deviation: number) =>
    estimates([
      [0.8, deviation],
      [0.8, deviation],
    ]);
  const known = options(1, 2).map((option, cell) => ({ ...option, usual: usual(cell === 0 ? -0.4 : 0) }));

  it("believes other tasks where the study itself leaves it open, and itself where not", () => {
    const found = recommend(level(0.03), known, { region: 0.01 });
    expect(found).toMatchObject({ recommended: "b", isSure: true, knowsUsual: true, equals: [] });
    expect(found.prospects.map(({ accuracy }) => accuracy)).toEqual([0.8, 0.8]);
    expect(recommend(level(0.001), known, { region: 0.01 })).toMatchObject({ recommended: "a", equals: ["b"] });
  });

  it("leaves the intervals of accuracies alone", () => {
    const [with_, without] = [known, options(1, 2)].map((some) =>
      recommend(level(0.03), some, { region: 0.01 }).prospects.map(({ strategy, interval }) => [strategy, interval]),
    );
    expect(Object.fromEntries(with_)).toEqual(Object.fromEntries(without));
    expect(recommend(level(0.03), options(1, 2), { region: 0.01 }).knowsUsual).toBe(false);
  });
});

it("has no accuracy outside 0 and 1 in an interval", () => {
  const { prospects } = recommend(
    estimates([
      [0.999, 0.01],
      [0.001, 0.01],
    ]),
    options(1, 1),
    { region: 0.01 },
  );
  const [high, low] = prospects.map(({ interval }) => interval);
  expect(high[1]).toBe(1);
  expect(low[0]).toBe(0);
});

it("widens the region where two images are more than that", () => {
  const { testImages, ...rest } = estimates([[0.9, 0.1]]);
  expect(regionFor({ ...rest, testImages }, 0.01)).toBe(0.01);
  expect(regionFor({ ...rest, testImages: 50 }, 0.01)).toBe(0.04);
});

import { describe, expect, it } from "vitest";
import { type StrategyResults, compareStrategies } from "../paired/comparisons.ts";
import { holm } from "../paired/holm.ts";
import { pairedTTest } from "../paired/paired-t.ts";
import { verdict, verdictsByBudget } from "./verdict.ts";

function strategy(name: string, accuracies: number[], firstSeed = 0): StrategyResults {
  const results = accuracies.map((accuracy, index) => ({ seed: firstSeed + index, accuracy }));
  return { strategy: name, transfers: name !== "scratch", results };
}

const scratch = strategy("scratch", [0.8, 0.81, 0.79, 0.805, 0.8]);
const lastLayer = strategy("last-layer", [0.9, 0.905, 0.89, 0.91, 0.9]);
const twoLayers = strategy("two-layers", [0.902, 0.9, 0.895, 0.909, 0.903]);
const frozen = strategy("frozen", [0.7, 0.72, 0.69, 0.71, 0.705]);

describe("compareStrategies", () => {
  it("tests every pair by seed, the better one first, and corrects by Holm", () => {
    const { compared, unpaired } = compareStrategies([scratch, lastLayer, twoLayers]);
    expect(unpaired).toEqual([]);
    expect(compared.map(({ better, worse, outcome }) => [better, worse, outcome])).toEqual([
      ["last-layer", "scratch", "settled"],
      ["two-layers", "scratch", "settled"],
      ["two-layers", "last-layer", "open"],
    ]);
    const p = compared.map(({ test }) => test.p);
    expect(compared.map(({ adjustedP }) => adjustedP)).toEqual(holm(p));
    expect(compared[0].test.p).toBeCloseTo(pairedTTest([0.1, 0.095, 0.1, 0.105, 0.1]).p, 12);
    expect(compared[0].seeds).toEqual([0, 1, 2, 3, 4]);
  });

  it("never says that an open pair needs no more seeds than it has", () => {
    for (const spread of [0.5, 1, 2, 3, 4, 6, 8]) {
      for (const count of [2, 3, 5, 9]) {
        const shifts = Array.from({ length: count }, (_, i) => 0.01 * (1 + (spread * (i - (count - 1) / 2)) / count));
        const a = strategy(
          "a",
          shifts.map((shift) => 0.5 + shift),
        );
        const all = [
          a,
          strategy(
            "b",
            shifts.map(() => 0.5),
          ),
          strategy(
            "c",
            shifts.map(() => 0.4995),
          ),
        ];
        const idle = compareStrategies(all).compared.filter(
          ({ outcome, seedsNeeded, seeds }) =>
            outcome === "open" && seedsNeeded.kind === "pairs" && seedsNeeded.pairs <= seeds.length,
        );
        expect(idle).toEqual([]);
      }
    }
  });

  it("does not settle a pair whose differences are all the same", () => {
    const [pair] = compareStrategies([strategy("a", [0.5, 0.6]), strategy("b", [0.4, 0.5])]).compared;
    expect(pair).toMatchObject({ outcome: "open", seedsNeeded: { kind: "unknown", reason: "no spread" } });
  });

  it("refuses an alpha that is no probability", () => {
    expect(() => compareStrategies([], { alpha: 5 })).toThrow(
      new RangeError("compareStrategies: expected alpha between 0 and 1, got 5."),
    );
  });
});

describe("verdict", () => {
  it("names a winner that is settled against all others, and where transfer hurts and helps", () => {
    const result = verdict([scratch, lastLayer, frozen], { budget: 50 });
    expect(result.outcome).toEqual({ kind: "winner", winner: "last-layer" });
    expect(result.ranking.map((one) => one.strategy)).toEqual(["last-layer", "scratch", "frozen"]);
    expect(result.transfer).toEqual({ baseline: "scratch", hurts: ["frozen"], helps: ["last-layer"], open: [] });
  });

  it("names those that are not settled behind the leader, those that are, and how many more seeds would part them", () => {
    const result = verdict([scratch, lastLayer, twoLayers], { budget: 1000 });
    expect(result.outcome).toEqual({
      kind: "undecided",
      leader: "two-layers",
      level: ["last-layer"],
      uncertain: [],
      behind: ["scratch"],
    });
  });

  it("does not put the uncertain before those with a higher mean that are behind", () => {
    const wild = strategy("wild", [0.3, 0.95, 0.4, 0.92, 0.5]);
    const result = verdict([scratch, lastLayer, wild]);
    expect(result.ranking.map((one) => one.strategy)).toEqual(["last-layer", "scratch", "wild"]);
    expect(result.outcome).toEqual({
      kind: "undecided",
      leader: "last-layer",
      level: [],
      uncertain: ["wild"],
      behind: ["scratch"],
    });
    expect(verdict([scratch, lastLayer, twoLayers, wild]).outcome).toEqual({
      kind: "undecided",
      leader: "two-layers",
      level: ["last-layer"],
      uncertain: ["wild"],
      behind: ["scratch"],
    });
  });

  it("says that transfer is open where nothing is settled against scratch", () => {
    const near = strategy("last-layer", [0.81, 0.79, 0.8, 0.803, 0.8]);
    const result = verdict([scratch, near]);
    expect(result.transfer).toEqual({ baseline: "scratch", hurts: [], helps: [], open: ["last-layer"] });
  });

  it("has no verdict for one seed, and says why", () => {
    const result = verdict([strategy("scratch", [0.5]), strategy("last-layer", [0.9])], { budget: 10 });
    expect(result).toMatchObject({
      outcome: { kind: "no verdict", reason: "too few shared seeds" },
      transfer: null,
      comparisons: [],
    });
    expect(result.ranking.map((one) => one.strategy)).toEqual(["last-layer", "scratch"]);
  });

  it("has no verdict for one strategy or none", () => {
    const none = { kind: "no verdict", reason: "too few strategies" };
    expect(verdict([scratch]).outcome).toEqual(none);
    expect(verdict([strategy("scratch", [])]).outcome).toEqual(none);
  });

  it("lists strategies that share too few seeds, and cannot be beaten by one of them", () => {
    const late = strategy("late", [0.95, 0.951], 90);
    const result = verdict([scratch, lastLayer, late]);
    expect(result.outcome).toEqual({
      kind: "undecided",
      leader: "late",
      level: ["last-layer", "scratch"],
      uncertain: [],
      behind: [],
    });
  });

  it("goes by shared seeds where a mean over other seeds would say otherwise", () => {
    // "lucky" has easy seeds of its own, and is behind with every seed it shares
    const lucky = { ...strategy("lucky", [0.7, 0.71, 0.69, 0.7, 0.7, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99]) };
    const result = verdict([lucky, scratch]);
    expect(result.ranking[0].strategy).toBe("lucky");
    expect(result.outcome).toEqual({ kind: "winner", winner: "scratch" });
  });

  it("neither ranks nor compares what did not learn, and says where that leaves nothing to compare", () => {
    const failed = { ...frozen, outcome: "did-not-learn" as const };
    const result = verdict([scratch, lastLayer, failed]);
    expect(result).toMatchObject({ leftOut: [{ strategy: "frozen", outcome: "did-not-learn" }], unfinished: false });
    expect(result.ranking.map((one) => one.strategy)).toEqual(["last-layer", "scratch"]);
    expect(result.comparisons).toEqual(verdict([scratch, lastLayer]).comparisons);
    expect(verdict([scratch, failed]).outcome).toEqual({ kind: "no verdict", reason: "too few strategies" });
  });

  it("says nothing of transfer where training from scratch did not learn", () => {
    const result = verdict([{ ...scratch, outcome: "did-not-learn" }, lastLayer, frozen]);
    expect(result).toMatchObject({ outcome: { kind: "winner", winner: "last-layer" }, transfer: null });
  });

  it("ranks what was still improving only where everything that learned was", () => {
    const improving = (one: StrategyResults): StrategyResults => ({ ...one, outcome: "still-improving" });
    expect(verdict([scratch, lastLayer, improving(twoLayers)]).ranking.map((one) => one.strategy)).toEqual([
      "last-layer",
      "scratch",
    ]);
    const all = verdict([scratch, lastLayer, twoLayers].map(improving));
    expect(all).toMatchObject({ leftOut: [], unfinished: true });
    expect(all.comparisons).toEqual(verdict([scratch, lastLayer, twoLayers]).comparisons);
  });

  it("refuses a name that occurs twice", () => {
    expect(() => verdict([scratch, scratch])).toThrow(
      new RangeError('verdict: expected each strategy once, got "scratch" twice.'),
    );
  });
});

it("gives a verdict for every budget, with the strategies that were trained with it", () => {
  const points = (one: StrategyResults, budgets: number[]) =>
    budgets.map((budget) => ({ budget, results: one.results }));
  const verdicts = verdictsByBudget([
    { strategy: "scratch", transfers: false, points: points(scratch, [100, 10]) },
    { strategy: "last-layer", transfers: true, points: points(lastLayer, [10]) },
  ]);
  expect(verdicts.map(({ budget, outcome }) => [budget, outcome.kind])).toEqual([
    [10, "winner"],
    [100, "no verdict"],
  ]);
  expect(verdicts[0]).toEqual(verdict([scratch, lastLayer], { budget: 10 }));
});

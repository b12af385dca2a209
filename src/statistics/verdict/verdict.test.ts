import { describe, expect, it } from "vitest";
import { studentTQuantile } from "../distributions/student-t.ts";
import { holm } from "../paired/holm.ts";
import type { StrategyResults } from "../paired/comparisons.ts";
import { judgeBudgets, verdict } from "./verdict.ts";

function strategy(name: string, accuracies: number[], firstSeed = 0): StrategyResults {
  const results = accuracies.map((accuracy, index) => ({ seed: firstSeed + index, accuracy }));
  const cost = { trainImages: 100, testImages: 2000, seconds: name === "scratch" ? 60 : 10 };
  return { strategy: name, transfers: name !== "scratch", results, ...cost };
}

const scratch = strategy("scratch", [0.8, 0.81, 0.79, 0.805, 0.8]);
const lastLayer = strategy("last-layer", [0.9, 0.905, 0.89, 0.91, 0.9]);
const twoLayers = strategy("two-layers", [0.902, 0.9, 0.895, 0.909, 0.903]);
const frozen = strategy("frozen", [0.7, 0.72, 0.69, 0.71, 0.705]);

describe("the comparisons of a verdict", () => {
  it("are of every pair, the better one first, corrected by Holm", () => {
    const { comparisons } = verdict([scratch, lastLayer, twoLayers]);
    expect(comparisons.map(({ better, worse, outcome }) => [better, worse, outcome])).toEqual([
      ["last-layer", "scratch", "settled"],
      ["two-layers", "scratch", "settled"],
      ["two-layers", "last-layer", "equal"],
    ]);
    const p = comparisons.map(({ test }) => test.p);
    expect(comparisons.map(({ adjustedP }) => adjustedP)).toEqual(holm(p));
    expect(comparisons[0].seeds).toEqual([0, 1, 2, 3, 4]);
    expect(comparisons[0].test.meanDifference).toBeCloseTo(0.1, 12);
  });

  it("find with three seeds what three seeds alone cannot: the spread leans on all strategies", () => {
    const noise = [0, 0.004, -0.004];
    const some = ["a", "b", "c", "d", "e"].map((name, index) =>
      strategy(
        name,
        noise.map((_, seed) => 0.9 + noise[(seed + index) % 3]),
      ),
    );
    const ahead = strategy(
      "ahead",
      noise.map((shift) => 0.92 + shift),
    );
    const settled = verdict([...some, ahead]).comparisons.filter(({ outcome }) => outcome === "settled");
    expect(settled.map(({ better, worse }) => `${better} ${worse}`)).toEqual(
      some.map((one) => `ahead ${one.strategy}`),
    );
  });

  it("call equal what an interval at 1 − 2 alpha leaves within the region", () => {
    const near = strategy("last-layer", [0.81, 0.79, 0.8, 0.803, 0.805]);
    const outcomeWith = (equivalence: number) => verdict([scratch, near], { equivalence }).comparisons[0].outcome;
    const { meanDifference, standardError, degreesOfFreedom } = verdict([scratch, near]).comparisons[0].test;
    const end = meanDifference + studentTQuantile(0.95, degreesOfFreedom) * standardError;
    expect([0.99 * end, 1.01 * end].map(outcomeWith)).toEqual(["open", "equal"]);
  });

  it("hold the answers of single models against each other", () => {
    const answered = (name: string, right: number): StrategyResults => {
      const correct = Uint8Array.from({ length: 200 }, (_, image) => Number(image < right));
      return { ...strategy(name, []), testImages: 200, results: [{ seed: 0, accuracy: right / 200, correct }] };
    };
    const [pair] = verdict([answered("a", 150), answered("b", 142)]).comparisons;
    expect(pair.answers).toMatchObject({ onlyFirst: 8, onlySecond: 0 });
    expect(pair.answers?.p).toBeCloseTo(2 * 0.5 ** 8, 12);
    expect(verdict([scratch, lastLayer]).comparisons[0].answers).toBeNull();
  });

  it("refuse an alpha that is no probability", () => {
    expect(() => verdict([scratch], { alpha: 5 })).toThrow(
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

  it("names those that are not settled behind the leader, those that are", () => {
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

  it("judges one seed with less certainty than several that agree", () => {
    const one = verdict([strategy("scratch", [0.8]), strategy("last-layer", [0.9])], { budget: 10 });
    const three = verdict([strategy("scratch", [0.8, 0.8, 0.8]), strategy("last-layer", [0.9, 0.9, 0.9])]);
    expect(one.comparisons[0].test.standardError).toBeGreaterThan(three.comparisons[0].test.standardError);
    expect(one.comparisons[0].seeds).toEqual([0]);
    expect(one.ranking.map(({ strategy: name }) => name)).toEqual(["last-layer", "scratch"]);
  });

  it("has no verdict for one strategy or none", () => {
    expect(verdict([scratch])).toMatchObject({ outcome: { kind: "no verdict" }, transfer: null });
    expect(verdict([strategy("scratch", [])])).toMatchObject({ ranking: [], recommendation: null });
  });

  it("goes by what seeds have in common where a mean over other seeds would say otherwise", () => {
    // "lucky" has easy seeds of its own, and is behind with every seed it shares
    const lucky = strategy("lucky", [0.7, 0.71, 0.69, 0.7, 0.7, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99]);
    const result = verdict([lucky, scratch]);
    expect(result.ranking[0].strategy).toBe("scratch");
    expect(result.outcome).toEqual({ kind: "winner", winner: "scratch" });
  });

  it("neither ranks nor compares what did not learn, and says where that leaves nothing to compare", () => {
    const failed = { ...frozen, outcome: "did-not-learn" as const };
    const result = verdict([scratch, lastLayer, failed]);
    expect(result).toMatchObject({ leftOut: [{ strategy: "frozen", outcome: "did-not-learn" }], unfinished: false });
    expect(result.ranking.map((one) => one.strategy)).toEqual(["last-layer", "scratch"]);
    expect(result.comparisons).toEqual(verdict([scratch, lastLayer]).comparisons);
    expect(verdict([scratch, failed]).outcome).toEqual({ kind: "no verdict" });
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

describe("judgeBudgets", () => {
  it("gives a verdict for every budget, with the strategies that were trained with it", () => {
    const { verdicts, placed } = judgeBudgets([
      { budget: 10, strategies: [scratch, lastLayer] },
      { budget: 100, strategies: [scratch, { ...lastLayer, results: [] }] },
    ]);
    expect(verdicts.map(({ budget, outcome }) => [budget, outcome.kind])).toEqual([
      [10, "winner"],
      [100, "no verdict"],
    ]);
    expect(placed.map((some) => some.map(({ cell }) => cell))).toEqual([[0, 1], [2]]);
  });

  it("has nothing to estimate where nothing is ranked", () => {
    expect(judgeBudgets([{ budget: null, strategies: [] }])).toMatchObject({ estimates: null, placed: [[]] });
  });
});

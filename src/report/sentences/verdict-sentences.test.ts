/** @file What is said of verdicts. */

import { describe, expect, it } from "vitest";
import { type StrategyResults, verdict } from "../../statistics/index.ts";
import { verdictSentences } from "./verdict-sentences.ts";

function strategy(name: string, accuracies: number[], firstSeed = 0): StrategyResults {
  const results = accuracies.map((accuracy, index) => ({ seed: firstSeed + index, accuracy }));
  return { strategy: name, transfers: name !== "scratch", results };
}

/** Of the verdict over strategies, perhaps at a budget. */
function sentences(strategies: StrategyResults[], budget?: number): string[] {
  return verdictSentences(verdict(strategies, budget === undefined ? {} : { budget }));
}

const scratch = strategy("scratch", [0.8, 0.81, 0.79, 0.805, 0.8]);
const lastLayer = strategy("last-layer", [0.9, 0.905, 0.89, 0.91, 0.9]);
const twoLayers = strategy("two-layers", [0.902, 0.9, 0.895, 0.909, 0.903]);
const frozen = strategy("frozen", [0.7, 0.72, 0.69, 0.71, 0.705]);

describe("verdictSentences", () => {
  it("name the winner with its lead, and where transfer hurts and helps", () => {
    const result = sentences([scratch, lastLayer, frozen], 50);
    expect(result).toEqual([
      "At 50 images per class, last-layer wins with 90.1 % on average over 5 seeds, 10.0 percentage points (95 % interval 9.6 to 10.4, adjusted p < 0.001) above scratch, the second best.",
      "Transfer hurts: frozen is 9.6 percentage points (95 % interval 9.1 to 10.1, adjusted p < 0.001) below scratch.",
      "Transfer helps: last-layer is 10.0 percentage points (95 % interval 9.6 to 10.4, adjusted p < 0.001) above scratch.",
      "Found over 5 shared seeds by paired t tests with Holm's correction for 3 comparisons at level 0.05, which take the differences between seeds as normal; the intervals are not corrected.",
    ]);
  });

  it("name those not settled behind the leader, and how many more seeds would part them", () => {
    const open = verdict([scratch, lastLayer, twoLayers]).comparisons.find((pair) => pair.outcome === "open");
    if (open?.seedsNeeded.kind !== "pairs") throw new Error("expected an open pair with a number of seeds");
    const result = sentences([scratch, lastLayer, twoLayers], 1000);
    expect(result.slice(0, 2)).toEqual([
      "At 1,000 images per class, nobody wins: two-layers (90.2 %) leads, and last-layer (90.1 %) is not settled behind it.",
      "Behind two-layers: scratch by 10.1 percentage points (adjusted p < 0.001).",
    ]);
    expect(result[3]).toBe(
      `About ${open.seedsNeeded.pairs - 5} more seeds would settle the 0.1 percentage points between two-layers and last-layer (95 % interval −0.4 to +0.6), if they are as large as they look.`,
    );
  });

  it("tell the uncertain apart from those that are behind", () => {
    const result = sentences([scratch, lastLayer, strategy("wild", [0.3, 0.95, 0.4, 0.92, 0.5])]);
    expect(result.slice(0, 3)).toEqual([
      "Here nobody wins: last-layer (90.1 %) leads, but not every other strategy is settled behind it.",
      "wild (61.4 %) is too uncertain to place: lower on average than one that is behind, but with too much spread or too few shared seeds to settle it.",
      "Behind last-layer: scratch by 10.0 percentage points (adjusted p < 0.001).",
    ]);
  });

  it("say that transfer is open where nothing is settled against scratch", () => {
    const result = sentences([scratch, strategy("last-layer", [0.81, 0.79, 0.8, 0.803, 0.8])]);
    expect(result.slice(0, 2)).toEqual([
      "Here nobody wins: scratch (80.1 %) leads, and last-layer (80.1 %) is not settled behind it.",
      "Whether last-layer does better or worse than scratch is open.",
    ]);
    expect(result.at(-1)).toBe(
      "Found over 5 shared seeds by a paired t test, which takes the differences between seeds as normal.",
    );
  });

  it("say why one seed gives no verdict", () => {
    const result = sentences([strategy("scratch", [0.5]), strategy("last-layer", [0.9])], 10);
    expect(result).toEqual([
      "At 10 images per class, there is no verdict. No two strategies share two seeds, so how far a seed alone moves an accuracy is unknown, and no difference can be told from luck.",
    ]);
  });

  it("say why one strategy or none gives no verdict", () => {
    expect(sentences([scratch])).toEqual([
      "Here there is no verdict. A verdict compares at least two strategies, and only scratch finished.",
    ]);
    expect(sentences([strategy("scratch", [])])).toEqual([
      "Here there is no verdict. A verdict compares at least two strategies, and no strategy finished.",
    ]);
  });

  it("list strategies that share too few seeds", () => {
    const result = sentences([scratch, lastLayer, strategy("late", [0.95, 0.951], 90)]);
    expect(result.at(-1)).toBe(
      "Found over 5 shared seeds by a paired t test, which takes the differences between seeds as normal. Not compared, for want of two shared seeds: scratch with late and last-layer with late.",
    );
  });

  it("say where what did not learn leaves nothing to compare", () => {
    const failed = { ...frozen, outcome: "did-not-learn" as const };
    expect(sentences([scratch, failed])).toEqual([
      "Here there is no verdict. A verdict compares at least two strategies, and only scratch can be ranked.",
    ]);
    expect(sentences([failed])).toEqual([
      "Here there is no verdict. A verdict compares at least two strategies, and no strategy learned.",
    ]);
  });

  it("speak of equal differences, level means and differences too small for any number of seeds", () => {
    const lines = (accuracies: number[]) =>
      sentences([strategy("last-layer", accuracies), strategy("two-layers", [0.5, 0.6, 0.7])])[1];
    expect(lines([0.6, 0.7, 0.8])).toBe(
      "last-layer and two-layers differ by the same 10.0 percentage points with every seed, so the spread is unknown; more seeds would show it.",
    );
    expect(lines([0.6, 0.5, 0.7])).toBe(
      "last-layer and two-layers are level on average, so no number of seeds can be named that would part them.",
    );
    expect(lines([0.61, 0.5, 0.7])).toBe(
      "To settle the 0.3 percentage points between last-layer and two-layers (95 % interval −25.8 to +26.4) would take more than 1,000 seeds.",
    );
  });

  it("begin with the place that is given", () => {
    expect(verdictSentences(verdict([scratch]), "On the test set")[0]).toMatch(
      /^On the test set there is no verdict\./,
    );
  });
});

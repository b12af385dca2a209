/** @file What is said of verdicts. */

import { describe, expect, it } from "vitest";
import { type StrategyResults, verdict } from "../../statistics/index.ts";
import { verdictSentences } from "./verdict-sentences.ts";

function strategy(name: string, accuracies: number[]): StrategyResults {
  const results = accuracies.map((accuracy, seed) => ({ seed, accuracy }));
  return { strategy: name, transfers: name !== "scratch", results, trainImages: 1000, testImages: 2000, seconds: 1 };
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
      "At 50 images per class, last-layer wins with 90.1 % on average over 5 seeds, 10.0 percentage points (95 % interval 9.5 to 10.5, adjusted p < 0.001) above scratch, the second best.",
      "Transfer hurts: frozen is 9.6 percentage points (95 % interval 9.0 to 10.2, adjusted p < 0.001) below scratch.",
      "Transfer helps: last-layer is 10.0 percentage points (95 % interval 9.5 to 10.5, adjusted p < 0.001) above scratch.",
      "Found over 5 shared seeds by moderated t tests with Holm's correction for 3 comparisons at level 0.05: what another seed would change is judged from the spread of all strategies and budgets together; the intervals are not corrected.",
    ]);
  });

  it("name those not settled behind the leader, and what counts as equal to it", () => {
    expect(sentences([scratch, lastLayer, twoLayers], 1000).slice(0, 3)).toEqual([
      "At 1,000 images per class, nobody wins: two-layers (90.2 %) leads, and last-layer (90.1 %) is not clearly behind it.",
      "last-layer counts as equal to two-layers: the difference lies within 1 point.",
      "Behind two-layers: scratch by 10.1 percentage points (adjusted p < 0.001).",
    ]);
  });

  it("tell the uncertain apart from those that are behind", () => {
    const result = sentences([scratch, lastLayer, strategy("wild", [0.3, 0.95, 0.4, 0.92, 0.5])]);
    expect(result.slice(0, 3)).toEqual([
      "Here nobody wins: last-layer (90.1 %) leads, but not every other strategy is clearly behind it.",
      "wild (61.4 %) is too uncertain to place: lower on average than one that is behind, but with too much spread to tell.",
      "Behind last-layer: scratch by 10.0 percentage points (adjusted p = 0.005).",
    ]);
  });

  it("say that transfer is open where nothing is clear against scratch, unless it is known not to matter", () => {
    expect(sentences([scratch, strategy("last-layer", [0.805, 0.795, 0.8, 0.803, 0.8])])).toEqual([
      "Here nobody wins: scratch (80.1 %) leads, and last-layer (80.1 %) is not clearly behind it.",
      "last-layer counts as equal to scratch: the difference lies within 1 point.",
      "Found over 5 shared seeds by a moderated t test: what another seed would change is judged from the spread of all strategies and budgets together.",
    ]);
    expect(sentences([scratch, strategy("last-layer", [0.85, 0.75, 0.8, 0.82, 0.8])])).toContain(
      "Whether last-layer does better or worse than scratch is open.",
    );
  });

  it("of one seed lean on what is usual", () => {
    expect(sentences([strategy("scratch", [0.5]), strategy("last-layer", [0.9])], 10)).toEqual([
      "At 10 images per class, last-layer wins with 90.0 % (one seed), 40.0 percentage points (95 % interval 36.6 to 43.4, adjusted p < 0.001) above scratch.",
      "Transfer helps: last-layer is 40.0 percentage points (95 % interval 36.6 to 43.4, adjusted p < 0.001) above scratch.",
      "Found over 1 shared seed by a moderated t test: what another seed would change is taken from what is usual for so many training images.",
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

  it("say where what did not learn leaves nothing to compare", () => {
    const failed = { ...frozen, outcome: "did-not-learn" as const };
    expect(sentences([scratch, failed])).toEqual([
      "Here there is no verdict. A verdict compares at least two strategies, and only scratch can be ranked.",
    ]);
    expect(sentences([failed])).toEqual([
      "Here there is no verdict. A verdict compares at least two strategies, and no strategy learned.",
    ]);
  });

  it("begin with the place that is given", () => {
    expect(verdictSentences(verdict([scratch]), "On the test set")[0]).toMatch(
      /^On the test set there is no verdict\./,
    );
  });
});

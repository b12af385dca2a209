import { describe, expect, it } from "vitest";
import type { StudySummary } from "../../study/index.ts";
import { failRun, runOf, setLastAccuracy, testSummary } from "../summary.fixture.ts";
import { conclusion } from "./conclusion.ts";
import { doubts } from "./doubts.ts";

function withAccuracies(accuracies: Record<string, number>, summary = testSummary()): StudySummary {
  for (const [model, accuracy] of Object.entries(accuracies)) setLastAccuracy(runOf(summary, model), accuracy);
  return summary;
}

function text(summary: StudySummary): string {
  const { headline, paragraphs } = conclusion(summary);
  return [headline, ...paragraphs].join("\n");
}

describe("with one seed", () => {
  it("names a winner whose lead exceeds the noise of the test set", () => {
    const summary = withAccuracies({ M2: 0.9, M3: 0.88, M4: 0.95 });
    expect(conclusion(summary).headline).toBe(
      "M4 · fine-tune two layers won: 95.0 % on the target test set of CIFAR-10, 5.0 percentage points above (95 % interval 3.4 to 6.6) the second best, M2 · no transfer (90.0 %).",
    );
  });

  it("has no winner where the interval of the best two covers zero", () => {
    const summary = withAccuracies({ M2: 0.94, M3: 0.8, M4: 0.945 });
    expect(conclusion(summary).headline).toBe(
      "No clear winner on the target test set of CIFAR-10: M4 · fine-tune two layers (94.5 %) leads, and M2 · no transfer (94.0 %) is not settled behind it. Clearly behind: M3 · fine-tune one layer (80.0 %).",
    );
  });

  it("treats an exact tie as level", () => {
    const summary = withAccuracies({ M2: 0.94, M3: 0.94, M4: 0.94 });
    expect(conclusion(summary).headline).toContain("No clear winner");
    expect(text(summary)).toContain("M3 is level with it. M4 is level with it.");
    expect(text(summary)).toContain("Whether transfer changes the accuracy is not settled by this study.");
  });

  it("says for each transferred model whether it helped or hurt", () => {
    const summary = withAccuracies({ M2: 0.9, M3: 0.85, M4: 0.95 });
    expect(text(summary)).toContain("Transfer against training from scratch (M2 · no transfer, 90.0 %): ");
    expect(text(summary)).toContain("M3 is 5.0 percentage points worse (95 % interval 2.9 to 7.0).");
    expect(text(summary)).toContain("So transfer helped with M4 and hurt with M3.");
  });

  it("compares the last epoch, not the best, and says why", () => {
    const summary = withAccuracies({ M2: 0.9, M3: 0.85, M4: 0.95 });
    const [first] = runOf(summary, "M2").epochs;
    if (first) first.testAccuracy = 0.999;
    expect(conclusion(summary).headline).toContain("M4 · fine-tune two layers won");
    expect(text(summary)).toContain("That epoch counts, not the one with the best test accuracy");
  });

  it("warns that one seed may not repeat and what the interval covers", () => {
    expect(conclusion(testSummary()).paragraphs.at(-1)).toBe(
      "Every number comes from one seed: a different seed may change this. The 95 % intervals cover only the size of the test set (2,000 test images; binomial, the two models treated as independent), not the luck of initial weights and data order. They hold for one pair of models each, without a correction for having picked the best of several.",
    );
  });

  it("states what freezing saved and what the source model cost", () => {
    const summary = testSummary();
    for (const run of summary.runs)
      for (const epoch of run.epochs) epoch.durationMs = run.model === "M2" ? 12_000 : 400;
    runOf(summary, "M2").durationMs = 240_000;
    runOf(summary, "M3").durationMs = 12_000;
    runOf(summary, "M1").durationMs = 600_000;
    expect(text(summary)).toContain(
      "Training everything from scratch (M2) took 12.0 s an epoch and 4 min 00 s in all.",
    );
    expect(text(summary)).toContain(
      "M3 trained 258 of 591,042 parameters: 0.40 s an epoch (30 times faster), 12.0 s in all (20 times faster), 5.4 s of it to compute the frozen layers' features once.",
    );
    expect(text(summary)).toContain("Not counted there: training M1 (10 min 00 s), from which they start.");
  });

  it("says where the features of the frozen layers were there already", () => {
    const summary = testSummary();
    runOf(summary, "M4").featureDurationMs = 0.03;
    expect(text(summary)).toContain(", on features of the frozen layers that were computed already.");
  });

  it("marks a model that does no better than guessing", () => {
    expect(text(withAccuracies({ M3: 0.51 }))).toContain("Not distinguishable from guessing: M3.");
    expect(text(withAccuracies({ M3: 0.6 }))).not.toContain("guessing");
  });

  it("names overfitting models and rising test losses", () => {
    const summary = withAccuracies({ M2: 0.9, M3: 0.97, M4: 0.98 });
    const last = runOf(summary, "M2").epochs.at(-1);
    if (last) Object.assign(last, { trainAccuracy: 0.98, testLoss: 5 });
    expect(text(summary)).toContain("exceeds that on the test set by 8.0 percentage points for M2.");
    expect(text(summary)).toMatch(/The test loss of M2 rises again after epoch \d+: it grows surer of its mistakes\./);
  });

  it("points out a model that goes on from one of the same task", () => {
    const summary = testSummary();
    runOf(summary, "M4").startsFrom = runOf(summary, "M3").id;
    expect(text(summary)).toContain(
      "M4 goes on from M3, itself trained on the target task, so it had 20 more epochs on it.",
    );
  });
});

describe("with several seeds", () => {
  it("gives a verdict that is corrected for the number of comparisons", () => {
    const summary = testSummary({ seeds: [0, 1, 2] });
    const set = (model: string, accuracies: number[]): void =>
      accuracies.forEach((accuracy, seed) => setLastAccuracy(runOf(summary, model, seed), accuracy));
    set("M2", [0.9, 0.92, 0.94]);
    set("M3", [0.8, 0.81, 0.82]);
    set("M4", [0.91, 0.931, 0.949]);
    // Differences 1.0, 1.1, 0.9 points: mean 1.0, sd 0.1, margin 4.303 * 0.1 / sqrt(3) = 0.248; t = 17.3, p = 0.0033.
    expect(conclusion(summary).headline).toBe(
      "On the target test set of CIFAR-10 M4 · fine-tune two layers wins with 93.0 % on average over 3 seeds, 1.0 percentage points (95 % interval 0.8 to 1.2, adjusted p = 0.006) above M2 · no transfer, the second best.",
    );
    expect(text(summary)).toContain("Transfer hurts: M3 · fine-tune one layer is 11.0 percentage points");
    expect(text(summary)).toContain("paired t tests with Holm's correction for 3 comparisons at level 0.05");
  });

  it("leaves failed seeds out and says which pairs cannot be compared", () => {
    const summary = testSummary({ seeds: [0, 1] });
    failRun(runOf(summary, "M4", 1), 3);
    expect(text(summary)).toContain(
      "M4-two-layers-seed1 failed after 3 epochs: M4-two-layers-seed1: the loss is not finite",
    );
    expect(text(summary)).toContain(
      "Not compared, for want of two shared seeds: M4 · fine-tune two layers with M2 · no transfer and M4 · fine-tune two layers with M3 · fine-tune one layer.",
    );
  });

  it("falls back to the size of the test set where no two models share two seeds", () => {
    const summary = testSummary({ seeds: [0, 1] });
    failRun(runOf(summary, "M2", 1), 3);
    failRun(runOf(summary, "M4", 1), 3);
    expect(text(summary)).toContain(
      "Models that share fewer than two seeds are compared by the size of the test set alone.",
    );
  });
});

describe("with runs missing", () => {
  it("does not compare when only the source model finished", () => {
    const summary = testSummary();
    summary.runs = summary.runs.slice(0, 1);
    expect(conclusion(summary)).toEqual({
      headline: "No model of the target task finished, so there is nothing to compare yet. Only M1 · source did.",
      paragraphs: [],
    });
  });

  it("reports a single finished target model without a verdict", () => {
    const summary = withAccuracies({ M2: 0.94 });
    summary.runs = summary.runs.slice(0, 2);
    const { headline, paragraphs } = conclusion(summary);
    expect(headline).toBe(
      "M2 · no transfer reached 94.0 % on the target test set of CIFAR-10; no other model of the target task finished, so there is nothing to compare it with.",
    );
    expect(paragraphs).toContain("What transfer did cannot be said: no transferred model finished.");
    expect(paragraphs.at(-1)).toBe("The number comes from one seed: a different seed may change it.");
  });

  it("misses the baseline aloud", () => {
    const summary = testSummary();
    failRun(runOf(summary, "M2"), 0);
    expect(text(summary)).toContain("What transfer did cannot be said: no model trained from random weights finished.");
    expect(text(summary)).toContain("M2-from-scratch-seed0 failed before its first epoch ended: ");
  });

  it("has something to say about an empty study", () => {
    const summary = testSummary();
    summary.runs = [];
    expect(conclusion(summary).headline).toBe(
      "No model of the target task finished, so there is nothing to compare yet.",
    );
  });

  it("leaves out interrupted and pending runs", () => {
    const summary = testSummary();
    runOf(summary, "M3").status = "interrupted";
    Object.assign(runOf(summary, "M4"), { status: "pending", epochs: [] });
    expect(conclusion(summary).headline).toContain("M2 · no transfer reached");
    expect(text(summary)).toContain(
      "Left out of the comparison: M3-last-layer-seed0 stopped after 20 epochs (interrupted). M4-two-layers-seed0 has not started.",
    );
  });
});

it("says that the built-in data set is not photographs", () => {
  const summary = testSummary();
  summary.dataset = { ...summary.dataset, name: "shapes10", title: "shapes10 (built-in, procedural)" };
  expect(conclusion(summary).paragraphs.at(-1)).toBe(
    "All of this is about shapes10 (built-in, procedural), a data set that Graft draws itself: it shows the method at work and says nothing about photographs.",
  );
  expect(doubts(summary)).toContain(
    "The images of shapes10 (built-in, procedural) are drawn by a program: what helps here need not help on photographs.",
  );
});

import { describe, expect, it } from "vitest";
import type { StudySummary } from "../../study/index.ts";
import { analyseStudy } from "../analysis/study-analysis.ts";
import { studyDesign } from "../analysis/study-design.ts";
import { budgetStudy } from "../study-of-budgets.fixture.ts";
import { failRun, runOf, setLastAccuracy, testSummary } from "../summary.fixture.ts";
import { conclusionText as text } from "./conclusion-text.fixture.ts";
import { conclusion } from "./conclusion.ts";
import { doubts } from "./doubts.ts";

function withAccuracies(accuracies: Record<string, number>, summary = testSummary()): StudySummary {
  for (const [model, accuracy] of Object.entries(accuracies)) setLastAccuracy(runOf(summary, model), accuracy);
  return summary;
}

/** Accuracies of each model, seed by seed. */
function withSeeds(accuracies: Record<string, readonly number[]>): StudySummary {
  const seeds = [...(accuracies["M2"] ?? []).keys()];
  const summary = testSummary({ seeds });
  for (const [model, values] of Object.entries(accuracies)) {
    for (const seed of seeds) setLastAccuracy(runOf(summary, model, seed), values[seed]);
  }
  return summary;
}

describe("with one seed", () => {
  it("names the strategy and how sure it is, then the odds, the gain, the price, the time and the doubts", () => {
    const { headline, lines } = conclusion(withAccuracies({ M2: 0.9, M3: 0.88, M4: 0.905 }));
    expect(headline).toBe("Last two layers: 91 % likely within 1 point of the best.");
    expect(lines).toEqual([
      "Likely within 1 point of the best: M4 · Last two layers 91 % (accuracy 90.5 %, 90 % interval 89.2 to 91.8 %; next: M2 · From scratch 68 %).",
      "Gain of M4 · Last two layers over M2 · From scratch: +0.5 points (95 % interval −1.5 to +2.5).",
      "Expected loss against the best: 0.2 points with M4 · Last two layers; the worst in the running, M3 · Last layer only, would lose 2.7.",
      "One run of M4 · Last two layers takes 32.3 s; of the most expensive in the running, M2 · From scratch, 5 min 03 s.",
      "One seed: less certain than three.",
    ]);
  });

  it("is not sure of the best so far where another may be it, and says what would decide", () => {
    const summary = withAccuracies({ M2: 0.9, M3: 0.9, M4: 0.9 });
    summary.target.testImages = 200;
    for (const run of summary.runs) if (run.task === "target") run.testImages = 200;
    const { headline, lines } = conclusion(summary);
    expect(headline).toMatch(/^So far From scratch leads: \d\d % likely within 1 point of the best\.$/);
    expect(lines.at(-1)).toMatch(
      /^One seed: less certain than three\. More test images would decide, not more seeds: these leave \d\.\d points open\.$/,
    );
  });

  it("counts seeds where they would decide, with the command", () => {
    const summary = withAccuracies({ M2: 0.7, M3: 0.7, M4: 0.7 });
    summary.command = "graft run --preset quick --seeds 1 --time 1h --out 'my folder'";
    for (const run of summary.runs) {
      if (run.task === "target") Object.assign(run, { trainImages: 100, testImages: 40_000 });
    }
    expect(conclusion(summary).lines.at(-1)).toMatch(
      /^One seed: less certain than three\. (\d+) seeds would decide: graft run --preset quick --seeds \1\.$/,
    );
  });

  it("says of seeds that would decide little that they do", () => {
    const summary = withAccuracies({ M2: 0.9, M3: 0.88, M4: 0.905 });
    summary.command = "graft run";
    const { recommendation } = analyseStudy(summary).verdicts[0].verdict;
    if (recommendation === null) throw new Error("expected a recommendation");
    const strategies = new Map(studyDesign(summary).strategies.map(({ name, strategy }) => [name, strategy]));
    const lastLineAt = (expectedRegret: number): string | undefined => {
      const prospects = recommendation.prospects.map((one) => ({
        ...one,
        strategy: strategies.get(one.strategy) ?? "",
        probability: 0.6,
        expectedRegret,
      }));
      const open = { isSure: false, seedsNeeded: 2, regretOfImages: 0.006, recommended: "last-layer", prospects };
      summary.recommendations = [{ ...recommendation, ...open, imagesPerClass: "all", doubling: null }];
      return conclusion(summary).lines.at(-1);
    };
    expect(lastLineAt(0.009)).toBe(
      "One seed: less certain than three. 2 seeds would decide and save less than half a point: graft run --seeds 2.",
    );
    expect(lastLineAt(0.012)).toBe("One seed: less certain than three. 2 seeds would decide: graft run --seeds 2.");
  });

  it("says what the study recommended of the same runs, in the table too", () => {
    const summary = withAccuracies({ M2: 0.9, M3: 0.88, M4: 0.905 });
    const [{ verdict }] = analyseStudy(summary).verdicts;
    if (verdict.recommendation === null) throw new Error("expected a recommendation");
    const strategies = new Map(studyDesign(summary).strategies.map(({ name, strategy }) => [name, strategy]));
    const prospects = verdict.recommendation.prospects.map((one) => ({
      ...one,
      strategy: strategies.get(one.strategy) ?? "",
      probability: 0.8,
      seconds: 7,
    }));
    summary.recommendations = [
      { ...verdict.recommendation, imagesPerClass: "all", recommended: "last-layer", prospects, doubling: null },
    ];
    const { headline, lines } = conclusion(summary);
    expect(headline).toBe("Last layer only: 80 % likely within 1 point of the best.");
    expect(lines[0]).toContain("the best: M3 · Last layer only 80 %");
    expect(lines[3]).toBe("One run of M3 · Last layer only takes 7.0 s, the most in the running.");
    expect(analyseStudy(summary).verdicts[0].verdict.recommendation?.recommended).toBe("M3 · Last layer only");
  });

  it("treats an exact tie as open", () => {
    const all = text(withAccuracies({ M2: 0.94, M3: 0.94, M4: 0.94 }));
    expect(all).toContain("nobody wins: M2 · From scratch (94.0 %) leads");
    expect(all).toContain("Whether M3 · Last layer only and M4 · Last two layers do better or worse than");
  });

  it("says for each transferred model whether it helped or hurt", () => {
    const all = text(withAccuracies({ M2: 0.9, M3: 0.85, M4: 0.95 }));
    expect(all).toContain("Transfer hurts: M3 · Last layer only is 5.0 percentage points");
    expect(all).toContain("Transfer helps: M4 · Last two layers is 5.0 percentage points");
  });

  it("tells the gain of transfer where training from scratch is recommended", () => {
    expect(text(withAccuracies({ M2: 0.97, M3: 0.85, M4: 0.9 }))).toContain(
      "Gain of M4 · Last two layers over M2 · From scratch: −7.0 points (95 % interval −8.7 to −5.3).",
    );
  });

  it("compares the last epoch, not the best, and says why", () => {
    const summary = withAccuracies({ M2: 0.9, M3: 0.85, M4: 0.95 });
    const [first] = runOf(summary, "M2").epochs;
    if (first) first.testAccuracy = 0.999;
    expect(conclusion(summary).headline).toMatch(/^Last two layers: /);
    expect(text(summary)).toContain("That epoch counts, not the one with the best test accuracy");
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
    expect(text(summary)).toMatch(
      /The test loss of M2 rises again after epoch \d+: it grows more confident of its mistakes\./,
    );
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
    const summary = withSeeds({ M2: [0.9, 0.92, 0.94], M3: [0.8, 0.81, 0.82], M4: [0.91, 0.931, 0.949] });
    expect(text(summary)).toMatch(
      /On the target test set of CIFAR-10 M4 · Last two layers wins with 93\.0 % on average over 3 seeds, 1\.0 percentage points \(95 % interval 0\.\d to \d\.\d, adjusted p = 0\.0\d\d\) above M2 · From scratch, the second best\./,
    );
    expect(text(summary)).toContain("Transfer hurts: M3 · Last layer only is 11.0 percentage points");
    expect(text(summary)).toContain("moderated t tests with Holm's correction for 3 comparisons at level 0.05");
  });

  it("does not ask for test images where they leave nothing open", () => {
    const wild = withSeeds({ M2: [0.5, 0.9], M3: [0.9, 0.5], M4: [0.6, 0.8] });
    expect(conclusion(wild).lines.at(-1)).toBe("Seeds differ so much that many more would not decide.");
  });

  it("counts seeds where some strategies have fewer than others", () => {
    const summary = testSummary({ seeds: [0, 1] });
    summary.runs = summary.runs.filter(({ model, seed }) => model !== "M3" || seed === 0);
    expect(doubts(summary)[0]).toBe(
      "1 seed at the least: intervals over few seeds lean on normally distributed accuracies.",
    );
  });

  it("leaves failed seeds out and compares the seeds that are left", () => {
    const summary = testSummary({ seeds: [0, 1] });
    failRun(runOf(summary, "M4", 1), 3);
    expect(text(summary)).toContain(
      "M4-last-two-layers-seed1 failed after 3 epochs: M4-last-two-layers-seed1: the loss is not finite",
    );
    expect(text(summary)).toContain("Found over 1 to 2 shared seeds");
    expect(text(summary)).toContain("One seed: less certain than three. Left out: 1 run not finished.");
  });
});

describe("with runs missing", () => {
  it("does not compare when only the source model finished", () => {
    const summary = testSummary();
    summary.runs = summary.runs.slice(0, 1);
    expect(conclusion(summary)).toEqual({
      headline: "No model of the target task finished, so there is nothing to compare yet.",
      lines: ["Only M1 · Source did."],
      paragraphs: [],
    });
  });

  it("reports a single finished target model without a verdict", () => {
    const summary = withAccuracies({ M2: 0.94 });
    summary.runs = summary.runs.slice(0, 2);
    const { headline, lines } = conclusion(summary);
    expect(headline).toBe("Only From scratch can be ranked: a second strategy would decide.");
    expect(lines).toEqual([
      "M2 · From scratch: accuracy 94.0 %, 90 % interval 92.9 to 95.0 %.",
      "What transfer did cannot be said: no transferred model finished.",
      "One run of M2 · From scratch takes 5 min 03 s.",
      "One seed: less certain than three.",
    ]);
  });

  it("misses the baseline aloud", () => {
    const summary = testSummary();
    failRun(runOf(summary, "M2"), 0);
    expect(text(summary)).toContain("What transfer did cannot be said: no model trained from random weights finished.");
    expect(text(summary)).toContain("M2-scratch-seed0 failed before its first epoch ended: ");
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
    expect(conclusion(summary).headline).toMatch(/^Only From scratch can be ranked/);
    expect(text(summary)).toContain(
      "Left out of the comparison: M3-last-layer-seed0 stopped after 20 epochs (interrupted). M4-last-two-layers-seed0 has not started.",
    );
  });
});

it("says it in 18 words and five lines at most, whatever the study", () => {
  const labelled = testSummary();
  for (const run of labelled.runs) run.label = "one new layer, nothing frozen";
  const four = budgetStudy({ seeds: [0] });
  const best = ["last-layer", "full", "last-two-layers", "scratch"];
  for (const run of four.runs.filter(({ task }) => task === "target")) {
    const place = four.budgets.indexOf(run.imagesPerClass);
    Object.assign(run, { testImages: 300 });
    setLastAccuracy(run, best[place] === run.strategy ? 0.9 : 0.89);
  }
  const open = withAccuracies({ M2: 0.9, M3: 0.9, M4: 0.9 });
  for (const run of open.runs) run.testImages = 150;
  const studies = [
    labelled,
    open,
    testSummary({ seeds: [0, 1] }),
    four,
    budgetStudy(),
    budgetStudy({ effects: false }),
  ];
  const said = studies.map(conclusion);
  for (const { headline, lines } of said) {
    expect(headline.replaceAll(" %", "%").split(" ").length).toBeLessThanOrEqual(18);
    expect(lines.length).toBeLessThanOrEqual(5);
  }
  expect(said[3].headline).toMatch(
    /^Up to 10 images a class (perhaps )?Last layer only; between, it varies; from 1,000 (perhaps )?From scratch\.$/,
  );
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

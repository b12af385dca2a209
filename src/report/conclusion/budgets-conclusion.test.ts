import { describe, expect, it } from "vitest";
import type { RunRecord, StudySummary } from "../../study/index.ts";
import { budgetStudy, layerCurveStudy, withDetails } from "../study-of-budgets.fixture.ts";
import { failRun } from "../summary.fixture.ts";
import { conclusionText as text } from "./conclusion-text.fixture.ts";
import { conclusion } from "./conclusion.ts";
import { doubts } from "./doubts.ts";

function runsOf(summary: StudySummary, strategy: string): RunRecord[] {
  return summary.runs.filter((run) => run.strategy === strategy);
}

describe("a study of budgets with planted effects", () => {
  const planted = conclusion(budgetStudy());

  it("says what to take where, how sure that is, and where one recommendation overtakes the other", () => {
    expect(planted.headline).toBe(
      "Up to 50 images a class Last layer only; 250 Full fine-tuning; from 1,000 From scratch.",
    );
    expect(planted.lines).toEqual([
      "Likely within 1 point of the best: Last layer only over 99 % at 10 and 50 (next: Last two layers under 1 %); Full fine-tuning over 99 % at 250 (as good: L2-SP over 99 %; next: Last layer only under 1 %); From scratch over 99 % at 1,000 (next: Last layer only under 1 %).",
      "Gain of Last layer only over From scratch at 10: +22.0 points (95 % interval +21.3 to +22.6); of L2-SP over From scratch at 1,000: −1.9 points (95 % interval −2.0 to −1.8).",
      "Full fine-tuning overtakes Last layer only at about 110 images per class (95 % interval 100 to 110; 3 seeds). From scratch overtakes Full fine-tuning at about 620 images per class (95 % interval 600 to 640; 3 seeds).",
      "Expected loss against the best: 0.0 points with Full fine-tuning at 250; the worst in the running, L2-SP at 250, would lose 0.0. One run of From scratch at 1,000 takes 22.5 s, the most in the running.",
    ]);
  });

  it("says where transfer helps and where it hurts, strategy by strategy", () => {
    expect(planted.paragraphs[1]).toBe(
      "Transfer against From scratch: in percentage points, Last layer only helps at 10 and 50 images per class (+22.0 and +13.0) and hurts at 250 and 1,000 images per class (−0.6 and −9.0); " +
        "Last two layers helps at 10, 50 and 250 images per class (+16.0, +8.0 and +1.4) and hurts at 1,000 images per class (−4.5); " +
        "Full fine-tuning helps at 10, 50 and 250 images per class (+10.0, +9.0 and +3.9) and hurts at 1,000 images per class (−2.0); " +
        "L2-SP helps at 10, 50 and 250 images per class (+10.0, +9.0 and +3.9) and hurts at 1,000 images per class (−1.9).",
    );
  });

  it("names every other crossover with its interval", () => {
    const [, , crossovers] = planted.paragraphs;
    expect(crossovers).toContain(
      "From scratch overtakes Last two layers at about 350 images per class (95 % interval 330 to 360; 3 seeds).",
    );
    expect(crossovers).not.toContain("overtakes Full fine-tuning");
  });

  it("says how it was judged and what that takes for granted", () => {
    expect(planted.paragraphs.at(-1)).toBe(
      "How it was judged: by moderated t tests with Holm's correction within each budget (up to 10 comparisons) at the 5 % level; " +
        "what another seed would change is judged from the spread of all strategies and budgets together. Intervals hold for one difference each.",
    );
    expect(doubts(budgetStudy())).toContain(
      "The tests are corrected within each budget, not across budgets: the more budgets, the likelier one of their verdicts is luck.",
    );
  });

  it("reckons cost, forgetting and transferability at the largest budget", () => {
    const all = text(withDetails(budgetStudy()));
    expect(all).toContain("Cost at 1,000 images per class: Training everything from scratch took 4.5 s an epoch");
    expect(all).toContain(
      "Forgetting: the source model had 75.4 % on its own task; with the source's head put back, what is left after 1,000 images per class is Full fine-tuning 42.0 % and L2-SP 42.0 %.",
    );
    expect(all).toContain(
      "used for nothing: LEEP and LogME are shown and not judged, for want of five different outcomes at one budget.",
    );
  });
});

it("claims nothing where nothing is planted", () => {
  const nil = text(budgetStudy({ effects: false }));
  expect(nil).toMatch(/^Last layer only everywhere: at least 97 % likely within 1 point of the best\.$/m);
  expect(nil).toContain("Transfer against From scratch: no difference is clear at any budget.");
  expect(nil).toContain("Crossovers: none is clear.");
  expect(nil).not.toMatch(/\b(helps|hurts|overtakes)\b|(?<!nobody) wins/);
});

describe("with data missing", () => {
  it("recommends from one seed too, less surely", () => {
    const one = conclusion(budgetStudy({ seeds: [0] }));
    expect(one.headline).toBe("Up to 50 images a class Last layer only; 250 L2-SP; from 1,000 From scratch.");
    expect(one.lines[0]).toContain("Last layer only 95 % at 10 and 50 (next: L2-SP 9 %); L2-SP 79 % at 250");
    expect(one.lines.at(-1)).toBe("One seed: less certain than three.");
    expect(one.paragraphs.at(-1)).toContain("what another seed would change is taken from what is usual");
  });

  it("is not sure where two that are far apart from the rest may each be the best", () => {
    const summary = budgetStudy({ seeds: [0] });
    for (const run of summary.runs) if (run.task === "target") run.testImages = 300;
    expect(conclusion(summary).headline).toMatch(/; 250 perhaps (Full fine-tuning|L2-SP); /);
  });

  it("reports a lone strategy without a verdict", () => {
    const summary = budgetStudy();
    summary.runs = summary.runs.filter((run) => run.task === "source" || run.strategy === "full");
    const { headline, lines } = conclusion(summary);
    expect(headline).toBe("Only Full fine-tuning can be ranked: a second strategy would decide.");
    expect(lines[0]).toMatch(
      /^Full fine-tuning at 10: accuracy 69\.8 %, 90 % interval .* and Full fine-tuning at 1,000: accuracy 95\.4 %/,
    );
  });

  it("misses a baseline and a source aloud", () => {
    const without = (strategies: string[]): StudySummary => {
      const summary = budgetStudy();
      summary.runs = summary.runs.filter((run) => !strategies.includes(run.strategy));
      return summary;
    };
    expect(text(without(["scratch"]))).toContain(
      "What transfer did cannot be said: no strategy trains from random weights.",
    );
    expect(text(without(["last-layer", "last-two-layers", "full", "l2-sp"]))).toContain(
      "Only From scratch can be ranked: a second strategy would decide.",
    );
  });

  it("tells failed runs and compares the seeds that are left", () => {
    const summary = budgetStudy();
    for (const run of runsOf(summary, "scratch").filter(({ seed }) => seed === 2)) failRun(run, 1);
    expect(text(summary)).toContain("Left out of the comparison: M-scratch-n10-seed2 failed after 1 epoch");
    expect(text(summary)).toContain("at 1,000");
  });

  it("counts unfinished runs that are too many to be told", () => {
    const summary = budgetStudy();
    for (const run of summary.runs.filter(({ seed, task }) => seed > 0 && task === "target")) {
      Object.assign(run, { status: "pending", epochs: [] });
    }
    expect(text(summary)).toMatch(/M-full-n10-seed1 has not started\..* And 32 more runs\.$/m);
  });

  it("has nothing to compare where nothing finished", () => {
    const summary = budgetStudy();
    for (const run of summary.runs) Object.assign(run, { status: "pending", epochs: [] });
    expect(conclusion(summary).headline).toBe(
      "No model of the target task finished, so there is nothing to compare yet.",
    );
  });
});

describe("layer curves", () => {
  it("say where each curve leaves scratch", () => {
    const [layers] = conclusion(layerCurveStudy()).paragraphs;
    expect(layers).toBe(
      "Layer curves: AnB (first n layers from the source and frozen) is below scratch at n = 4 (−6.0) and 5 (−10.0); elsewhere nothing is clear. " +
        "AnB+ (first n layers from the source and fine-tuned) is above scratch at n = 1 (+3.1), 2 (+3.1), 3 (+3.0), 4 (+3.0) and 5 (+3.0). " +
        "BnB (first n layers from the target's own scratch run and frozen) is below scratch at n = 3 (−5.0); elsewhere nothing is clear. " +
        "BnB+ (first n layers from the target's own scratch run and fine-tuned) nowhere clearly differs from scratch. " +
        "Differences are in percentage points from scratch, by moderated t tests with Holm's correction over all points of the curves. " +
        "Freezing the source's first n layers costs, against fine-tuning them, 2.9, 3.0, 3.1, 9.0 and 13.0 at n = 1, 2, 3, 4 and 5: all of it is clear. " +
        "Freezing the target's own first n layers costs, against fine-tuning them, −0.2, 0.1, 5.1, −0.2 and 0.2 at n = 1, 2, 3, 4 and 5: all of it is clear. " +
        "The costs are in percentage points, by moderated t tests with Holm's correction over the n of each curve.",
    );
  });

  it("are about the price of freezing", () => {
    expect(conclusion(layerCurveStudy()).headline).toBe(
      "On the target test set of CIFAR-10 freezing the source's first n layers, against fine-tuning them, costs " +
        "2.9 percentage points at n = 1, 3.0 percentage points at n = 2, 3.1 percentage points at n = 3, " +
        "9.0 percentage points at n = 4 and 13.0 percentage points at n = 5.",
    );
    expect(conclusion(layerCurveStudy({ effects: false })).headline).toBe(
      "On the target test set of CIFAR-10 no cost of freezing the source's first n layers, against fine-tuning them, is clear at any n.",
    );
  });

  it("rank no controls", () => {
    const [, , verdict] = conclusion(layerCurveStudy()).paragraphs;
    expect(verdict).toMatch(/^On the target test set of CIFAR-10 nobody wins/);
    expect(verdict).not.toMatch(/B\dB/);
  });

  it("of many models leave the details to the tables", () => {
    const all = text(layerCurveStudy());
    expect(all).toContain("after the last epoch, means of 3 seeds, best first: ");
    expect(all).toContain("The times of the others are in the table.");
    expect(all.length).toBeLessThan(7000);
  });

  it("of many models count those that overfit, and name the least and the most", () => {
    const summary = layerCurveStudy();
    for (const run of summary.runs.filter(({ task }) => task === "target")) {
      const last = run.epochs[run.epochs.length - 1];
      last.trainAccuracy = last.testAccuracy + (run.strategy === "A3B" ? 0.09 : run.strategy === "B2B+" ? 0.04 : 0.05);
      run.epochs[0].testLoss = last.testLoss / (run.strategy === "scratch" ? 1 : 2);
    }
    expect(text(summary)).toContain("by 4.0 (B2B+) to 9.0 percentage points (A3B) for 21 models.");
    expect(text(summary)).toContain("The test loss of 20 of 21 models rises again towards the end");
    for (const run of runsOf(summary, "scratch"))
      run.epochs[0].testLoss = run.epochs[run.epochs.length - 1].testLoss / 2;
    expect(text(summary)).toContain("The test loss of all 21 models rises again towards the end");
  });

  it("say nothing where nothing is planted, and what one seed tells", () => {
    const [nil] = conclusion(layerCurveStudy({ effects: false })).paragraphs;
    expect(nil).toMatch(
      /^Layer curves: no point of them clearly differs from scratch, by moderated t tests with Holm's correction over all of them\. Freezing the source's first n layers costs, against fine-tuning them, 0\.0, .*: none of it is clear\. /,
    );
    expect(text(layerCurveStudy({ seeds: [0] }))).toMatch(
      /Freezing the target's own first n layers costs, .*: clear at n = 3\./,
    );
  });
});

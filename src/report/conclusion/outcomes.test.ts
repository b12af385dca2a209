import { describe, expect, it, test } from "vitest";
import type { LearningOutcome } from "../../statistics/index.ts";
import type { RunRecord, StudySummary } from "../../study/index.ts";
import { budgetStudy, layerCurveStudy } from "../study-of-budgets.fixture.ts";
import { runOf, setLastAccuracy, testSummary } from "../summary.fixture.ts";
import { conclusionText as text } from "./conclusion-text.fixture.ts";
import { conclusion } from "./conclusion.ts";
import { doubts } from "./doubts.ts";

function judged(summary: StudySummary, outcomeOf: (run: RunRecord) => LearningOutcome | undefined): StudySummary {
  return {
    ...summary,
    runs: summary.runs.map((run): RunRecord => {
      const outcome = outcomeOf(run);
      return outcome === undefined ? run : { ...run, outcome };
    }),
  };
}

/** The classic study with the outcomes of some of its models. */
function classic(outcomes: Record<string, LearningOutcome>, { seeds = [0] }: { seeds?: number[] } = {}): StudySummary {
  const summary = testSummary({ seeds });
  for (const seed of seeds) {
    for (const [model, accuracy] of Object.entries({ M2: 0.95, M3: 0.9, M4: 0.92 })) {
      setLastAccuracy(runOf(summary, model, seed), accuracy + 0.001 * seed * Number(model.slice(1)));
    }
  }
  return judged(summary, ({ model }) => outcomes[model]);
}

describe("a study whose models all converged", () => {
  it("reads as one that was not judged", () => {
    for (const seeds of [[0], [0, 1, 2]]) {
      const all = { M1: "converged", M2: "converged", M3: "converged", M4: "converged" } as const;
      expect(conclusion(classic(all, { seeds }))).toEqual(conclusion(classic({}, { seeds })));
      expect(doubts(classic(all, { seeds }))).toEqual(doubts(classic({}, { seeds })));
    }
  });
});

describe("a model that did not learn", () => {
  it("does not win, is not ranked, and is named with its accuracy", () => {
    const { headline, lines, paragraphs } = conclusion(classic({ M2: "did-not-learn" }));
    expect(headline).toBe("Last two layers: over 99 % likely within 1 point of the best.");
    expect(lines[1]).toBe(
      "M2 · From scratch did not learn: here only transfer makes a model, and by how many points cannot be said.",
    );
    expect(lines.at(-1)).toBe("One seed: less certain than three. Left out: 1 strategy not ranked.");
    expect(paragraphs[0]).toBe(
      "Not ranked: M2 · From scratch (95.0 %) did not learn, doing no better than chance on its training images, on test images, or on both.",
    );
    expect(paragraphs[1]).toMatch(
      /^Test accuracy .* best first: M4 · Last two layers 92\.0 % and M3 · Last layer only 90\.0 %\./,
    );
  });

  it("is left out of the tests over seeds", () => {
    const all = text(classic({ M2: "did-not-learn" }, { seeds: [0, 1, 2] }));
    expect(all).toMatch(/^On the target test set of CIFAR-10 M4 · Last two layers wins with 92\.4 % /m);
    expect(all).toContain("Found over 3 shared seeds by a moderated t test");
    expect(all).toContain(
      "M2 · From scratch did not learn: here only transfer makes a model, and by how many points cannot be said.",
    );
    expect(all).not.toMatch(/(above|below) M2/);
  });

  it("is one of which most seeds did not", () => {
    const withSeeds = (failed: number): string =>
      text(
        judged(classic({}, { seeds: [0, 1, 2] }), ({ model, seed }) =>
          model === "M2" && seed < failed ? "did-not-learn" : "converged",
        ),
      );
    expect(withSeeds(1)).not.toContain("Not ranked");
    expect(withSeeds(2)).toContain("Not ranked: M2 · From scratch (95.2 %) did not learn");
  });

  it("leaves nobody to win where no other did", () => {
    for (const seeds of [[0], [0, 1, 2]]) {
      const outcomes = { M2: "did-not-learn", M3: "did-not-learn", M4: "did-not-learn" } as const;
      const { headline, lines, paragraphs } = conclusion(classic(outcomes, { seeds }));
      expect(headline).toBe("No model learned the target task: more images, epochs or another source would decide.");
      expect(lines).toEqual([
        "Where training took steps, another learning rate may help too, which graft find-lr looks for.",
        "Left out: 3 strategies not ranked.",
      ]);
      expect(paragraphs[0]).toMatch(
        /^Not ranked: M2 · From scratch \(95\.\d %\), M4 · Last two layers \(92\.\d %\) and M3 · Last layer only \(90\.\d %\) did not learn, /,
      );
      expect(paragraphs.join(" ")).not.toMatch(/best first|wins|won:|What transfer did/);
    }
  });

  it("leaves nothing to compare where one other did", () => {
    expect(conclusion(classic({ M2: "did-not-learn", M4: "did-not-learn" })).headline).toBe(
      "Only Last layer only can be ranked: a second strategy would decide.",
    );
  });

  it("was judged, and is told apart from guessing no second time", () => {
    const summary = classic({ M2: "converged", M3: "converged", M4: "converged" });
    setLastAccuracy(runOf(summary, "M3"), 0.51);
    expect(text(summary)).not.toContain("guessing");
  });
});

describe("a model that was still improving", () => {
  it("is not ranked beside others that converged", () => {
    const all = text(classic({ M2: "still-improving", M3: "did-not-learn" }));
    expect(all).toContain(
      "Not ranked: M3 · Last layer only (90.0 %) did not learn, doing no better than chance on its training images, on test images, or on both; " +
        "M2 · From scratch (95.0 %) was still improving when training ended, so more epochs would change what it reached.",
    );
    expect(all).toContain("What transfer did cannot be said: M2 · From scratch was still improving.");
  });

  it("is ranked where all that learned were, with a sentence that says so", () => {
    const unjudged = conclusion(classic({}));
    const { headline, paragraphs } = conclusion(
      classic({ M2: "still-improving", M3: "still-improving", M4: "still-improving" }),
    );
    expect(headline).toBe(unjudged.headline);
    expect(paragraphs[0]).toBe(
      "All that learned were still improving when training ended, so the order says how far each has come, not how good it can get. Train for more epochs, or at a higher learning rate.",
    );
    expect(paragraphs.slice(1)).toEqual(unjudged.paragraphs);
    expect(text(classic({ M2: "still-improving", M3: "did-not-learn", M4: "did-not-learn" }))).toContain(
      "M2 · From scratch (95.0 %) was still improving when training ended. Train for more epochs",
    );
  });

  it("is counted among the doubts, with how it was judged", () => {
    expect(doubts(classic({ M1: "did-not-learn", M2: "still-improving", M3: "still-improving" }))).toContain(
      "1 run did not learn and 2 runs were still improving, as judged from the curves: by tests against chance, and by whether accuracy still rose at full rate and loss on images held out still fell. Near its limits such a rule can be wrong.",
    );
  });
});

describe("at several budgets", () => {
  const at = (outcomes: Record<string, LearningOutcome>): StudySummary =>
    judged(budgetStudy(), ({ strategy, imagesPerClass }) => outcomes[`${strategy} ${imagesPerClass}`] ?? "converged");

  it("who is ranked is decided budget by budget", () => {
    const { headline, lines, paragraphs } = conclusion(
      at({
        "last-layer 10": "did-not-learn",
        "last-layer 50": "did-not-learn",
        "scratch 1000": "still-improving",
      }),
    );
    expect(headline).toBe("Up to 10 images a class Last two layers; from 50 Full fine-tuning.");
    expect(lines.at(-1)).toBe("Left out: 2 strategies not ranked.");
    expect(paragraphs[1]).toBe(
      "Not ranked: From scratch was still improving at 1,000 images per class; Last layer only did not learn at 10 and 50 images per class.",
    );
    expect(paragraphs[2]).not.toMatch(/1,000|Last layer only helps/);
  });

  it("a crossover needs both curves to have learned on both sides of it", () => {
    const planted = text(budgetStudy());
    expect(planted).toContain("From scratch overtakes Last layer only at about 230");
    expect(text(at({ "scratch 10": "did-not-learn", "scratch 50": "did-not-learn" }))).not.toContain(
      "overtakes Last layer only at about 230",
    );
  });

  it("a budget at which nothing learned has nobody, and one at which all were still improving says so", () => {
    const names = ["scratch", "last-layer", "last-two-layers", "full", "l2-sp"];
    const all = (budget: number, outcome: LearningOutcome) =>
      Object.fromEntries(names.map((name) => [`${name} ${budget}`, outcome]));
    const { headline, lines, paragraphs } = conclusion(
      at({ ...all(10, "did-not-learn"), ...all(50, "still-improving") }),
    );
    expect(headline).toBe("At 50 images a class Last layer only; 250 Full fine-tuning; from 1,000 From scratch.");
    expect(lines.at(-1)).toBe("All that learned were still improving. Left out: 5 strategies not ranked.");
    expect(paragraphs[1]).toContain(
      "All that learned at 50 images per class were still improving, so the order there says how far each has come, not how good it can get.",
    );
    const nothing = at(Object.assign({}, ...[10, 50, 250, 1000].map((budget) => all(budget, "did-not-learn"))));
    expect(conclusion(nothing).headline).toBe(
      "No model learned the target task: more images, epochs or another source would decide.",
    );
  });
});

describe("layer curves", () => {
  const failing = (strategies: readonly string[]): string =>
    text(judged(layerCurveStudy(), ({ strategy }) => (strategies.includes(strategy) ? "did-not-learn" : "converged")));

  it("hold nothing against a scratch run that did not learn", () => {
    expect(failing(["scratch"])).toContain(
      "Layer curves: scratch did not learn, so there is nothing to hold them against.",
    );
  });

  it("leave out the points and costs of what did not learn", () => {
    const all = failing(["A5B", "B3B"]);
    expect(all).toContain("is below scratch at n = 4 (−6.0); elsewhere nothing is clear.");
    expect(all).toContain("costs, against fine-tuning them, 2.9, 3.0, 3.1 and 9.0 at n = 1, 2, 3 and 4: ");
    expect(all).toContain("Freezing the target's own first n layers costs, against fine-tuning them, −0.2, 0.1, −0.2");
  });
});

test("runs that were trained on machines of another kind are told of, with what these are", () => {
  const summary = classic({});
  const there = { cpu: "Old One", platform: "linux x64", blockSize: 8, onnxruntime: "1.30.0", graft: "0.1.0" };
  const runs = summary.runs.map((run) => (run.model === "M1" ? run : { ...run, trainedOn: there }));
  expect(doubts({ ...summary, runs })).toContain(
    "3 runs were trained on machines of another kind than the study's (Old One, linux x64, onnxruntime 1.30.0, Graft 0.1.0): " +
      "neither their last bits nor their times compare with those of the others.",
  );
  expect(doubts(summary)).toContain("Times come from one machine and include whatever else it was doing.");
});

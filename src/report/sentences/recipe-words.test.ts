/** @file How runs train, in words, and what was active while training values were measured. */

import { describe, expect, it } from "vitest";
import { type RunRecord, type StudyInput, type TrainingConfig, resolveStudy } from "../../study/index.ts";
import { analyseStudy } from "../analysis/study-analysis.ts";
import { conclusion } from "../conclusion/conclusion.ts";
import { epochFigures } from "../figures/epoch-figures.ts";
import { testSummary } from "../summary.fixture.ts";
import { activeInTraining, describeOptimizer, recipeText } from "./recipe-words.ts";

type Training = Exclude<StudyInput["training"], "auto">;

function run(strategy: string, training: Training, fields: Partial<RunRecord> = {}): RunRecord {
  const settled = resolveStudy({ training }).training as TrainingConfig;
  const [first] = testSummary({ epochs: 3 }).runs;
  return { ...first, strategy, startsFrom: "M1-source-seed0", training: settled, ...fields };
}

/** After what every recipe begins with. */
function recipe(training: Training): string {
  return recipeText({ runs: [run("full", training)] }).replace(
    "SGD, momentum 0.9, learning rate 0.01, batch 32, 20 epochs, ",
    "",
  );
}

describe("recipeText", () => {
  it("names every augmentation in the order in which it is done", () => {
    const augmentation = {
      flip: true,
      flipVertical: true,
      crop: 2,
      resizedCrop: { scale: [0.6, 1] as [number, number] },
      rotation: 10,
      colorJitter: { brightness: 0.2, hue: 0.05 },
      cutout: 8,
      mixup: 0.2,
      views: 4,
    };
    expect(recipe({ augmentation })).toBe(
      "flips, vertical flips, crops by 2 pixels, resized crops of 0.6–1 of the area, rotation by up to 10°, " +
        "colour jitter (brightness 0.2, hue 0.05), cutout of 8 pixels, mixup 0.2, 4 augmented views",
    );
  });

  it("names class weights", () => {
    expect(recipe({ classWeights: "balanced" })).toBe("balanced classes");
    expect(recipe({ classWeights: { horse: 3, cat: 0.5 } })).toBe("class weights horse 3, cat 0.5");
  });

  it("has a line for each recipe that differs, with the strategies that share it", () => {
    const runs = [
      run("linear-probe", {}, { solves: "logistic" }),
      run("last-layer", { epochs: 5 }),
      run("full", {}),
      run("last-two-layers", {}),
    ];
    expect(recipeText({ runs })).toBe(
      "SGD, momentum 0.9, learning rate 0.01, batch 32, 20 epochs\n" +
        "linear-probe: solved for, without steps\n" +
        "last-layer: SGD, momentum 0.9, learning rate 0.01, batch 32, 5 epochs",
    );
  });

  it("says of heads on random layers not that they start at zero", () => {
    const zero = { headStart: "zero" } as const;
    expect(recipeText({ runs: [run("full", zero)] })).toContain("new heads from zero");
    expect(recipeText({ runs: [run("scratch", zero, { startsFrom: null })] })).not.toContain("new heads");
  });

  it("is that of the summary where runs of earlier versions do not say", () => {
    const { training: _training, ...earlier } = run("full", {});
    expect(recipeText({ runs: [earlier], recipe: "SGD, 5 epochs" })).toBe("SGD, 5 epochs");
  });
});

describe("describeOptimizer", () => {
  it("reads as a person would write it", () => {
    expect(
      [
        { name: "sgd", momentum: 0, nesterov: false, weightDecay: 0 } as const,
        { name: "sgd", momentum: 0.9, nesterov: true, weightDecay: 5e-4 } as const,
        { name: "adam", weightDecay: 0.1 } as const,
        { name: "adamw", weightDecay: 0.01 } as const,
        { name: "adamw", weightDecay: 0 } as const,
      ].map(describeOptimizer),
    ).toEqual(["SGD", "SGD, Nesterov momentum 0.9, L2 0.0005", "Adam, L2 0.1", "AdamW, weight decay 0.01", "AdamW"]);
  });
});

const all = [
  run("full", {}),
  run("last-layer", { labelSmoothing: 0.1, classWeights: "balanced", augmentation: { flip: true, mixup: 0.2 } }),
];

describe("activeInTraining", () => {
  it("names dropout alone where the recipe has no more", () => {
    expect(activeInTraining({ runs: [run("full", {})] }, "loss")).toBe("dropout");
  });

  it.each<NonNullable<Training>["augmentation"]>([
    { flip: true },
    { flipVertical: true },
    { crop: 4 },
    { resizedCrop: { scale: [0.5, 1] } },
    { rotation: 9 },
    { affine: { rotation: 10, shift: 0.08 } },
    { trivial: true },
    { cutout: 3 },
    { colorJitter: { hue: 0.1 } },
  ])("names augmentation where the recipe has %o", (augmentation) => {
    expect(activeInTraining({ runs: [run("full", { augmentation })] }, "accuracy")).toBe("dropout and augmentation");
  });

  it("names what any strategy's recipe adds, for accuracies only what changes them", () => {
    expect(activeInTraining({ runs: all }, "loss")).toBe(
      "dropout, augmentation, mixup, label smoothing and class weights",
    );
    expect(activeInTraining({ runs: all }, "accuracy")).toBe("dropout, augmentation and mixup");
    const weighted = [run("full", { classWeights: { cat: 2, dog: 1 } })];
    expect(activeInTraining({ runs: weighted }, "loss")).toBe("dropout and class weights");
  });

  it("knows nothing of what heads that are solved for have, nor of runs of earlier versions", () => {
    expect(
      activeInTraining({ runs: [run("k-nearest", { augmentation: { flip: true } }, { solves: "k-nearest" })] }, "loss"),
    ).toBe("dropout");
    const { training: _training, ...earlier } = run("full", {});
    expect(activeInTraining({ runs: [earlier] }, "loss")).toBe("dropout and what else the recipe has");
  });
});

it("stands in the conclusion and under the figures of training values", () => {
  const summary = testSummary({ epochs: 3 });
  const { training } = all[1];
  if (training === undefined) throw new Error("a run without its training");
  const withAll = { ...summary, runs: summary.runs.map((one) => ({ ...one, training })) };
  expect(conclusion(withAll).paragraphs.join(" ")).toContain(
    "Train accuracy is measured during the epoch, with dropout, augmentation and mixup active, so the true gap tends to be wider.",
  );
  const note = (name: string): string | undefined =>
    epochFigures(withAll, analyseStudy(withAll))
      .find((figure) => figure.name === name)
      ?.subtitle.at(-1);
  expect(note("all-train-loss")).toBe(
    "Train values are means over the epoch's steps, with dropout, augmentation, mixup, label smoothing and class weights active.",
  );
  expect(note("M2-accuracy")).toBe(
    "Train values are means over the epoch's steps, with dropout, augmentation and mixup active.",
  );
});

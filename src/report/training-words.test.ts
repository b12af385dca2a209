import { describe, expect, it } from "vitest";
import { conclusion } from "./conclusion/conclusion.ts";
import { studyFigures } from "./figures/study-figures.ts";
import { testSummary } from "./summary.fixture.ts";
import { activeInTraining } from "./training-words.ts";

const plain = testSummary({ epochs: 3 });
const withAll = {
  ...plain,
  recipe: "SGD, batch 64, 3 epochs; last-layer: SGD, batch 64, label smoothing 0.1, balanced classes, flips, mixup 0.2",
};

describe("activeInTraining", () => {
  it("names dropout alone where the recipe has no more", () => {
    expect(activeInTraining({ ...plain, recipe: "SGD, batch 64, 3 epochs" }, "loss")).toBe("dropout");
  });

  it.each([
    "flips",
    "vertical flips",
    "crops by 4 pixels",
    "resized crops of 0.5–1 of the area",
    "rotation by up to 9°",
    "turns by up to 10°, shifts by up to 8 %",
    "TrivialAugment",
  ])("names augmentation where the recipe has %s", (words) => {
    expect(activeInTraining({ ...plain, recipe: `SGD, ${words}` }, "accuracy")).toBe("dropout and augmentation");
  });

  it("names what any strategy's recipe adds, for accuracies only what changes them", () => {
    expect(activeInTraining(withAll, "loss")).toBe("dropout, augmentation, mixup, label smoothing and class weights");
    expect(activeInTraining(withAll, "accuracy")).toBe("dropout, augmentation and mixup");
    const weighted = { ...plain, recipe: "SGD, class weights cat 2, dog 1" };
    expect(activeInTraining(weighted, "loss")).toBe("dropout and class weights");
  });
});

it("stands in the conclusion and under the figures of training values", () => {
  expect(conclusion(withAll).paragraphs.join(" ")).toContain(
    "Train accuracy is measured during the epoch, with dropout, augmentation and mixup active, so the true gap tends to be wider.",
  );
  const note = (name: string): string | undefined =>
    studyFigures(withAll)
      .find((figure) => figure.name === name)
      ?.figure.subtitle.at(-1);
  expect(note("all-train-loss")).toBe(
    "Train values are means over the epoch's steps, with dropout, augmentation, mixup, label smoothing and class weights active.",
  );
  expect(note("M2-accuracy")).toBe(
    "Train values are means over the epoch's steps, with dropout, augmentation and mixup active.",
  );
});

import { describe, expect, test } from "vitest";
import type { LearningRateTest } from "../../study/index.ts";
import { learningRateFigure } from "./learning-rate-figure.ts";
import { overlaps, textBoxes } from "./svg/svg.fixture.ts";

const record: LearningRateTest = {
  formatVersion: 2,
  study: "mine",
  dataset: { name: "tiny", title: "Tiny" },
  strategy: "mine",
  label: "fine-tune <one> layer",
  seed: 0,
  imagesPerClass: 50,
  trainImages: 100,
  batchSize: 32,
  optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 },
  configured: 0.02,
  from: 1e-6,
  to: 1,
  steps: 100,
  points: Array.from({ length: 90 }, (_, index) => {
    const smoothedLoss = 1 + ((index - 60) / 60) ** 2;
    return { step: index + 1, learningRate: 1e-6 * 1.15 ** index, loss: smoothedLoss + Math.sin(index), smoothedLoss };
  }),
  end: "loss rose",
  suggestion: { learningRate: 0.00044, atMinimum: 1e-6 * 1.15 ** 60, stillFalling: false },
};

async function textsOf(shown: LearningRateTest): Promise<string[]> {
  const { svg } = await learningRateFigure(shown);
  return textBoxes(svg).map(({ text }) => text);
}

describe("learningRateFigure", () => {
  test("names the study, how it was tested, and the suggestion; no text covers another", async () => {
    const { svg, png } = await learningRateFigure(record);
    const boxes = textBoxes(svg);
    const texts = boxes.map(({ text }) => text);
    expect(overlaps(boxes)).toEqual([]);
    expect(svg).toMatch(
      /^<svg role="img" aria-label="Learning-rate range test of “Fine-tune &lt;one&gt; layer”: study mine on Tiny" /,
    );
    expect(texts.join(" ")).toContain(
      "SGD, momentum 0.9, batches of 32 of 100 training images, seed 0, stopped after 90 of 100 steps.",
    );
    expect(texts).toEqual(expect.arrayContaining(["suggested 0.00044", "lowest loss 0.0044", "learning rate"]));
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
  });

  test("keeps its words inside and apart where the suggestion is the lowest rate of a wide range", async () => {
    const points = record.points.map((point) => ({ ...point, learningRate: 1e-9 * 1.3 ** point.step }));
    const suggestion = { learningRate: 1.3e-9, atMinimum: 1.3e-8, stillFalling: false };
    const { svg } = await learningRateFigure({ ...record, from: 1e-9, points, suggestion });
    const boxes = textBoxes(svg);
    expect(overlaps(boxes)).toEqual([]);
    const axis = boxes.find(({ text }) => text === "0.0")?.right ?? Infinity;
    expect(boxes.find(({ text }) => text.startsWith("suggested"))?.left).toBeGreaterThan(axis);
  });

  test("without a suggestion draws the curve alone, also of a single step", async () => {
    const texts = await textsOf({ ...record, suggestion: null, points: record.points.slice(0, 1) });
    expect(texts.some((text) => text.startsWith("suggested"))).toBe(false);
    expect((await textsOf({ ...record, suggestion: null, points: [] })).join(" ")).toContain("after 0 of 100 steps");
  });
});

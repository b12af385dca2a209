/** @file Validation images that a data set brings: measured, tuned by and left out of training. */

import { expect, test } from "vitest";
import { smallDataset } from "./small-dataset.ts";
import { newFolder, run, smallStudy } from "./study-folder.ts";

const dataset = { ...smallDataset(), validation: smallDataset({ seed: 9, trainImagesPerClass: 3 }).train };

test("are what trials are scored on and epochs are measured on, and no training image is held back", async () => {
  const config = smallStudy({
    strategies: ["last-layer"],
    imagesPerClass: [4, 16],
    tuning: { factors: [1, 3] },
    training: { epochs: 2, learningRate: 0.01, earlyStopping: { patience: 2 } },
  });
  const { summary } = await run(config, { dataset, directory: newFolder() });
  expect(summary.target).toMatchObject({ trainImages: 32, validationImages: 6 });
  for (const { epochs, status } of summary.runs) {
    expect(status).toBe("done");
    expect(epochs.every(({ validationAccuracy }) => validationAccuracy !== undefined)).toBe(true);
  }
  expect(summary.runs.filter(({ task }) => task === "target").map(({ trainImages }) => trainImages)).toEqual([8, 32]);
  expect(
    summary.tuning.flatMap(({ trials }) => trials.map(({ validationAccuracy }) => validationAccuracy !== null)),
  ).not.toContain(false);
});

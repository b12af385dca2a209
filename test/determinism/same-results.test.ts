/** @file The same study file twice: one `results.csv`, byte for byte, times aside. */

import { expect, test } from "vitest";
import { resultsCsv } from "../../src/report/index.ts";
import { run, smallStudy } from "../study/study-folder.ts";

/** What a clock has measured. */
const times = ["train_duration_ms", "duration_ms", "images_per_second"];

/** Stages, budgets, trials, augmentation of cached features and everything random at once. */
const study = smallStudy({
  imagesPerClass: [4, 8],
  seeds: 2,
  validation: 0.25,
  strategies: ["scratch", "last-layer", "last-two-layers", "probe-then-full", "gradual-unfreezing", "l2-sp"],
  tuning: { learningRates: [0.01, 0.05] },
  training: { epochs: 2, batchSize: 8, schedule: { name: "one-cycle" } },
  trainingOf: {
    scratch: { augmentation: { flip: true, crop: 1, mixup: 0.2 }, optimizer: { name: "adam" } },
    "last-layer": { augmentation: { flip: true, views: 2 } },
  },
});

async function rowsOfAStudy(): Promise<string[]> {
  const { summary } = await run(study);
  const lines = resultsCsv(summary).trimEnd().split("\n");
  const header = lines[0].split(",");
  const kept = header.flatMap((name, column) => (times.includes(name) ? [] : [column]));
  expect(header).toEqual(expect.arrayContaining(times));
  return lines.map((line) => {
    const cells = line.split(",");
    expect(cells).toHaveLength(header.length);
    return kept.map((column) => cells[column]).join(",");
  });
}

test("two studies of one file have the same results, number for number", async () => {
  const first = await rowsOfAStudy();
  // a source and 6 strategies at 2 budgets, 2 epochs each, with 2 seeds
  expect(first).toHaveLength(1 + 2 * 2 * (1 + 2 * 6));
  expect(await rowsOfAStudy()).toEqual(first);
}, 180_000);

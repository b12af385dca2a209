/** @file Learning rates chosen by trials: what is tried, what moves, and what a stop leaves. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type StudyEvent,
  type StudyListener,
  type StudySummary,
  type TuningRecord,
  readSummary,
  resumeStudy,
} from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { newFolder, resultsOf, run, smallStudy } from "./study-folder.ts";

/** 60 images of two classes which one look tells apart: those of the second have three white rows on top. */
function easyDataset(): ReturnType<typeof smallDataset> {
  const dataset = smallDataset({ trainImagesPerClass: 30 });
  const [channels, height, width] = dataset.imageShape;
  for (const { pixels, labels } of [dataset.train, dataset.test]) {
    for (const [image, label] of labels.entries()) {
      const first = image * channels * height * width;
      if (label === 7) pixels.fill(255, first, first + 3 * width);
    }
  }
  return dataset;
}

const dataset = easyDataset();

/** At its own rate the recipe learns next to nothing, at a hundred times that rate it learns all there is. */
const study = smallStudy({
  imagesPerClass: [4, 26, 30],
  strategies: ["scratch", "last-layer", "linear-probe"],
  tuning: { factors: [1, 100] },
  training: { epochs: 8, batchSize: 8, learningRate: 0.0001 },
  trainingOf: { source: { epochs: 2, learningRate: 0.01 } },
});
const tuned = ["scratch", "last-layer"];

/** Tuning without what a clock has measured. */
function timeless({ tuning }: Pick<StudySummary, "tuning">): Omit<TuningRecord, "durationMs">[] {
  return tuning.map(({ durationMs: _duration, ...rest }) => rest);
}

const of = ({ tuning }: Pick<StudySummary, "tuning">, strategy: string): TuningRecord[] =>
  tuning.filter((record) => record.strategy === strategy);

/** Stops a study at the first event that is meant. */
function stopAt(isMeant: (event: StudyEvent) => boolean): { listener: StudyListener; signal: AbortSignal } {
  const controller = new AbortController();
  return {
    listener: (event) => {
      if (isMeant(event)) controller.abort();
    },
    signal: controller.signal,
  };
}

describe("a study that tunes", () => {
  let unbroken: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    const parent = mkdtempSync(join(tmpdir(), "graft-tuning-"));
    unbroken = await run(study, { dataset, directory: join(parent, "study") });
    return () => rmSync(parent, { recursive: true, force: true });
  }, 180_000);

  test("tries rates at every budget of 50 images and gives them to the runs, but for heads that are solved for", () => {
    const { summary } = unbroken;
    expect(new Set(summary.tuning.map(({ strategy }) => strategy))).toEqual(new Set(tuned));
    for (const strategy of tuned) {
      const [few, ...others] = of(summary, strategy);
      expect(few).toMatchObject({
        imagesPerClass: 4,
        trainImages: 8,
        trials: [],
        chosen: 0.0001,
        moved: false,
        reason: { code: "few-images", needed: 50 },
      });
      expect(others.map(({ imagesPerClass }) => imagesPerClass)).toEqual([26, 30]);
      for (const { trials, factor, recipeRate, chosen, moved, flops, imagesPerClass } of others) {
        expect(trials[0]).toMatchObject({ factor: 1, learningRate: 0.0001, differenceToRecipe: 0, standardError: 0 });
        expect(recipeRate).toBe(0.0001);
        expect(chosen).toBeCloseTo(0.0001 * (factor ?? 0), 12);
        expect(moved).toBe(factor !== 1);
        expect(flops).toBeGreaterThan(0);
        const [record] = summary.runs.filter(
          (one) => one.strategy === strategy && one.imagesPerClass === imagesPerClass,
        );
        // constant schedule: the rate of every step is the chosen one
        expect(record.epochs.at(-1)?.learningRate).toBe(chosen);
        expect(record.learningRate).toBe(chosen);
        expect(record.training?.learningRate).toBe(0.0001);
      }
    }
  });

  test("moves a rate that learns next to nothing", () => {
    const { tuning, runs } = unbroken.summary;
    const [few, some, many] = of({ tuning }, "scratch").map(({ factor = 0 }) => factor);
    expect(few).toBe(1);
    expect(Math.min(some, many)).toBeGreaterThan(50);
    expect(runs.find(({ id }) => id === "M2-scratch-n26-seed0")?.evaluation?.logLoss).toBeLessThan(0.3);
  });

  test("gives every strategy the same allowance of steps", () => {
    for (const strategy of tuned) {
      const trainings = of(unbroken.summary, strategy).reduce((sum, one) => sum + (one.trainings ?? 0), 0);
      // first round: two candidates with a third of the steps, and at most one more; second: two on two slots
      expect(trainings).toBeGreaterThan(4.6);
      expect(trainings).toBeLessThanOrEqual(5 + 1e-9);
    }
  });

  test.each<{ when: string; isMeant: (event: StudyEvent) => boolean; known: number }>([
    {
      when: "in the midst of trials",
      isMeant: (event) => event.type === "tuning" && event.strategy === "last-layer" && event.share > 0.5,
      known: 4,
    },
    {
      when: "in a run after them",
      isMeant: (event) => event.type === "epoch" && event.run.id.startsWith("M3-last-layer-n26"),
      known: 6,
    },
  ])(
    "ends with the same rates and runs after a stop $when",
    async ({ isMeant, known }) => {
      const directory = newFolder();
      const { interrupted } = await run(study, { dataset, directory, ...stopAt(isMeant) });
      expect(interrupted).toBe(true);
      const before = (await readSummary(directory)).tuning;
      // of both strategies the budget without trials is known from the start
      expect(before).toHaveLength(known);
      const { summary } = await resumeStudy({ directory, openData: async () => ({ dataset }) });
      expect(summary.tuning.slice(0, known)).toEqual(before);
      expect(timeless(summary)).toEqual(timeless(unbroken.summary));
      const ids = ["M2-scratch-n30-seed0", "M3-last-layer-n26-seed0"];
      expect(resultsOf(directory, ids)).toEqual(resultsOf(unbroken.directory, ids));
    },
    180_000,
  );
});

test("trials of several seeds have the sources of all of them first, and one factor comes of it", async () => {
  const order: string[] = [];
  const listener = (event: StudyEvent): void => {
    const name = event.type === "tuning" ? event.strategy : event.type === "run-started" ? event.run.id : null;
    if (name !== null && order.at(-1) !== name) order.push(name);
  };
  const { summary } = await run(
    smallStudy({
      seeds: 2,
      strategies: ["last-layer"],
      tuning: { factors: [1, 2], compute: 8 },
    }),
    { dataset, listener },
  );
  expect(order).toEqual([
    "M1-source-seed0",
    "M1-source-seed1",
    "last-layer",
    "M2-last-layer-seed0",
    "M2-last-layer-seed1",
  ]);
  expect(summary.tuning).toHaveLength(1);
  const [{ seeds, chosen }] = summary.tuning;
  expect(seeds).toEqual([0, 1]);
  const rates = summary.runs.flatMap(({ task, learningRate }) => (task === "target" ? [learningRate] : []));
  expect(rates).toEqual([chosen, chosen]);
});

test("images that the study holds back score the trials, and the runs are not trained on them", async () => {
  const { summary } = await run(
    smallStudy({ validation: 0.1, strategies: ["last-layer"], tuning: { learningRates: [0.05] } }),
    { dataset },
  );
  const [{ trials, trainImages }] = summary.tuning;
  expect(trainImages).toBe(54);
  expect(trials.map(({ learningRate }) => learningRate)).toEqual([0.01, 0.05]);
  // six images: accuracies are sixths
  for (const { folds, validationAccuracy } of trials) {
    expect(folds).toBe(1);
    expect(6 * (validationAccuracy ?? NaN)).toBeCloseTo(Math.round(6 * (validationAccuracy ?? NaN)), 9);
  }
});

test("a candidate that diverges is the worst, and a recipe that does gives way to a lower rate", async () => {
  const wild = smallStudy({
    strategies: ["probe-then-full"],
    tuning: { factors: [0.000_001, 1] },
    training: { epochs: 3, learningRate: 1e6, clipNorm: 1, optimizer: { name: "sgd", momentum: 0.9 } },
    trainingOf: { source: { learningRate: 0.01 } },
  });
  const { summary } = await run(wild, { dataset });
  const [{ trials, factor }] = summary.tuning;
  const recipe = trials.find((trial) => trial.factor === 1);
  expect(recipe).toMatchObject({ diverged: true, validationLoss: null, validationAccuracy: null });
  expect(factor).toBeLessThan(1);
  expect(summary.runs.at(-1)?.status).toBe("done");
});

test("trials look at no test image", async () => {
  // other test images, the same training images
  const other = easyDataset();
  for (let at = 0; at < other.test.pixels.length; at++) other.test.pixels[at] = 255 - other.test.pixels[at];
  const one = smallStudy({ strategies: ["last-layer"], tuning: { factors: [0.5, 1, 2] } });
  const [first, second] = [await run(one, { dataset }), await run(one, { dataset: other })];
  expect(timeless(second.summary)).toEqual(timeless(first.summary));
  expect(second.summary.runs[1].epochs[0].testLoss).not.toBe(first.summary.runs[1].epochs[0].testLoss);
});

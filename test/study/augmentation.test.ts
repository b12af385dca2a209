/** @file Augmented views, mixup and class weights in whole studies. */

import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/index.ts";
import { recipeText } from "../../src/report/index.ts";
import type { RunRecord, StudyEvent, StudyInput } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { historyOf, newFolder, resultsOf, resume, run, smallStudy } from "./study-folder.ts";

type Training = Exclude<NonNullable<StudyInput["training"]>, "auto">;

const PROBE = "M2-last-layer-seed0";
const AUGMENTED = { flip: true, crop: 1, resizedCrop: {}, colorJitter: { brightness: 0.3, hue: 0.1 }, cutout: 3 };

/** A study whose only strategy trains a linear layer on frozen layers, of a network without dropout. */
function probeStudy(training: Training): StudyInput {
  return smallStudy({
    architecture: "resnet-20",
    strategies: ["last-layer"],
    training: { epochs: 3, ...training },
    trainingOf: { source: { augmentation: {}, learningRate: 0.01, minStepsPerEpoch: 1, classWeights: "none" } },
  });
}

/** The probe's record, its losses by epoch, and the recipe of the study. */
async function probe(
  training: Training,
): Promise<{ record: RunRecord; train: number[]; test: number[]; recipe: string }> {
  const { summary, directory } = await run(probeStudy(training));
  const record = summary.runs.find(({ id }) => id === PROBE);
  if (record === undefined) throw new Error(`no run ${PROBE}`);
  const history = historyOf(directory, PROBE);
  return {
    record,
    train: history.map(({ trainLoss }) => trainLoss),
    test: history.map(({ testLoss }) => testLoss),
    recipe: recipeText(summary),
  };
}

/** The largest relative difference. */
function difference(found: readonly number[], expected: readonly number[]): number {
  expect(found).toHaveLength(expected.length);
  return Math.max(...found.map((value, at) => Math.abs(value / expected[at] - 1)));
}

/** Frozen layers that are computed apart from the rest round otherwise. */
const ROUNDING = 1e-5;

describe("augmented views", () => {
  test("as many as epochs train as augmentation in every epoch does, on features", async () => {
    const each = await probe({ augmentation: AUGMENTED });
    const cached = await probe({ augmentation: { ...AUGMENTED, views: 3 } });
    const plain = await probe({});
    expect(each.record.featureDurationMs).toBe(0);
    expect(cached.record.featureDurationMs).toBeGreaterThan(0);
    expect(cached.record.freezeProof?.holds).toBe(true);
    expect(cached.recipe).toContain("3 augmented views");
    expect(difference(cached.train, each.train)).toBeLessThan(ROUNDING);
    expect(difference(cached.test, each.test)).toBeLessThan(ROUNDING);
    expect(difference(plain.train, each.train)).toBeGreaterThan(1e-3);
  });

  test("come round again when there are fewer than passes over the images", async () => {
    // nothing learns at this rate, so that the loss of an epoch is that of its images
    const still = { learningRate: 1e-9 };
    const two = await probe({ ...still, augmentation: { ...AUGMENTED, views: 2 } });
    const four = await probe({ ...still, augmentation: { ...AUGMENTED, views: 4 } });
    expect(difference(two.train.slice(0, 2), four.train.slice(0, 2))).toBeLessThan(ROUNDING);
    expect(difference([two.train[2]], [two.train[0]])).toBeLessThan(ROUNDING);
    expect(difference([four.train[2]], [four.train[0]])).toBeGreaterThan(1e-3);
    // four steps in batches of 16 are two passes over 32 images
    const passes = await probe({ ...still, augmentation: { ...AUGMENTED, views: 2 }, minStepsPerEpoch: 4 });
    const mean = (two.train[0] + two.train[1]) / 2;
    expect(difference(passes.train, [mean, mean, mean])).toBeLessThan(ROUNDING);
  });

  test("are computed once for runs of all budgets", async () => {
    const study = { ...probeStudy({ augmentation: { ...AUGMENTED, views: 2 } }), imagesPerClass: [8, 16] };
    const extractions = new Map<string, number>();
    const listener = (event: StudyEvent): void => {
      if (event.type === "features") extractions.set(event.run.id, (extractions.get(event.run.id) ?? 0) + 1);
    };
    await run(study, { listener });
    // the test images and both views of the larger budget's images
    expect([...extractions.keys()]).toEqual(["M2-last-layer-n8-seed0"]);
    expect(extractions.get("M2-last-layer-n8-seed0")).toBeGreaterThanOrEqual(3);
  });
});

describe("mixup and class weights", () => {
  const [first] = smallDataset().classNames;
  const training: Training = {
    augmentation: { flip: true, mixup: 0.4 },
    classWeights: { [first]: 3 },
    labelSmoothing: 0.1,
  };

  test("change what is trained on, not what is measured", async () => {
    const still = { learningRate: 1e-9, epochs: 1 };
    const plain = await probe(still);
    const mixed = await probe({ ...still, augmentation: { mixup: 0.4 } });
    const weighted = await probe({ ...still, classWeights: { [first]: 3 } });
    expect(mixed.record.featureDurationMs).toBeGreaterThan(0);
    expect(weighted.recipe).toContain(`class weights ${first} 3`);
    for (const other of [mixed, weighted]) {
      expect(difference(other.train, plain.train)).toBeGreaterThan(10 * ROUNDING);
      expect(difference(other.test, plain.test)).toBeLessThan(ROUNDING);
    }
  });

  test("go on after a stop as if there had been none", async () => {
    const study = smallStudy({ strategies: ["last-layer"], training: { epochs: 2, ...training } });
    const ids = ["M1-source-seed0", "M2-last-layer-seed0"];
    const unbroken = await run(study);
    const stop = new AbortController();
    const listener = (event: StudyEvent): void => {
      if (event.type === "batch" && event.run.id === ids[1] && event.epoch === 2) stop.abort();
    };
    const stopped = await run(study, { listener, signal: stop.signal });
    expect(stopped.interrupted).toBe(true);
    await resume(stopped.directory);
    expect(resultsOf(stopped.directory, ids)).toEqual(resultsOf(unbroken.directory, ids));
  });

  test.each<[study: StudyInput, sentence: string]>([
    [
      { trainingOf: { scratch: { augmentation: { cutout: 9 } } } },
      "augmentation cutout: expected a whole number of pixels from 0 to 8 for images of 8x8, got 9.",
    ],
    [
      { training: { augmentation: { resizedCrop: { scale: [1, 0.5] } } } },
      "augmentation resizedCrop.scale: expected two numbers above 0 up to 1, the smaller first, got [1, 0.5].",
    ],
    [
      { training: { classWeights: { nothing: 2 } } },
      `classWeights: expected one of ${smallDataset().classNames.join(", ")}, got "nothing".`,
    ],
  ])("that do not fit are refused before anything is written: %j", async (study, sentence) => {
    const directory = newFolder();
    await expect(run(smallStudy(study), { directory })).rejects.toThrow(new ConfigError(sentence));
    expect(existsSync(directory)).toBe(false);
  });
});

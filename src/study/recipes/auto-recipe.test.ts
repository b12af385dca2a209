/** @file What recipes are made of where a study leaves them to Graft. */

import { describe, expect, test } from "vitest";
import type { Layer } from "../../engine/nn/index.ts";
import { cifarResNet, classicCnn, mobileNetV2 } from "../../models/index.ts";
import { resolveStudy } from "../file/config.ts";
import type { TrainingConfig, TrainingRequest } from "../file/training-schema.ts";
import { automaticTraining } from "./auto-recipe.ts";
import { type RecipeFacts, depthOf, extentOf } from "./facts.ts";

const shape = { inputShape: [3, 32, 32], numClasses: 2 };
const classic = classicCnn(shape);
const auto = resolveStudy({ training: "auto" }).training;

const attending: Layer = {
  name: "attention",
  description: "softmax",
  outputShape: (input) => input,
  parameters: () => [],
  build: ({ g }, x) => g.softmax(x),
};
const transformer = { ...classic, layers: [...classic.layers.slice(0, -1), attending, ...classic.layers.slice(-1)] };

/** A new network on two classes of 50 colour images of 32x32 that may be mirrored. */
function facts(fields: Partial<RecipeFacts> = {}): RecipeFacts {
  return {
    task: "target",
    extent: "full",
    startsSolved: false,
    network: classic,
    classCounts: [50, 50],
    imageShape: [3, 32, 32],
    look: { flipsSafe: true },
    flopsPerImage: 1.8e8,
    featureSize: 0,
    ...fields,
  };
}

function recipe(fields: Partial<RecipeFacts> = {}, request: Partial<TrainingRequest> = {}): TrainingConfig {
  return automaticTraining({ ...auto, ...request }, facts(fields));
}

function probed(accuracy: number, strength = 0.01): Pick<RecipeFacts, "sourceProbe"> {
  return { sourceProbe: { accuracy, strength } };
}

/** Steps of a whole run. */
function stepsOf({ epochs, minStepsPerEpoch, batchSize }: TrainingConfig, images: number): number {
  const batches = Math.ceil(images / batchSize);
  return epochs * Math.ceil(minStepsPerEpoch / batches) * batches;
}

describe("an automatic recipe", () => {
  test("keeps what the study says itself", () => {
    const { epochs, optimizer, headStart } = recipe({}, { epochs: 3, optimizer: { name: "adam", weightDecay: 0 } });
    expect([epochs, optimizer.name, headStart]).toEqual([3, "adam", "zero"]);
  });

  test("gives way to what is given for the same end", () => {
    const imbalanced = { classCounts: [40, 4] };
    expect(recipe(imbalanced, { oversample: true }).classWeights).toBe("none");
    expect(recipe(imbalanced).classWeights).toBe("balanced");
    expect(recipe({}, { focalGamma: 2 }).labelSmoothing).toBe(0);
  });

  test("leaves nothing open", () => {
    expect(Object.values(recipe())).not.toContain("auto");
  });

  test("takes its rate from the depth of the network", () => {
    const resnet = cifarResNet({ ...shape, blocksPerStage: 3 });
    expect(depthOf(classic)).toBe(6);
    const ratesOf = (extent: "full" | "scratch"): number[] =>
      [classic, resnet, mobileNetV2({ ...shape })].map((network) => recipe({ network, extent }).learningRate);
    const [shallow, deep, deepest] = ratesOf("scratch");
    expect(shallow).toBeGreaterThanOrEqual(deep);
    expect(deep).toBeGreaterThan(deepest);
    // normalized ones bear more, so that the shallow one is not among them
    const [, normalized, deeper] = ratesOf("full");
    expect(normalized).toBeGreaterThan(deeper);
  });

  test("moves normalized layers more than others, and signs more than photographs", () => {
    const resnet = cifarResNet({ ...shape, blocksPerStage: 3 });
    expect(recipe({ network: resnet }).learningRate).toBeGreaterThan(3 * recipe().learningRate);
    expect(recipe({ look: { flipsSafe: false } }).learningRate).toBeGreaterThan(2 * recipe().learningRate);
  });

  test("trains on photographs the longer the less the source's features answer, and no longer on small images", () => {
    const photographs = { imageShape: [3, 224, 224], flopsPerImage: 1.8e9 } as const;
    const [unknown, near, far] = [{}, probed(1), probed(0.5)].map((known) =>
      stepsOf(recipe({ ...photographs, ...known }), 100),
    );
    expect(near).toBe(unknown);
    expect(far / near).toBeGreaterThan(3);
    expect(far / near).toBeLessThan(4.5);
    expect(stepsOf(recipe(probed(0.5)), 100)).toBe(stepsOf(recipe(probed(1)), 100));
  });

  test("gives a head alone thousands of steps", () => {
    expect(stepsOf(recipe({ extent: "head", featureSize: 64 }), 100)).toBeGreaterThanOrEqual(2500);
  });

  test("moves transferred layers the less the better the source's features answer already", () => {
    const resnet = cifarResNet({ ...shape, blocksPerStage: 3 });
    const accuracies = [0.5, 0.88, 0.94, 0.97, 1];
    const [fresh, solved] = [false, true].map((startsSolved) =>
      accuracies.map((accuracy) => recipe({ network: resnet, ...probed(accuracy), startsSolved })),
    );
    for (const settled of [fresh, solved]) {
      expect(settled.map(({ transferredRate }) => transferredRate)).toEqual([1, 1, 0.13, 0.016, 0.01]);
    }
    expect(recipe({ ...probed(0.97), extent: "scratch" }).transferredRate).toBe(1);
    // without batch normalization there is nothing to keep
    expect(recipe({ ...probed(0.97), startsSolved: true }).statistics).toBe("follow");
    expect(fresh.map(({ statistics }) => statistics)).toEqual(["follow", "follow", "follow", "follow", "follow"]);
    expect(solved.map(({ statistics }) => statistics)).toEqual(["follow", "follow", "keep", "keep", "keep"]);
  });

  test("transferred layers are moved by SGD, random ones by AdamW", () => {
    expect(recipe().optimizer.name).toBe("sgd");
    expect(recipe({ extent: "top", featureSize: 64 }).optimizer.name).toBe("sgd");
    expect(recipe({ extent: "scratch" }).optimizer.name).toBe("adamw");
  });

  test("gives biases alone of a transformer ten times the rate of everything, and those of others the same", () => {
    const network = transformer;
    const rateOf = (fields: Partial<RecipeFacts>): number => recipe({ extent: "full", ...fields }).learningRate;
    expect(rateOf({ network, tunesParts: true })).toBeCloseTo(10 * rateOf({ network }), 12);
    expect(rateOf({ tunesParts: true })).toBe(rateOf({}));
  });

  test("trains adapters by AdamW on any network, the lower ones no more slowly", () => {
    const adapters = { trainsAdapters: true, tunesParts: true };
    for (const network of [classic, transformer]) {
      const { optimizer, layerDecay, learningRate } = recipe({ network, ...adapters });
      expect([optimizer.name, layerDecay]).toEqual(["adamw", 1]);
      expect(learningRate).toBeLessThan(0.01);
    }
    expect(recipe({ network: transformer }).layerDecay).toBeLessThan(1);
    const asked = recipe(
      { trainsAdapters: true },
      { optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 } },
    );
    expect(asked.optimizer.name).toBe("sgd");
  });

  test("adapters from a network's lower half on move all of it", () => {
    const plan = (trains: readonly boolean[]): Parameters<typeof extentOf>[0] =>
      trains.map((each, index) => ({ layer: `${index}`, starts: "transferred", trains: each, only: "adapters" }));
    const extents = [
      [false, true, false, true, true],
      [false, false, false, true, true],
    ].map((trains) => extentOf(plan(trains), { solved: false }));
    expect(extents).toEqual(["full", "top"]);
  });

  test("gives SGD a larger rate than AdamW", () => {
    const adam = recipe({}, { optimizer: { name: "adamw", weightDecay: 0 } });
    expect(recipe().learningRate).toBeGreaterThan(5 * adam.learningRate);
  });

  test("takes no longer steps of SGD at a larger rate that is given, and leaves others as they are", () => {
    const { learningRate, clipNorm } = recipe();
    expect(clipNorm).toBe(1);
    expect(recipe({}, { learningRate: 10 * learningRate })).toMatchObject({
      learningRate: 10 * learningRate,
      clipNorm: 0.1,
    });
    expect(recipe({}, { learningRate: learningRate / 10 }).clipNorm).toBe(1);
    expect(recipe({}, { learningRate: 10 * learningRate, clipNorm: 5 }).clipNorm).toBe(5);
    expect(recipe({}, { learningRate: 10 * learningRate, clipNorm: null }).clipNorm).toBeNull();
    // AdamW's steps are as large as the rate, whatever the gradients
    expect(recipe({ extent: "scratch" }, { learningRate: 1 }).clipNorm).toBe(1);
  });

  test("a head alone is trained by SGD on standardized features, whatever the network", () => {
    const { optimizer, standardizeFeatures, learningRate } = recipe({ extent: "head", featureSize: 128 });
    expect([optimizer.name, standardizeFeatures]).toEqual(["sgd", true]);
    const deep = cifarResNet({ ...shape, blocksPerStage: 9 });
    expect(recipe({ extent: "head", featureSize: 64, network: deep }).learningRate).toBe(learningRate);
  });

  test("a head alone is held back as a probe's strength says, the less the more images there are", () => {
    const decayOf = (fields: Partial<RecipeFacts>): number =>
      recipe({ extent: "head", featureSize: 100, ...fields }).optimizer.weightDecay;
    expect(decayOf({})).toBe(0);
    expect(decayOf(probed(0.7, 0.01))).toBe(1e-3);
    expect(decayOf(probed(0.7, 10))).toBe(1e-6);
    expect(decayOf({ ...probed(0.7, 0.01), classCounts: [500, 500] })).toBe(1e-4);
    expect(decayOf({ ...probed(0.7, 0.01), extent: "top" })).toBe(recipe({ extent: "top" }).optimizer.weightDecay);
  });

  test.each([4, 20, 100, 1000])("never takes few steps on small images: %d of them", (images) => {
    expect(stepsOf(recipe({ classCounts: [images / 2, images / 2] }), images)).toBeGreaterThanOrEqual(600);
  });

  test("measures the test set twenty times at most", () => {
    for (const images of [4, 100, 1000, 100_000])
      expect(recipe({ classCounts: [images] }).epochs).toBeLessThanOrEqual(20);
  });

  test("a network of much arithmetic takes fewer steps, and more of them the more classes there are", () => {
    const large = { flopsPerImage: 1.8e9, imageShape: [3, 224, 224] as const };
    const two = stepsOf(recipe({ ...large, classCounts: [120, 120] }), 240);
    const ten = stepsOf(recipe({ ...large, classCounts: Array<number>(10).fill(24) }), 240);
    expect(two).toBeLessThan(100);
    expect(ten).toBeGreaterThan(2 * two);
    expect(stepsOf(recipe({ ...large, classCounts: [120, 120], startsSolved: true }), 240)).toBeLessThan(two);
  });

  test("images that must not be mirrored are turned, shifted and scaled; others flipped and cropped", () => {
    const letters = recipe({ look: { flipsSafe: false } }).augmentation;
    expect(letters.flip).toBe(false);
    expect(letters.affine).not.toBeNull();
    expect(recipe().augmentation).toMatchObject({ flip: true, crop: 2, affine: null });
    expect(recipe({ imageShape: [3, 224, 224] }).augmentation.resizedCrop).not.toBeNull();
  });

  test("frozen layers see a few views, or the images as they are where their features are too many", () => {
    expect(recipe({ extent: "head", featureSize: 128 }).augmentation.views).toBe(8);
    const many = recipe({ extent: "top", featureSize: 60_000, classCounts: [5000] }).augmentation;
    expect(many).toMatchObject({ flip: false, views: 0 });
  });

  test("classes weigh by their sizes where one has more than three times as many images as another", () => {
    expect(recipe({ classCounts: [30, 10] }).classWeights).toBe("none");
    expect(recipe({ classCounts: [31, 10] }).classWeights).toBe("balanced");
  });

  test("labels are smoothed but for heads alone and where a solved head comes first", () => {
    expect(recipe().labelSmoothing).toBe(0.1);
    expect(recipe({ extent: "head", featureSize: 64 }).labelSmoothing).toBe(0);
    expect(recipe({ startsSolved: true }).labelSmoothing).toBe(0);
    // a head that was solved for from few images is not that sure, and is followed with care
    const [few, fresh] = [true, false].map((startsSolved) => recipe({ startsSolved, classCounts: [10, 10] }));
    expect(few.labelSmoothing).toBe(0.1);
    expect(few.learningRate).toBeCloseTo(fresh.learningRate / 2, 12);
    expect(recipe({ startsSolved: true }).learningRate).toBe(recipe().learningRate);
  });

  test("batch normalization has larger batches of few images", () => {
    const resnet = cifarResNet({ ...shape, blocksPerStage: 3 });
    const batchOf = (network: typeof classic): number => recipe({ network, classCounts: [25, 25] }).batchSize;
    expect([batchOf(classic), batchOf(resnet)]).toEqual([8, 16]);
  });

  test("the source is trained as the preset tuned has it", () => {
    const { training: tuned } = resolveStudy({ preset: "tuned" });
    const source = recipe({ task: "source", extent: "scratch", classCounts: Array<number>(8).fill(5000) });
    for (const field of ["optimizer", "schedule", "labelSmoothing", "batchSize", "epochs", "augmentation"] as const) {
      expect(source[field]).toEqual(tuned[field]);
    }
    expect(source.learningRate).toBeCloseTo(0.05, 10);
  });
});

describe("extentOf", () => {
  const plan = (letters: string) =>
    Array.from(letters, (letter, index) => ({
      layer: String(index),
      trains: letter === letter.toUpperCase(),
      starts: letter.toLowerCase() === "f" ? ("fresh" as const) : ("transferred" as const),
    }));
  test.each([
    ["FFF", "scratch"],
    ["TTF", "full"],
    ["tTF", "top"],
    ["ttF", "head"],
    ["TtF", "full"],
  ])("%s is %s", (letters, extent) => {
    expect(extentOf(plan(letters), { solved: false })).toBe(extent);
  });

  test("of what is solved for is nothing", () => {
    expect(extentOf(plan("ttF"), { solved: true })).toBe("nothing");
  });
});

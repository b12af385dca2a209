/** @file Studies out of layers: defaults, what outranks what, and what does not fit each other. */

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { architectures } from "../../models/index.ts";
import { strategies } from "../../transfer/index.ts";
import { resolveStudy, seedsOf, budgetsOf, strategiesOf, trainingFor } from "./config.ts";
import { presets } from "./presets.ts";
import type { StudyInput } from "./schema.ts";

describe("resolveStudy", () => {
  test("of nothing is the classic study", () => {
    expect(resolveStudy()).toMatchObject({
      preset: "classic",
      name: "classic",
      dataset: "cifar10",
      target: [0, 7],
      source: null,
      architecture: "classic-cnn",
      head: "task",
      normalization: "standardize",
      strategies: ["scratch", "last-layer", "last-two-layers"],
      seeds: 1,
      imagesPerClass: "all",
      validation: 0,
      training: {
        epochs: 20,
        batchSize: 32,
        learningRate: 0.01,
        optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 },
        schedule: { name: "constant" },
        augmentation: { flip: false, crop: 0 },
        earlyStopping: null,
      },
    });
  });

  test.each(Object.keys(presets))("the preset %s is a study", (preset) => {
    const config = resolveStudy({ preset });
    expect(config.preset).toBe(preset);
    expect(config.name).toBe(preset);
  });

  test("later layers win field by field, in training one level deeper", () => {
    const config = resolveStudy(
      { preset: "layer-curve", training: { epochs: 7, batchSize: 8 } },
      { seeds: 2, training: { epochs: 9, optimizer: { name: "adam" } } },
    );
    expect(config.seeds).toBe(2);
    expect(config.imagesPerClass).toBe(500);
    expect(config.training).toMatchObject({
      epochs: 9,
      batchSize: 8,
      learningRate: 0.02,
      // whole, without the preset's momentum
      optimizer: { name: "adam", weightDecay: 0 },
    });
  });

  test("what a layer leaves undefined stays as it was", () => {
    const flags = { seeds: undefined, imagesPerClass: 5 } as StudyInput;
    expect(resolveStudy({ seeds: 4 }, flags)).toMatchObject({ seeds: 4, imagesPerClass: 5 });
  });

  test("the last layer that names a preset decides", () => {
    const config = resolveStudy({ preset: "tuned", seeds: 3 }, { preset: "as-published" }, {});
    expect(config).toMatchObject({ preset: "as-published", head: "dataset", seeds: 3, trainingOf: {} });
  });

  test("overrides of one strategy are merged with the preset's", () => {
    const config = resolveStudy({
      preset: "tuned",
      trainingOf: { "last-layer": { epochs: 2 }, source: { epochs: 4 } },
    });
    expect(trainingFor(config, "last-layer")).toMatchObject({
      epochs: 2,
      learningRate: 0.02,
      augmentation: { crop: 0 },
    });
    expect(trainingFor(config, "last-two-layers")).toMatchObject({ epochs: 20, learningRate: 0.02 });
    expect(trainingFor(config, "source")).toMatchObject({ epochs: 4, augmentation: { flip: true, crop: 2 } });
    expect(trainingFor(config, "scratch")).toEqual(config.training);
  });

  test("a resolved study resolves to itself", () => {
    const config = resolveStudy({ preset: "tuned", seeds: [4, 2] });
    expect(resolveStudy(config)).toEqual(config);
  });

  const wrongStudies: readonly [study: StudyInput, sentence: string][] = [
    [
      { preset: "quik" },
      'preset: expected one of classic, as-published, tuned, quick, budget-curve, photos, layer-curve, got "quik". Did you mean "quick"?',
    ],
    [{ training: { epochs: 0 } }, "study: training.epochs: expected a number from 1, got 0."],
    [
      { architecture: "resnet-21" },
      `architecture: expected one of ${Object.keys(architectures).join(", ")}, got "resnet-21". Did you mean "resnet-20"?`,
    ],
    [
      { strategies: ["scratch", "last-layers"] },
      "strategies: expected one of scratch, last-layer, last-two-layers, full, nearest-mean, k-nearest, linear-probe, probe-then-full, " +
        "gradual-unfreezing, discriminative, bitfit, norm-tuning, lora, l2-sp, first-block, unfrozen-last-layer, unfrozen-last-two-layers, " +
        "last-<k>, from-<layer>, only-<pattern>, A<n>B, B<n>B, with + for fine-tuning, " +
        'got "last-layers". Did you mean "last-layer"?',
    ],
    [{ strategies: ["scratch", { name: "scratch" }] }, 'strategies: expected each strategy once, got "scratch" twice.'],
    [
      { strategies: ["unfrozen-last-two-layers"] },
      'strategies: expected "unfrozen-last-layer" too, which "unfrozen-last-two-layers" starts from. Add it to the list.',
    ],
    [
      { trainingOf: { scrach: { epochs: 2 } } },
      'trainingOf: expected one of source, scratch, last-layer, last-two-layers, got "scrach". Did you mean "scratch"?',
    ],
    [{ imagesPerClass: [5, 10, 5] }, "imagesPerClass: expected each budget once, got 5 twice."],
    [
      { strategies: [{ name: "full", beta: 0.1 }] },
      'strategies: expected alpha and beta for l2-sp alone, got them for "full".',
    ],
    [
      { strategies: [{ name: "linear-probe", head: "kept" }] },
      'strategies: expected "linear-probe" without firstLayer and head, got them: its new head is solved for on the source\'s features. Leave them out.',
    ],
    [{ seeds: [3, 1, 3] }, "seeds: expected each seed once, got 3 twice."],
  ];

  test.each(wrongStudies)("%j is refused in one sentence", (study, sentence) => {
    expect(() => resolveStudy(study)).toThrow(new ConfigError(sentence));
  });

  test("what a preset says of strategies that the study leaves out is left out too", () => {
    const { trainingOf } = resolveStudy({ preset: "tuned", strategies: ["scratch", "last-layer"] });
    expect(Object.keys(trainingOf)).toEqual(["last-layer"]);
  });

  test("what the user says of all training outranks what a preset says of one strategy", () => {
    const config = resolveStudy({ preset: "tuned", training: { learningRate: 0.3 } });
    expect(trainingFor(config, "last-layer")).toMatchObject({ learningRate: 0.3, augmentation: { flip: false } });
    const own = { preset: "tuned", training: { learningRate: 0.3 }, trainingOf: { scratch: { learningRate: 0.1 } } };
    expect(trainingFor(resolveStudy(own), "scratch").learningRate).toBe(0.1);
    expect(trainingFor(resolveStudy(own, { training: { learningRate: 0.2 } }), "scratch").learningRate).toBe(0.2);
  });

  test("a default that nobody wrote gives way: to early stopping, and to a time", () => {
    expect(resolveStudy({ training: { earlyStopping: {} } }).validation).toBe(0.1);
    expect(resolveStudy({ preset: "budget-curve", time: "10m" }).seeds).toBe("auto");
  });

  test("a preset's words are left out where they would not hold", () => {
    expect(resolveStudy({ preset: "photos", target: "/photos" }).protocol).not.toBe("");
    expect(resolveStudy({ preset: "photos", target: "/photos", source: "/a.onnx" }).protocol).toBe("");
    expect(resolveStudy({ dataset: "/photos" }).protocol).toBe("");
    expect(resolveStudy({ preset: "quick", imagesPerClass: 5 }).notes).toEqual([]);
  });

  test("early stopping with validation images is a study", () => {
    const { training } = resolveStudy({ validation: 0.2, training: { earlyStopping: {} } });
    expect(training.earlyStopping).toEqual({ patience: 5, minDelta: 0 });
  });
});

describe("seedsOf and strategiesOf", () => {
  test("a number of seeds counts from 0; a list is itself", () => {
    expect(seedsOf(resolveStudy({ seeds: 3 }))).toEqual([0, 1, 2]);
    expect(seedsOf(resolveStudy({ seeds: [7, 3] }))).toEqual([7, 3]);
  });

  test("the first trained layer is transferred unless said otherwise", () => {
    const config = resolveStudy({ strategies: ["scratch", { name: "last-two-layers", firstLayer: "fresh" }] });
    expect(strategiesOf(config)).toEqual([
      { name: "scratch", firstLayer: "transferred", head: "fresh", strategy: strategies.scratch },
      { name: "last-two-layers", firstLayer: "fresh", head: "fresh", strategy: strategies["last-two-layers"] },
    ]);
  });

  test("the pulls of L2-SP are what the study says, and its own where it says nothing", () => {
    const [choice] = strategiesOf(resolveStudy({ strategies: [{ name: "l2-sp", alpha: 0.5 }] }));
    expect(choice.strategy.pulls).toEqual({ transferred: 0.5, fresh: 0.01 });
  });
});

describe("budgetsOf", () => {
  test("is a list, whether the study has one budget or several", () => {
    expect(budgetsOf(resolveStudy())).toEqual(["all"]);
    expect(budgetsOf(resolveStudy({ imagesPerClass: [5, 10, "all"] }))).toEqual([5, 10, "all"]);
  });
});

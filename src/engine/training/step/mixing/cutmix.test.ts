/** @file CutMix's rectangles and training on cut batches, against its authors' code and PyTorch. */

import { describe, expect, onTestFinished, test } from "vitest";
import {
  deviations,
  goldenCut,
  readStepOptions,
  stepOptionsTrainer,
  takeSteps,
} from "../../../../../test/golden/step-options.ts";
import { ConfigError, float32, int64 } from "../../../../core/index.ts";
import { type Network, conv2d, flatten, dense, initializeParameters } from "../../../nn/index.ts";
import { linearNetwork, tinyBatch, tinyOptions } from "../../tiny-task.fixture.ts";
import { type Trainer, type TrainerOptions, createTrainer } from "../../trainer.ts";
import { cutmix, rectangleAround } from "./cutmix.ts";
import type { Mixing } from "./mixing.ts";
import { mixupOrCutmix } from "./mixup-or-cutmix.ts";
import { mixup } from "./mixup.ts";

const golden = readStepOptions();
const asInPyTorch: Mixing = { cuts: true, draw: ({ step }) => goldenCut(step) };
const images = { batchSize: 16, inputShape: [3, 32, 24] };

function open(options: TrainerOptions): Trainer {
  const trainer = createTrainer(options);
  onTestFinished(() => trainer.close());
  return trainer;
}

describe("training on cut batches", () => {
  test.each([1, 3])("has PyTorch's losses, counts and parameters, %d steps in a call", async (together) => {
    const trainer = open(stepOptionsTrainer(golden.cutmix, { mixing: asInPyTorch }));
    expect(await deviations(golden.cutmix, await takeSteps(golden.cutmix, trainer, together), trainer)).toEqual([]);
  });

  test("has PyTorch's focal losses for both labels", async () => {
    const { gamma } = golden.focalCutmix;
    const trainer = open(stepOptionsTrainer(golden.focalCutmix, { mixing: asInPyTorch, focalGamma: gamma }));
    expect(await deviations(golden.focalCutmix, await takeSteps(golden.focalCutmix, trainer), trainer)).toEqual([]);
  });

  test("takes the rectangle from the partner and the rest from the image, in feature maps of any number of channels", async () => {
    // blocked images have 8 or 16 channels a block
    const network: Network = {
      name: "sum",
      inputShape: [32, 2, 3],
      layers: [
        conv2d("conv", { filters: 32, kernel: 1, bias: false }),
        flatten("flatten"),
        dense("dense", { units: 2 }),
      ],
    };
    // channels stay apart, and the first logit is the sum of numbers weighted by their place
    const identity = Float32Array.from({ length: 32 * 32 }, (_, i) => (i % 33 === 0 ? 1 : 0));
    const weights = Float32Array.from({ length: 2 * 192 }, (_, i) => (i < 192 ? 10 ** (i % 6) / 32e5 : 0));
    const parameters = {
      ...initializeParameters(network, 1),
      "conv.weight": float32(identity, [32, 32, 1, 1]),
      "dense.weight": float32(weights, [2, 192]),
    };
    const rectangle = { top: 0, left: 1, height: 2, width: 1 };
    const mixing: Mixing = {
      cuts: true,
      draw: () => ({ share: 4 / 6, partners: Uint32Array.of(1, 0), rectangle }),
    };
    const trainer = open(tinyOptions(network, { parameters, mixing, trains: () => true }));
    const input = float32(
      Float32Array.from({ length: 2 * 192 }, (_, i) => (i < 192 ? 1 : 2)),
      [2, 32, 2, 3],
    );
    const { loss } = await trainer.step({ input, labels: int64([0, 1]) }, { step: 0, learningRate: 0 });
    // places 1 and 4 of six are the partner's: 121121 and 212212 read from the lowest digit
    const [first, second] = [121_121 / 1e5, 212_212 / 1e5];
    const nats = (logit: number, share: number): number => Math.log1p(Math.exp(logit)) - share * logit;
    expect(loss).toBeCloseTo((nats(first, 4 / 6) + nats(second, 2 / 6)) / 2, 5);
  });

  test("is refused for samples that are no images", async () => {
    const trainer = open(tinyOptions(linearNetwork, { mixing: cutmix(1, { seed: 1 }) }));
    await expect(trainer.step(tinyBatch(0, 4), { step: 0, learningRate: 0.1 })).rejects.toThrow(
      new ConfigError("cutmix: expected images [C, H, W], got samples of shape [4]. Use mixup, which mixes any."),
    );
  });
});

describe("rectangleAround", () => {
  test.each(golden.rectangles)("is the authors' for %o", ({ rectangle, ...given }) => {
    expect(rectangleAround(given, given)).toEqual(rectangle);
  });
});

describe("cutmix", () => {
  test("draws one rectangle and one order for each step, by the seed and the step alone", () => {
    const { share, partners, rectangle } = cutmix(1, { seed: 3 }).draw({ ...images, step: 7 });
    expect(cutmix(1, { seed: 3 }).draw({ ...images, step: 7 })).toEqual({ share, partners, rectangle });
    expect([...partners].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, place) => place));
    const others = [
      cutmix(1, { seed: 3 }).draw({ ...images, step: 8 }),
      cutmix(1, { seed: 4 }).draw({ ...images, step: 7 }),
    ];
    expect(others.map((mix) => mix.share)).not.toContain(share);
  });

  test("has the share of the area that is left, and rectangles inside the image", () => {
    const mixing = cutmix(1, { seed: 5 });
    const mixes = Array.from({ length: 200 }, (_, step) => mixing.draw({ ...images, step }));
    for (const { share, rectangle } of mixes) {
      const { top = -1, left = -1, height = -1, width = -1 } = rectangle ?? {};
      expect(Math.min(top, left, height, width)).toBeGreaterThanOrEqual(0);
      expect(top + height).toBeLessThanOrEqual(32);
      expect(left + width).toBeLessThanOrEqual(24);
      expect(share).toBe(1 - (height * width) / (32 * 24));
    }
    // both edges of an image are reached, and middles lie anywhere
    expect(mixes.some(({ rectangle }) => rectangle?.top === 0)).toBe(true);
    expect(mixes.some(({ rectangle: r }) => r !== undefined && r.height > 0 && r.left + r.width === 24)).toBe(true);
  });

  test.each([0, -1, Number.NaN, Infinity])("refuses an alpha of %d, as mixup does", (alpha) => {
    const problem = `expected a number above 0, got ${alpha}.`;
    expect(() => cutmix(alpha, { seed: 1 })).toThrow(new ConfigError(`cutmix: ${problem}`));
    expect(() => mixup(alpha, { seed: 1 })).toThrow(new ConfigError(`mixup: ${problem}`));
  });
});

describe("mixupOrCutmix", () => {
  const seed = 6;
  const both = mixupOrCutmix({ mixup: 0.2, cutmix: 1 }, { seed });
  const draws = (mixing: Mixing | undefined) =>
    Array.from({ length: 400 }, (_, step) => mixing?.draw({ ...images, step }));

  test("draws either with equal chance, each as it draws alone", () => {
    const [mixes, blended, cut] = [draws(both), draws(mixup(0.2, { seed })), draws(cutmix(1, { seed }))];
    const isCut = mixes.map((mix) => mix?.rectangle !== undefined);
    expect(mixes).toEqual(isCut.map((yes, step) => (yes ? cut[step] : blended[step])));
    // standard error of the share: 0.025
    expect(Math.abs(isCut.filter((yes) => yes).length / 400 - 0.5)).toBeLessThan(0.1);
    expect(draws(both)).toEqual(mixes);
  });

  test("is the only one where the other's alpha is 0, and nothing where both are", () => {
    expect(draws(mixupOrCutmix({ mixup: 0.2, cutmix: 0 }, { seed }))).toEqual(draws(mixup(0.2, { seed })));
    expect(mixupOrCutmix({ mixup: 0.2, cutmix: 0 }, { seed })?.cuts).toBe(false);
    expect(draws(mixupOrCutmix({ mixup: 0, cutmix: 1 }, { seed }))).toEqual(draws(cutmix(1, { seed })));
    expect(mixupOrCutmix({ mixup: 0, cutmix: 0 }, { seed })).toBeUndefined();
    expect(() => mixupOrCutmix({ mixup: -1, cutmix: 0 }, { seed })).toThrow(ConfigError);
  });

  test("blends images of a graph that can cut to the bits of one that cannot", async () => {
    const blending: Mixing = mixup(0.4, { seed });
    const run = golden.cutmix;
    const trained = async (mixing: Mixing) => {
      const trainer = open(stepOptionsTrainer(run, { mixing }));
      const results = await takeSteps(run, trainer);
      return { results, parameters: await trainer.parameters() };
    };
    expect(await trained({ ...blending, cuts: true })).toEqual(await trained(blending));
  });
});

/** @file Training on mixed batches, against PyTorch's. */

import { describe, expect, onTestFinished, test } from "vitest";
import { hashImages, hashLabels } from "../../../../../test/golden/hash-data.ts";
import { readMixup } from "../../../../../test/golden/mixup.ts";
import { startValues } from "../../../../../test/golden/trajectories.ts";
import { float32, int64, zeros } from "../../../../core/index.ts";
import { type Network, activation, conv2d, dense, flatten, sgd } from "../../../nn/index.ts";
import type { LabelledBatch } from "../../inference.ts";
import { bitsOf, linearNetwork, tinyBatch, tinyNetwork, tinyOptions } from "../../tiny-task.fixture.ts";
import { type Trainer, type TrainerOptions, createTrainer } from "../../trainer.ts";
import type { Mixing } from "./mixing.ts";
import { mixup } from "./mixup.ts";

const golden = readMixup().mixup;
const { dataset, batchSize, learningRate, momentum, mixes } = golden;
const imageShape = [dataset.channels, dataset.height, dataset.width] as const;

const network: Network = {
  name: "mixed",
  inputShape: imageShape,
  layers: [
    conv2d("conv", { filters: 4, kernel: 3 }),
    activation("relu", "relu"),
    flatten("flatten"),
    dense("dense", { units: dataset.numClasses }),
  ],
};

function open(options: TrainerOptions): Trainer {
  const trainer = createTrainer(options);
  onTestFinished(() => trainer.close());
  return trainer;
}

/** The batch of a golden step. */
function goldenBatch(step: number): LabelledBatch {
  const first = (step * batchSize) % dataset.count;
  const imageBytes = imageShape[0] * imageShape[1] * imageShape[2];
  const images = hashImages(dataset).slice(first * imageBytes, (first + batchSize) * imageBytes);
  return {
    input: { dtype: "uint8", shape: [batchSize, ...imageShape], data: images },
    labels: int64(Array.from(hashLabels(dataset).subarray(first, first + batchSize))),
  };
}

const asInPyTorch: Mixing = {
  cuts: false,
  draw: ({ step }) => ({ share: mixes[step].share, partners: Uint32Array.from(mixes[step].partners) }),
};

function goldenOptions({ classWeights, smoothing }: (typeof golden.runs)[number]): TrainerOptions {
  return {
    network,
    input: { kind: "images", normalization: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } },
    optimizer: sgd({ momentum }),
    trains: () => true,
    parameters: Object.fromEntries(
      golden.parameters.map((start) => [start.name, float32(startValues(start), start.shape)]),
    ),
    seed: 0,
    labelSmoothing: smoothing,
    classWeights: classWeights ?? undefined,
    mixing: asInPyTorch,
    session: { threads: 1 },
  };
}

describe.each(golden.runs)("training on mixed batches with class weights $classWeights", (run) => {
  test.each([1, 3])("has PyTorch's losses, counts and parameters, %d steps in a call", async (together) => {
    const trainer = open(goldenOptions(run));
    const results = [];
    for (let first = 0; first < mixes.length; first += together) {
      const steps = Array.from({ length: together }, (_, index) => first + index);
      const places = steps.map((step) => ({ step, learningRate }));
      results.push(...(await trainer.steps(steps.map(goldenBatch), places)));
    }
    for (const [step, { loss, correct }] of results.entries()) {
      expect(Math.abs(loss / run.losses[step] - 1)).toBeLessThan(1e-5);
      expect(correct).toBeCloseTo(run.correct[step], 5);
    }
    for (const [name, { data }] of Object.entries(await trainer.parameters())) {
      expect(data).toHaveLength(run.final[name].length);
      for (const [at, value] of data.entries()) expect(Math.abs(value - run.final[name][at])).toBeLessThan(1e-5);
    }
  });
});

describe("mixup", () => {
  test("draws one share and one order for each step, by the seed and the step alone", () => {
    const draw = (seed: number, step: number) => mixup(0.2, { seed }).draw({ batchSize: 16, step, inputShape: [4] });
    const { share, partners } = draw(3, 7);
    expect(draw(3, 7)).toEqual({ share, partners });
    expect([...partners].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, place) => place));
    const shares = [draw(3, 8), draw(4, 7)].map((mix) => mix.share);
    expect(shares).not.toContain(share);
  });

  test("changes no bit where every sample's share is whole", async () => {
    const reversed: Mixing = {
      cuts: false,
      draw: ({ batchSize: size }) => ({
        share: 1,
        partners: Uint32Array.from({ length: size }, (_, i) => size - 1 - i),
      }),
    };
    const step = async (changes: Partial<TrainerOptions>) => {
      const trainer = open(tinyOptions(tinyNetwork, changes));
      const result = await trainer.step(tinyBatch(0, 6), { step: 0, learningRate: 0.1 });
      return { ...result, parameters: bitsOf(await trainer.parameters()) };
    };
    expect(await step({ mixing: reversed })).toEqual(await step({}));
  });

  test("mixes features as they come, and counts each label by its share", async () => {
    const parameters = {
      "dense.weight": float32([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], [3, 4]),
      "dense.bias": zeros([3]),
    };
    const mixing: Mixing = { cuts: false, draw: () => ({ share: 0.75, partners: Uint32Array.of(1, 0) }) };
    const trainer = open(tinyOptions(linearNetwork, { parameters, mixing }));
    const features = float32([8, 0, 0, 0, 0, 0, 4, 0], [2, 4]);
    const { loss, correct } = await trainer.step(
      { input: features, labels: int64([0, 2]) },
      { step: 0, learningRate: 0 },
    );
    // mixed: [6, 0, 1] wanted as 0 for 3/4 and 2 for 1/4, and [2, 0, 3] wanted as 2 for 3/4 and 0 for 1/4
    const total = (logits: number[]): number => Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    const [first, second] = [total([6, 0, 1]), total([2, 0, 3])];
    expect(loss).toBeCloseTo((first - 0.75 * 6 - 0.25 * 1 + (second - 0.75 * 3 - 0.25 * 2)) / 2, 5);
    expect(correct).toBeCloseTo(1.5, 6);
  });
});

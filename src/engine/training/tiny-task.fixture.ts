/** @file A task small enough to check by hand: points of three classes, and a network with dropout for them. */

import { type Tensor, float32, int64, stream } from "../../core/index.ts";
import { type Network, activation, batchNorm, dense, dropout, initializeParameters, sgd } from "../nn/index.ts";
import type { BatchSource } from "./fit.ts";
import type { LabelledBatch } from "./inference.ts";
import type { Trainer, TrainerOptions } from "./trainer.ts";

/** Numbers in a point of the tiny task. */
const FEATURES = 4;

/** Classes of the tiny task. */
const CLASSES = 3;

/** Samples from `first` on; each depends on its number alone. */
export function tinyBatch(first: number, count: number): LabelledBatch {
  const numbers = Array.from({ length: count }, (_, index) => first + index);
  const labels = numbers.map((number) => number % CLASSES);
  const points = numbers.flatMap((number, index) => {
    const random = stream(9, "tiny task", number);
    return Array.from({ length: FEATURES }, (_, axis) => random.normal() * 0.5 + (axis === labels[index] ? 2 : 0));
  });
  return { input: float32(points, [count, FEATURES]), labels: int64(labels) };
}

/** Epochs over `images` samples in batches of `batchSize`, the last one smaller; in another order every epoch. */
export function tinySource({ images, batchSize }: { images: number; batchSize: number }): BatchSource {
  const batchesPerEpoch = Math.ceil(images / batchSize);
  return {
    batchesPerEpoch,
    imagesPerEpoch: images,
    epoch: async function* (epoch, start) {
      for (let batch = start; batch < batchesPerEpoch; batch++) {
        const first = batch * batchSize;
        yield tinyBatch(1000 * epoch + first, Math.min(batchSize, images - first));
      }
    },
  };
}

/** Dense, batch normalization, ReLU, dropout, dense. */
export const tinyNetwork: Network = {
  name: "tiny",
  inputShape: [FEATURES],
  layers: [
    dense("dense1", { units: 8 }),
    batchNorm("bn"),
    activation("relu", "relu"),
    dropout("dropout", 0.25),
    dense("dense2", { units: CLASSES }),
  ],
};

/** One dense layer: softmax regression. */
export const linearNetwork: Network = {
  name: "linear",
  inputShape: [FEATURES],
  layers: [dense("dense", { units: CLASSES })],
};

/** How the tiny task is trained; everything of the network trains, with momentum. */
export function tinyOptions(network: Network, changes: Partial<TrainerOptions> = {}): TrainerOptions {
  return {
    network,
    input: { kind: "features" },
    optimizer: sgd({ momentum: 0.9 }),
    trains: () => true,
    parameters: initializeParameters(network, 4),
    seed: 11,
    session: { threads: 1 },
    ...changes,
  };
}

/** A trainer's ways to step, out of one that takes a single batch; it has no parameters to update. */
export function oneByOne(step: Trainer["step"]): Pick<Trainer, "step" | "steps" | "stepsAtOnce" | "updated"> {
  return {
    step,
    steps: (batches, places) => Promise.all(batches.map((batch, index) => step(batch, places[index]))),
    stepsAtOnce: () => 1,
    updated: () => [],
  };
}

/** All bits of some tensors, by name. */
export function bitsOf(tensors: Readonly<Record<string, Tensor>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data }]) => [
      name,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"),
    ]),
  );
}

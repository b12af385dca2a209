/** @file Training in memory as several measurements need it: made-up images or features, SGD with momentum. */

import { type Shape, type Tensor, float32, int64, lookUp, stream } from "../../src/core/index.ts";
import { type Network, initializeParameters, sgd, sliceNetwork } from "../../src/engine/nn/index.ts";
import type { SessionOptions } from "../../src/engine/runtime/index.ts";
import { type LabelledBatch, type NetworkInput, type Trainer, createTrainer } from "../../src/engine/training/index.ts";
import { frozenPrefixLength, strategies, trainsInPlan } from "../../src/transfer/index.ts";
import { NUM_CLASSES } from "./bench-networks.ts";

/** Bytes that the graph normalizes. */
export const IMAGES: NetworkInput = {
  kind: "images",
  normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
};

export interface TrainingOptions {
  /** A strategy; everything trains when left out. */
  frozen?: string | undefined;
  batch: number;
  session: SessionOptions;
}

/** A trainer and one batch for it. Where layers are frozen they ran once, before: a step sees their features. */
export function trainingOf(
  network: Network,
  { frozen, batch, session }: TrainingOptions,
): { trainer: Trainer; data: LabelledBatch } {
  const labels = labelTensor(batch);
  if (frozen === undefined) {
    const trainer = trainerOf(network, { input: IMAGES, trains: () => true, session });
    return { trainer, data: { input: imageTensor(batch, network.inputShape), labels } };
  }
  const plan = lookUp(strategies, frozen, "--frozen").plan(network, { firstLayer: "transferred" });
  const head = sliceNetwork(network, frozenPrefixLength(network, plan));
  const trainer = trainerOf(head, { input: { kind: "features" }, trains: trainsInPlan(plan), session });
  return { trainer, data: { input: featureTensor(batch, head.inputShape), labels } };
}

/** Images of random bytes. */
export function imageTensor(batch: number, inputShape: Shape): Tensor {
  const random = stream(0, "images");
  const shape = [batch, ...inputShape];
  const size = shape.reduce((product, length) => product * length);
  return { dtype: "uint8", shape, data: Uint8Array.from({ length: size }, () => random.integer(256)) };
}

function trainerOf(
  network: Network,
  options: { input: NetworkInput; trains: (layer: string) => boolean; session: SessionOptions },
): Trainer {
  return createTrainer({
    ...options,
    network,
    optimizer: sgd({ momentum: 0.9 }),
    parameters: initializeParameters(network, 0),
    seed: 0,
  });
}

function featureTensor(batch: number, inputShape: Shape): Tensor {
  const random = stream(0, "features");
  const shape = [batch, ...inputShape];
  const size = shape.reduce((product, length) => product * length);
  return float32(
    Float32Array.from({ length: size }, () => random.uniform()),
    shape,
  );
}

export function labelTensor(batch: number): Tensor {
  const random = stream(0, "labels");
  return int64(Array.from({ length: batch }, () => random.integer(NUM_CLASSES)));
}

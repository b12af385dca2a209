/** @file Trains the classic network for a moment, to see that this machine can. */

import { int64, stream } from "../../core/index.ts";
import {
  type Network,
  activation,
  conv2d,
  dense,
  flatten,
  initializeParameters,
  maxPool2d,
  sgd,
} from "../../engine/nn/index.ts";
import type { Device } from "../../engine/runtime/index.ts";
import { createTrainer } from "../../engine/training/index.ts";
import { classicCnn } from "../../models/index.ts";

const BATCH_SIZE = 32;
const WARM_UP_STEPS = 2;
const TIMED_STEPS = 5;
/** After the first step, a device that takes longer is slow, however much longer. */
const LONG_MS = 5000;

const inputShape = [3, 32, 32];

/** The networks that can be tried. */
const networks = {
  classic: () => classicCnn({ inputShape, numClasses: 10 }),
  /** Enough to tell devices apart, little enough for a slow one. */
  small: (): Network => ({
    name: "small",
    inputShape,
    layers: [
      conv2d("conv1", { filters: 32 }),
      activation("relu1", "relu"),
      conv2d("conv2", { filters: 32 }),
      activation("relu2", "relu"),
      maxPool2d("pool"),
      flatten("flatten"),
      dense("fc", { units: 10 }),
    ],
  }),
};

export interface TryTrainingOptions {
  threads: number;
  device?: Device;
  network?: keyof typeof networks;
}

/**
 * Training speed of a network on random images, in images per second.
 *
 * @throws Error if onnxruntime cannot be loaded, or does not train.
 */
export async function tryTraining({
  threads,
  device = "cpu",
  network: name = "classic",
}: TryTrainingOptions): Promise<number> {
  const network = networks[name]();
  const parameters = initializeParameters(network, 0);
  const trainer = createTrainer({
    network,
    parameters,
    trains: () => true,
    input: { kind: "images", normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } },
    optimizer: sgd(),
    seed: 0,
    session: { threads, device },
  });
  try {
    let [begin, timed] = [performance.now(), 0];
    for (let step = 0; timed < TIMED_STEPS; step++) {
      if (step > 1 && performance.now() - begin > LONG_MS) break;
      // graphs are compiled for a device in the first step
      if (step === 1 || step === WARM_UP_STEPS) [begin, timed] = [performance.now(), 0];
      const { loss } = await trainer.step(randomBatch(step), { step, learningRate: 0.01 });
      if (!Number.isFinite(loss)) throw new Error(`expected a finite loss at step ${step}, got ${loss}`);
      timed++;
    }
    return (BATCH_SIZE * timed) / ((performance.now() - begin) / 1000);
  } finally {
    await trainer.close();
  }
}

function randomBatch(step: number) {
  const random = stream(step, "try training");
  const shape = [BATCH_SIZE, 3, 32, 32];
  const pixels = Uint8Array.from({ length: BATCH_SIZE * 3 * 32 * 32 }, () => random.integer(256));
  return {
    input: { dtype: "uint8", shape, data: pixels } as const,
    labels: int64(Array.from({ length: BATCH_SIZE }, (_, index) => index % 10)),
  };
}

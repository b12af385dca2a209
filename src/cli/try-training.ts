/** @file Trains the classic network for a moment, to see that this machine can. */

import { int64, stream } from "../core/index.ts";
import { initializeParameters, sgd } from "../engine/nn/index.ts";
import { createTrainer } from "../engine/training/index.ts";
import { classicCnn } from "../models/index.ts";

const BATCH_SIZE = 32;
const WARM_UP_STEPS = 2;
const TIMED_STEPS = 5;

/**
 * Training speed of the classic network on random images, in images per second.
 *
 * @throws Error if onnxruntime cannot be loaded, or does not train.
 */
export async function tryTraining({ threads }: { threads: number }): Promise<number> {
  const network = classicCnn({ inputShape: [3, 32, 32], numClasses: 10 });
  const parameters = initializeParameters(network, 0);
  const trainer = createTrainer({
    network,
    parameters,
    trains: () => true,
    input: { kind: "images", normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } },
    optimizer: sgd(),
    seed: 0,
    session: { threads },
  });
  try {
    let begin = 0;
    for (let step = 0; step < WARM_UP_STEPS + TIMED_STEPS; step++) {
      if (step === WARM_UP_STEPS) begin = performance.now();
      const { loss } = await trainer.step(randomBatch(step), { step, learningRate: 0.01 });
      if (!Number.isFinite(loss)) throw new Error(`expected a finite loss at step ${step}, got ${loss}`);
    }
    return (BATCH_SIZE * TIMED_STEPS) / ((performance.now() - begin) / 1000);
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

/**
 * @file Times Graft on one network with the protocol of `pytorch_steps.py`:
 * prints {"ready": true}, then answers each line "run <steps>" with one JSON line, until "quit".
 */

import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import type { Tensor } from "../../src/core/index.ts";
import { parseDevice } from "../../src/engine/runtime/node/index.ts";
import { initializeParameters } from "../../src/engine/nn/index.ts";
import { createInferenceSession } from "../../src/engine/training/index.ts";
import { benchNetwork } from "./bench-networks.ts";
import { IMAGES, imageTensor, trainingOf } from "./graft-training.ts";

/** Does as many steps as the trainer takes in one call. */
interface Work {
  readonly steps: number;
  run(): Promise<unknown>;
}

const { values } = parseArgs({
  options: {
    network: { type: "string", default: "classic-cnn" },
    mode: { type: "string", default: "train" },
    frozen: { type: "string" },
    threads: { type: "string", default: "2" },
    batch: { type: "string", default: "32" },
    warmup: { type: "string", default: "5" },
    device: { type: "string", default: "cpu" },
  },
});
const batch = Number(values.batch);
const session = { threads: Number(values.threads), device: await parseDevice(values.device) };
const network = benchNetwork(values.network);
const work = values.mode === "inference" ? await inference(imageTensor(batch, network.inputShape)) : training();
for (let count = 0; count < Number(values.warmup); count++) await work.run();
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface(process.stdin)) {
  if (line === "quit") break;
  console.log(JSON.stringify(await measure(Number(line.replace("run ", "")))));
}
process.exit(0);

async function measure(steps: number): Promise<object> {
  const started = performance.now();
  let done = 0;
  for (; done < steps; done += work.steps) await work.run();
  const seconds = (performance.now() - started) / 1000;
  return {
    imagesPerSecond: (done * batch) / seconds,
    steps: done,
    seconds,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function training(): Work {
  const { trainer, data } = trainingOf(network, { frozen: values.frozen, batch, session });
  const steps = trainer.stepsAtOnce(batch);
  // every step has a batch in memory of its own, as in an epoch
  const batches = Array.from({ length: steps }, () => ({ ...data, input: copyOf(data.input) }));
  let count = 0;
  const run = async (): Promise<void> => {
    await trainer.steps(
      batches,
      batches.map(() => ({ step: count++, learningRate: 0.01 })),
    );
  };
  return { steps, run };
}

function copyOf(tensor: Tensor): Tensor {
  return { ...tensor, data: tensor.data.slice() } as Tensor;
}

async function inference(images: Tensor): Promise<Work> {
  const parameters = initializeParameters(network, 0);
  const opened = await createInferenceSession({ network, parameters, input: IMAGES }, session);
  return { steps: 1, run: () => opened.run({ input: images }) };
}

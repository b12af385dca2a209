/**
 * @file Times Graft on one network with the protocol of `pytorch_steps.py`:
 * prints {"ready": true}, then answers each line "run <steps>" with one JSON line, until "quit".
 */

import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { type Tensor, lookUp } from "../../src/core/index.ts";
import { parseDevice } from "../../src/engine/runtime/index.ts";
import { initializeParameters } from "../../src/engine/nn/index.ts";
import { createInferenceSession } from "../../src/engine/training/index.ts";
import { architectures } from "../../src/models/index.ts";
import { IMAGES, INPUT_SHAPE, NUM_CLASSES, imageTensor, trainingOf } from "./graft-training.ts";

const WARMUP_STEPS = 5;

type Step = () => Promise<unknown>;

const { values } = parseArgs({
  options: {
    network: { type: "string", default: "classic-cnn" },
    mode: { type: "string", default: "train" },
    frozen: { type: "string" },
    threads: { type: "string", default: "2" },
    batch: { type: "string", default: "32" },
    device: { type: "string", default: "cpu" },
  },
});
const batch = Number(values.batch);
const session = { threads: Number(values.threads), device: await parseDevice(values.device) };
const network = lookUp(
  architectures,
  values.network,
  "--network",
)({ inputShape: INPUT_SHAPE, numClasses: NUM_CLASSES });
const step = values.mode === "inference" ? await inferenceStep(imageTensor(batch)) : trainingStep();
for (let count = 0; count < WARMUP_STEPS; count++) await step();
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface(process.stdin)) {
  if (line === "quit") break;
  console.log(JSON.stringify(await measure(Number(line.replace("run ", "")))));
}
process.exit(0);

async function measure(steps: number): Promise<object> {
  const started = performance.now();
  for (let count = 0; count < steps; count++) await step();
  const seconds = (performance.now() - started) / 1000;
  return {
    imagesPerSecond: (steps * batch) / seconds,
    steps,
    seconds,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function trainingStep(): Step {
  const { trainer, data } = trainingOf(network, { frozen: values.frozen, batch, session });
  let count = 0;
  return () => trainer.step(data, { step: count++, learningRate: 0.01 });
}

async function inferenceStep(images: Tensor): Promise<Step> {
  const parameters = initializeParameters(network, 0);
  const inference = await createInferenceSession({ network, parameters, input: IMAGES }, session);
  return () => inference.run({ input: images });
}

/**
 * @file Times Graft on the classic network with the protocol of `pytorch_classic.py`:
 * prints {"ready": true}, then answers each line "run <steps>" with one JSON line, until "quit".
 */

import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { type Tensor, float32, int64, stream } from "../../src/core/index.ts";
import { type Network, initializeParameters, sgd, sliceNetwork } from "../../src/engine/nn/index.ts";
import { type NetworkInput, createInferenceSession, createTrainer } from "../../src/engine/training/index.ts";
import { classicCnn } from "../../src/models/index.ts";
import { frozenPrefixLength, strategies, trainsInPlan } from "../../src/transfer/index.ts";

const WARMUP_STEPS = 5;
const NORMALIZATION = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };

type Step = () => Promise<void>;

const { values } = parseArgs({
  options: {
    mode: { type: "string", default: "train" },
    frozen: { type: "string" },
    threads: { type: "string", default: "2" },
    batch: { type: "string", default: "32" },
  },
});
const batch = Number(values.batch);
const threads = Number(values.threads);
const network = classicCnn({ inputShape: [3, 32, 32], numClasses: 10 });
const step = await makeStep();
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

async function makeStep(): Promise<Step> {
  const images = imageTensor();
  if (values.mode === "inference") return inferenceStep(images);
  if (values.frozen === undefined) {
    return trainingStep(
      network,
      { kind: "images", normalization: NORMALIZATION },
      { input: images, trains: () => true },
    );
  }
  // the frozen layers ran once, before the first epoch: a step sees their features
  const plan = strategies[values.frozen].plan(network, { firstLayer: "transferred" });
  const head = sliceNetwork(network, frozenPrefixLength(network, plan));
  const random = stream(0, "features");
  const features = Float32Array.from({ length: batch * head.inputShape[0] }, () => random.uniform());
  return trainingStep(
    head,
    { kind: "features" },
    { input: float32(features, [batch, ...head.inputShape]), trains: trainsInPlan(plan) },
  );
}

function trainingStep(
  trained: Network,
  input: NetworkInput,
  options: { input: Tensor; trains: (layer: string) => boolean },
): Step {
  const trainer = createTrainer({
    network: trained,
    input,
    optimizer: sgd({ momentum: 0.9 }),
    trains: options.trains,
    frozen: {},
    parameters: initializeParameters(trained, 0),
    seed: 0,
    session: { threads },
  });
  const random = stream(0, "labels");
  const labels = int64(Array.from({ length: batch }, () => random.integer(10)));
  let count = 0;
  return async () => {
    await trainer.step({ input: options.input, labels }, { step: count++, learningRate: 0.01 });
  };
}

async function inferenceStep(images: Tensor): Promise<Step> {
  const input: NetworkInput = { kind: "images", normalization: NORMALIZATION };
  const session = await createInferenceSession(
    { network, parameters: initializeParameters(network, 0), input },
    { threads },
  );
  return async () => {
    await session.run({ input: images });
  };
}

function imageTensor(): Tensor {
  const random = stream(0, "images");
  return {
    dtype: "uint8",
    shape: [batch, 3, 32, 32],
    data: Uint8Array.from({ length: batch * 3072 }, () => random.integer(256)),
  };
}

/** @file A process that trains one network for a while and leaves its weights, statistics and optimizer slots in a file. */

import { writeFileSync } from "node:fs";
import { int64, lookUp } from "../../src/core/index.ts";
import { type Network, activation, averagePool2d, initializeParameters, sgd } from "../../src/engine/nn/index.ts";
import { type LabelledBatch, createTrainer, encodeSafetensors } from "../../src/engine/training/index.ts";
import { cifarResNet, classicCnn } from "../../src/models/index.ts";
import { smallDataset } from "../study/small-dataset.ts";

/** What the process is told. */
export interface TrainJob {
  network: keyof typeof networks;
  threads: number;
  steps: number;
  /** Of the weights and of dropout. */
  seed: number;
  /** Where the tensors go. */
  path: string;
}

const BATCH_SIZE = 8;
const dataset = smallDataset();
const size = { inputShape: dataset.imageShape, numClasses: dataset.classNames.length };

const networks = {
  /** Dropout, ReLU, max pooling. */
  classic: (): Network => classicCnn(size),
  /** The same without kinks: nothing is decided by which of two numbers is larger. */
  smooth: (): Network => smoothed(classicCnn(size)),
  /** Batch normalization, residual blocks, strides. */
  residual: (): Network => cifarResNet({ ...size, blocksPerStage: 1 }),
};

const job = JSON.parse(process.argv[2]) as TrainJob;
const network = lookUp(networks, job.network, "network")();
const trainer = createTrainer({
  network,
  input: { kind: "images", normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } },
  optimizer: sgd({ momentum: 0.9 }),
  trains: () => true,
  parameters: initializeParameters(network, job.seed),
  seed: job.seed,
  session: { threads: job.threads },
});
for (let step = 0; step < job.steps; step++) await trainer.step(batchOf(step), { step, learningRate: 0.01 });
writeFileSync(
  job.path,
  encodeSafetensors({ tensors: { ...(await trainer.parameters()), ...(await trainer.slots()) }, metadata: {} }),
);
await trainer.close();

/** The network with tanh for every ReLU and means for maxima. */
function smoothed({ layers: kinked, ...rest }: Network): Network {
  const layers = kinked.map((layer) => {
    if (layer.description === "relu") return activation(layer.name, "tanh");
    return layer.description.startsWith("max pool") ? averagePool2d(layer.name) : layer;
  });
  return { ...rest, layers };
}

/** The training images in their order, over and over. */
function batchOf(step: number): LabelledBatch {
  const { pixels, labels, count } = dataset.train;
  const imageBytes = pixels.length / count;
  const indices = Array.from({ length: BATCH_SIZE }, (_, index) => (step * BATCH_SIZE + index) % count);
  const data = new Uint8Array(BATCH_SIZE * imageBytes);
  for (const [at, index] of indices.entries()) {
    data.set(pixels.subarray(index * imageBytes, (index + 1) * imageBytes), at * imageBytes);
  }
  return {
    input: { dtype: "uint8", shape: [BATCH_SIZE, ...dataset.imageShape], data },
    labels: int64(indices.map((index) => labels[index])),
  };
}

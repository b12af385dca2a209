/** @file Replays a golden training run with Graft's trainer. */

import { type Tensor, float32, int64, scalar, zeros } from "../../src/core/index.ts";
import {
  type ForwardOptions,
  type Network,
  type Optimizer,
  type Parameters,
  adam,
  adamW,
  forward,
  initializeParameters,
  normalizeImages,
  sgd,
} from "../../src/engine/nn/index.ts";
import { lower } from "../../src/engine/lowering/index.ts";
import { Operations } from "../../src/engine/onnx/index.ts";
import { createSession } from "../../src/engine/runtime/index.ts";
import {
  type LabelledBatch,
  type Trainer,
  type TrainerOptions,
  buildTrainingStep,
  createTrainer,
} from "../../src/engine/training/index.ts";
import { hashDropoutMask, hashImages, hashLabels } from "../golden/hash-data.ts";
import { type GoldenOptimizer, type GoldenRun, startValues } from "../golden/trajectories.ts";
import { testSession } from "../support/device.ts";

/** Pixels in [-1, 1], as the golden runs saw them. */
export const goldenInput = {
  kind: "images",
  normalization: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
} as const;

/** A golden run's images and labels, `count` of them from `first` on. */
export function goldenBatches({ dataset }: GoldenRun): (first: number, count: number) => LabelledBatch {
  const { channels, height, width } = dataset;
  const size = channels * height * width;
  const pixels = hashImages(dataset);
  const labels = hashLabels(dataset);
  return (first, count) => ({
    input: {
      dtype: "uint8",
      shape: [count, channels, height, width],
      data: pixels.slice(first * size, (first + count) * size),
    },
    labels: int64(Array.from(labels.subarray(first, first + count))),
  });
}

/** What the golden run started from; statistics start as the layers say. */
export function goldenStart(run: GoldenRun, network: Network): Parameters {
  const given = run.initialParameters.map((start) => [start.name, float32(startValues(start), start.shape)] as const);
  return { ...initializeParameters(network, 0), ...Object.fromEntries(given) };
}

/** The dropout mask of a step, by the name of the graph's input. */
export function goldenMasks(run: GoldenRun, step: number): Record<string, Tensor> {
  if (run.dropout === undefined) return {};
  const { layer, seed, units, rate } = run.dropout;
  const shape = [run.batchSize, units];
  return { [`mask/${layer}`]: float32(hashDropoutMask(seed + step, run.batchSize * units, rate), shape) };
}

/** The update rule that golden settings describe. */
export function optimizerOf(settings: GoldenOptimizer): Optimizer {
  if (settings.algorithm === "sgd") return sgd(settings);
  return settings.algorithm === "adam" ? adam(settings) : adamW(settings);
}

/** A trainer at the golden run's start, with its masks. */
export function goldenTrainer(run: GoldenRun, network: Network, options: Partial<TrainerOptions> = {}): Trainer {
  return createTrainer({
    network,
    input: goldenInput,
    optimizer: optimizerOf(run.optimizer),
    trains: () => true,
    parameters: goldenStart(run, network),
    seed: 0,
    masks: (_specs, step) => goldenMasks(run, step),
    ...options,
  });
}

/** Trains on the batches of the golden run from step `from` up to `to` (exclusive); the loss of each step. */
export async function replay(
  run: GoldenRun,
  trainer: Trainer,
  { from = 0, to = run.steps }: { from?: number; to?: number } = {},
): Promise<number[]> {
  const batch = goldenBatches(run);
  const batches = run.dataset.count / run.batchSize;
  const losses: number[] = [];
  for (let step = from; step < to; step++) {
    const at = { step, learningRate: run.optimizer.learningRate };
    const { loss } = await trainer.step(batch((step % batches) * run.batchSize, run.batchSize), at);
    losses.push(loss);
  }
  return losses;
}

/** The first `steps` losses of the golden run without blocked images, each step's results fed to the next by hand. */
export async function replayPlain(run: GoldenRun, network: Network, steps: number): Promise<number[]> {
  const optimizer = optimizerOf(run.optimizer);
  const options = { network, input: goldenInput, optimizer, trains: () => true, frozen: {} };
  const { graph, stateNames } = buildTrainingStep(options, run.batchSize);
  const session = await createSession(graph, testSession);
  const batch = goldenBatches(run);
  const batches = run.dataset.count / run.batchSize;
  const start = goldenStart(run, network);
  const shapes = new Map(graph.inputs.map(({ name, shape }) => [name, shape]));
  let state = Object.fromEntries(stateNames.map((name) => [name, start[name] ?? zeros(shapes.get(name) ?? [])]));
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const scalars = Object.entries(optimizer.scalars(step, run.optimizer.learningRate));
    const results = await session.run({
      ...batch((step % batches) * run.batchSize, run.batchSize),
      ...Object.fromEntries(scalars.map(([name, value]) => [`scalar/${name}`, scalar(value)])),
      ...goldenMasks(run, step),
      ...state,
    });
    state = Object.fromEntries(stateNames.map((name) => [name, results[`next/${name}`] as Tensor<"float32">]));
    losses.push(Number(results.loss.data[0]));
  }
  await session.close();
  return losses;
}

/** The logits of one batch in training form: the golden run's first, before any update. */
export async function trainingLogits(run: GoldenRun, network: Network): Promise<Float32Array> {
  const g = new Operations();
  const start = goldenStart(run, network);
  const { input } = goldenBatches(run)(0, run.batchSize);
  const images = normalizeImages(g, g.input("input", "uint8", input.shape), goldenInput.normalization);
  const options: ForwardOptions = {
    trains: () => true,
    parameter: (name) => g.initializer(name, start[name]),
    mask: (name, shape) => g.input(`mask/${name}`, "float32", shape),
    update: () => undefined,
  };
  g.output(forward(g, { network, x: images, options }), "logits");
  const session = await createSession(lower(g.build(network.name)), testSession);
  const { logits } = await session.run({ input, ...goldenMasks(run, 0) });
  await session.close();
  return logits.data as Float32Array;
}

/** The largest relative difference of two lists of losses. */
export function lossDifference(actual: readonly number[], expected: readonly number[]): number {
  return Math.max(...actual.map((loss, step) => Math.abs(loss / expected[step] - 1)));
}

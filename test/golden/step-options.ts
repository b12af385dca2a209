/** @file Reads step_options.json, which make_step_options.py wrote with PyTorch, and trains as it did. */

import { readFileSync } from "node:fs";
import { float32, int64, zeros } from "../../src/core/index.ts";
import { type Network, activation, batchNorm, conv2d, dense, flatten } from "../../src/engine/nn/index.ts";
import type {
  LabelledBatch,
  Mix,
  Rectangle,
  StepResult,
  Trainer,
  TrainerOptions,
} from "../../src/engine/training/index.ts";
import { testSession } from "../support/device.ts";
import { optimizerOf } from "../trajectories/replay.ts";
import { type HashDataset, hashImages, hashLabels } from "./hash-data.ts";
import { type GoldenOptimizer, type GoldenStart, decodeFloat32, startValues } from "./trajectories.ts";

/** Tensors in full by PyTorch's name, little-endian float32 in base64. */
type GoldenTensors = Record<string, { values: string }>;

/** A few steps of one network, in float32. */
export interface StepOptionsRun {
  optimizer: GoldenOptimizer;
  losses: number[];
  /** Of a cut batch, answers that are both labels' by their shares. */
  correct: number[];
  /** Of all gradients together, before they are clipped. */
  norms: number[];
  /** Parameters and statistics. */
  final: GoldenTensors;
}

interface GoldenStepOptions {
  dataset: HashDataset;
  batchSize: number;
  parameters: GoldenStart[];
  clipping: (StepOptionsRun & {
    clipNorm: number;
    pull: { parameter: string; strength: number; towards: number } | null;
  })[];
  averaging: StepOptionsRun & { decay: number; averages: GoldenTensors };
  /** `mixes` are by step. */
  cutmix: StepOptionsRun & { mixes: { share: number; partners: number[]; rectangle: Rectangle }[] };
  /** With the mixes of `cutmix`. */
  focalCutmix: StepOptionsRun & { gamma: number };
  /** The authors' rectangle around a pixel, for images of several sizes. */
  rectangles: {
    height: number;
    width: number;
    share: number;
    row: number;
    column: number;
    rectangle: Rectangle;
  }[];
  /** Mean focal losses and their gradients, in float64. */
  focal: {
    logits: number[][];
    labels: number[];
    cases: { gamma: number; classWeights: number[] | null; loss: number; gradient: number[][] }[];
  };
}

/** The golden file beside this module. */
export function readStepOptions(): GoldenStepOptions {
  return JSON.parse(readFileSync(new URL("step_options.json", import.meta.url), "utf8")) as GoldenStepOptions;
}

const { dataset, batchSize, parameters, cutmix } = readStepOptions();
const imageShape = [dataset.channels, dataset.height, dataset.width] as const;

const network: Network = {
  name: "step-options",
  inputShape: imageShape,
  layers: [
    conv2d("conv", { filters: 4, kernel: 3, bias: false }),
    batchNorm("bn"),
    activation("relu", "relu"),
    flatten("flatten"),
    dense("dense", { units: dataset.numClasses }),
  ],
};

/** How the golden run starts; what is particular to it is in `changes`. */
export function stepOptionsTrainer(run: StepOptionsRun, changes: Partial<TrainerOptions>): TrainerOptions {
  const trained = parameters.map((start) => [start.name, float32(startValues(start), start.shape)] as const);
  return {
    network,
    input: { kind: "images", normalization: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } },
    optimizer: optimizerOf(run.optimizer),
    trains: () => true,
    parameters: {
      ...Object.fromEntries(trained),
      "bn.running_mean": zeros([4]),
      "bn.running_var": float32([1, 1, 1, 1]),
    },
    seed: 0,
    session: testSession,
    ...changes,
  };
}

/** The golden mix of a step. */
export function goldenCut(step: number): Mix {
  const { partners, ...mix } = cutmix.mixes[step];
  return { ...mix, partners: Uint32Array.from(partners) };
}

function batchOf(step: number): LabelledBatch {
  const first = (step * batchSize) % dataset.count;
  const imageBytes = imageShape[0] * imageShape[1] * imageShape[2];
  const images = hashImages(dataset).slice(first * imageBytes, (first + batchSize) * imageBytes);
  return {
    input: { dtype: "uint8", shape: [batchSize, ...imageShape], data: images },
    labels: int64(Array.from(hashLabels(dataset).subarray(first, first + batchSize))),
  };
}

/** Takes the golden run's steps, `together` in each call. */
export async function takeSteps(run: StepOptionsRun, trainer: Trainer, together = 1): Promise<StepResult[]> {
  const { learningRate } = run.optimizer;
  const results: StepResult[] = [];
  for (let first = 0; first < run.losses.length; first += together) {
    const steps = Array.from({ length: together }, (_, index) => first + index);
    const places = steps.map((step) => ({ step, learningRate }));
    results.push(...(await trainer.steps(steps.map(batchOf), places)));
  }
  return results;
}

/** Few steps in float32 round to 1e-6 of what they compute, and tensors have values of up to 3 or so. */
const TOLERANCE = 1e-5;

/** Where losses, counts and the state in the end are not PyTorch's, as sentences. */
export async function deviations(run: StepOptionsRun, results: StepResult[], trainer: Trainer): Promise<string[]> {
  const numbers = results.flatMap(({ loss, correct }, step) => [
    ...deviation(`loss of step ${step}`, loss / run.losses[step] - 1),
    ...deviation(`count of step ${step}`, correct - run.correct[step]),
  ]);
  const missing =
    results.length === run.losses.length ? [] : [`expected ${run.losses.length} steps, got ${results.length}`];
  return [...missing, ...numbers, ...tensorDeviations(await trainer.parameters(), run.final)];
}

/** Where tensors are not PyTorch's, as sentences. */
export function tensorDeviations(
  found: Record<string, { data: ArrayLike<number> }>,
  expected: GoldenTensors,
): string[] {
  const names = new Set([...Object.keys(found), ...Object.keys(expected)]);
  return [...names].flatMap((name) => {
    const wanted = decodeFloat32(expected[name]?.values ?? "");
    const values = Array.from(found[name]?.data ?? []);
    if (values.length !== wanted.length) return [`${name}: expected ${wanted.length} numbers, got ${values.length}`];
    return deviation(name, Math.max(...values.map((value, at) => Math.abs(value - wanted[at]))));
  });
}

/** A difference that is not a number is one too. */
function deviation(what: string, difference: number): string[] {
  return Math.abs(difference) < TOLERANCE ? [] : [`${what}: off by ${difference}`];
}

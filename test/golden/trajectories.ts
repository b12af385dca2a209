/** @file Reads trajectories.json, the golden values that make_trajectories.py computed with PyTorch. */

import { readFileSync } from "node:fs";

import { hash32, hashSymmetric, type HashDataset } from "./hash-data.ts";

/** A tensor in full (`values`), or what is known of a large one. */
export interface GoldenTensor {
  /** PyTorch's name: `conv1.weight`, `block2.shortcut_bn.running_var`. */
  name: string;
  /** PyTorch's layout: convolutions [out, in, height, width], linear layers [out, in]. */
  shape: number[];
  /** Little-endian float32 in base64, all elements. */
  values?: string;
  /** Over all elements, in float64; only beside `samples`. */
  sum?: number;
  sumOfSquares?: number;
  /** Little-endian float32 in base64, the elements at `samplePositions`. */
  samples?: string;
  /**
   * Only for tensors that are rounding around their start, such as the gradient of a bias whose effect normalization
   * takes away: the largest element of what the same layer's weight did.
   */
  scale?: number;
}

/** How a parameter starts: `hashSymmetric(seed, elements, bound)`, or one constant everywhere. */
export type GoldenStart = { name: string; shape: number[] } & ({ seed: number; bound: number } | { constant: number });

/** Settings of an optimizer; weight decay is added to the gradient except by `adamw`. */
export type GoldenOptimizer =
  | { algorithm: "sgd"; learningRate: number; momentum: number; nesterov: boolean; weightDecay: number }
  | {
      algorithm: "adam" | "adamw";
      learningRate: number;
      beta1: number;
      beta2: number;
      epsilon: number;
      weightDecay: number;
    };

/** Settings of a learning-rate schedule, as PyTorch's OneCycleLR, CosineAnnealingLR and StepLR understand them. */
export type GoldenSchedule =
  | {
      kind: "oneCycle";
      maxLearningRate: number;
      totalSteps: number;
      warmupFraction: number;
      initialDivisor: number;
      finalDivisor: number;
    }
  | { kind: "cosine"; learningRate: number; totalSteps: number; minLearningRate: number }
  | { kind: "step"; learningRate: number; stepSize: number; gamma: number };

/** Tensors of more than `fullUpTo` elements are recorded at `samples` positions. */
export interface Sampling {
  fullUpTo: number;
  samples: number;
  seed: number;
}

/** The runs of the golden file. */
export type GoldenName = "classic" | "residual" | "resnet-20" | "mobilenet";

/** How far two runs part that differ in rounding alone. */
export interface LossDifference {
  maxRelativeLossDifference: number;
  atStep: number;
}

/** One network trained for `steps` steps; step s sees images (s * batchSize) mod count onwards, in order. */
export interface GoldenRun {
  dataset: HashDataset;
  /** The mask [batchSize, units] of step s is `hashDropoutMask(seed + s, batchSize * units, rate)`. */
  dropout?: { layer: string; seed: number; rate: number; units: number };
  optimizer: GoldenOptimizer;
  steps: number;
  batchSize: number;
  sampling: Sampling;
  initialParameters: GoldenStart[];
  /** Mean cross-entropy of each step before its update, in float32. */
  losses: number[];
  /** The same run in float64. */
  losses64: number[];
  /** Float32 against float64; `perturbed` starts from weights changed by up to 2e-7 of themselves. */
  conditioning: LossDifference & { relativeParameterDistance: number; perturbed: LossDifference[] };
  firstLogits: GoldenTensor;
  firstGradients: GoldenTensor[];
  finalParameters: GoldenTensor[];
  /** Running means and variances of batch normalisation. */
  finalStatistics: GoldenTensor[];
  /** The trained network in inference mode on the first images. */
  evaluation: { images: number; loss: number; logits: string };
}

/** The whole golden file. Everything outside `networks` was computed in float64. */
export interface Trajectories {
  formatVersion: 1;
  madeWith: { torch: string; numpy: string; machine: string };
  hash: { seed: number; index: number; value: number }[];
  data: {
    network: GoldenName;
    labels: number[];
    firstPixels: number[];
    pixelSum: number;
    positionWeightedPixelSum: number;
    firstWeights: number[];
    firstNormalised: number[];
  }[];
  networks: Record<GoldenName, GoldenRun>;
  /** Networks of the zoo, their parameters started like the runs' from `seed` on. */
  wholeNetworks: {
    dataset: HashDataset;
    /** First logits in training form without dropout; `conditioning` is their distance from those in float64. */
    cases: { architecture: string; seed: number; conditioning: number; logits: string }[];
  };
  /** `parameters[step]` holds the five values after that step. */
  optimizers: {
    initial: number[];
    gradients: number[][];
    cases: { name: string; settings: GoldenOptimizer; parameters: number[][] }[];
  };
  /** `learningRates[step]` (and `momenta[step]`) are what step `step`, from 0, uses. */
  schedules: { name: string; settings: GoldenSchedule; learningRates: number[]; momenta?: number[] }[];
  losses: {
    logits: number[][];
    labels: number[];
    cases: { smoothing: number; loss: number; gradient: number[][] }[];
  };
}

/** The golden file beside this module. */
export function readTrajectories(): Trajectories {
  return JSON.parse(readFileSync(new URL("trajectories.json", import.meta.url), "utf8")) as Trajectories;
}

/** The float32 values of a base64 field. */
export function decodeFloat32(base64: string): Float32Array<ArrayBuffer> {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  return new Float32Array(bytes.buffer);
}

/** The value a golden run starts a parameter from, in PyTorch's layout. */
export function startValues(start: GoldenStart): Float32Array<ArrayBuffer> {
  const size = start.shape.reduce((product, extent) => product * extent, 1);
  return "constant" in start
    ? new Float32Array(size).fill(start.constant)
    : hashSymmetric(start.seed, size, start.bound);
}

/** Where a tensor of `size` elements is sampled: hash32(seed, k) mod size for each sample k. */
export function samplePositions(size: number, { samples, seed }: Sampling): number[] {
  return Array.from({ length: samples }, (_, sample) => hash32(seed, sample) % size);
}

/**
 * How far `actual`, in PyTorch's layout, is from a golden tensor: the largest absolute difference of the
 * known elements over the largest absolute known element, or over the tensor's own scale.
 *
 * @throws RangeError if the sizes differ.
 */
export function relativeDistance(actual: Float32Array, golden: GoldenTensor, sampling: Sampling): number {
  const size = golden.shape.reduce((product, extent) => product * extent, 1);
  if (actual.length !== size) {
    throw new RangeError(`${golden.name}: expected ${size} elements, got ${actual.length}`);
  }
  const known = decodeFloat32(golden.values ?? golden.samples ?? "");
  const positions = golden.values === undefined ? samplePositions(size, sampling) : Array.from(known.keys());
  let difference = 0;
  let scale = 0;
  positions.forEach((position, index) => {
    difference = Math.max(difference, Math.abs(actual[position] - known[index]));
    scale = Math.max(scale, Math.abs(known[index]));
  });
  return difference / (golden.scale ?? scale);
}

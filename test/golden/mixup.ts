/** @file Reads mixup.json, the golden values that make_mixup.py computed with PyTorch. */

import { readFileSync } from "node:fs";
import type { HashDataset } from "./hash-data.ts";
import type { GoldenStart } from "./trajectories.ts";

/** The whole golden file. */
interface GoldenMixup {
  /** Weighted mean cross-entropy and its gradient, in float64. */
  losses: {
    logits: number[][];
    labels: number[];
    classWeights: number[];
    cases: { smoothing: number; loss: number; gradient: number[][] }[];
  };
  /** A network of a 3x3 convolution (4 filters, "same"), ReLU and a dense layer, trained with momentum on mixed batches. */
  mixup: {
    dataset: HashDataset;
    batchSize: number;
    learningRate: number;
    momentum: number;
    parameters: GoldenStart[];
    /** By step. */
    mixes: { share: number; partners: number[] }[];
    runs: {
      classWeights: number[] | null;
      smoothing: number;
      losses: number[];
      correct: number[];
      /** By parameter, flat. */
      final: Record<string, number[]>;
    }[];
  };
}

/** The golden file beside this module. */
export function readMixup(): GoldenMixup {
  return JSON.parse(readFileSync(new URL("mixup.json", import.meta.url), "utf8")) as GoldenMixup;
}

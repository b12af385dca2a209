/** @file What a training step is built from. */

import type { Network, NamedParameter, Optimizer, Parameters } from "../../nn/index.ts";
import type { MovingAverage } from "./moving-average.ts";
import type { NetworkInput } from "./network-input.ts";
import type { UpdateRule } from "./parameter-updates.ts";

export interface TrainingStepOptions {
  network: Network;
  input: NetworkInput;
  optimizer: Optimizer;
  labelSmoothing?: number;
  /** Weight of each class in the loss; all 1 when left out. */
  classWeights?: readonly number[] | undefined;
  /** Of a focal loss; 0, cross-entropy, when left out. Not beside label smoothing. */
  focalGamma?: number | undefined;
  /** True if every batch is mixed with itself, as inputs `mix/…` say. */
  mixes?: boolean;
  /** True if mixes may replace a rectangle of each image, as an input `mix/pixels` says. */
  cuts?: boolean;
  /** Layers that train; all others are frozen: constants of the graph, in inference form. */
  trains: (layerName: string) => boolean;
  /** Which parameters of these the optimizer updates; all when left out. */
  updates?: ((parameter: NamedParameter) => boolean) | undefined;
  /** Frozen layers whose statistics go on following the batches, in training form; none when left out. */
  adapts?: (layerName: string) => boolean;
  /** True if layers that train keep their statistics and normalize with them; they follow the batches when left out. */
  keepsStatistics?: boolean | undefined;
  /** How a parameter's update differs from the optimizer's own; not at all when left out. */
  updateRule?: (parameter: NamedParameter) => UpdateRule;
  /**
   * The longest that all gradients together may be, pulls among them; longer ones are shortened. What an optimizer adds
   * for weight decay comes after it. No limit when left out.
   */
  clipNorm?: number | undefined;
  /** Averages every tensor of the network that steps replace, in a slot `slot/average/…`; not at all when left out. */
  average?: MovingAverage | undefined;
  /** True if memory is saved for some time: what attention weighs tokens by is computed twice; false when left out. */
  recomputes?: boolean | undefined;
  /**
   * So many samples are computed at a time, and their gradients summed: less memory, the same step to rounding, but for
   * batch statistics, which are those of each part. The whole batch when left out.
   */
  partSize?: number | undefined;
  /** Values of the frozen parameters; others are not read. */
  frozen: Parameters;
  /** Channels in a block of the device's blocked images; nothing is blocked when left out. */
  blockSize?: number | undefined;
  /** False for the graph as it is built, for people to look at: its gradient operators have no kernels. */
  lowers?: boolean;
}

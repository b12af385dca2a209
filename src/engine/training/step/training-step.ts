/** @file One training step (forward, loss, backward, update) compiled to one graph. */

import { gradient } from "../../autodiff/index.ts";
import { lower } from "../../lowering/index.ts";
import {
  type Network,
  type NamedParameter,
  type Optimizer,
  type Parameters,
  checkNetwork,
  countCorrect,
  forward,
  meanCrossEntropy,
  networkParameters,
} from "../../nn/index.ts";
import { type Graph, Operations, type Value } from "../../onnx/index.ts";
import { interpolate } from "./interpolate.ts";
import { type MixValues, mixValues, mixWithPartners } from "./mixing.ts";
import { type MovingAverage, averageName, averageUpdates, checkAverage } from "./moving-average.ts";
import { type NetworkInput, feedInput } from "./network-input.ts";
import { type Target, type UpdateRule, factorsOf, parameterUpdates } from "./parameter-updates.ts";
import { type MaskSpec, nameOfStep, scalarValues } from "./step-inputs.ts";
import { requireValue, slotName } from "./step-state.ts";

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
  /** Values of the frozen parameters; others are not read. */
  frozen: Parameters;
  /** Channels in a block of the device's blocked images; nothing is blocked when left out. */
  blockSize?: number | undefined;
  /** False for the graph as it is built, for people to look at: its gradient operators have no kernels. */
  lowers?: boolean;
}

/** A step for one batch size, or several steps in a row. */
export interface TrainingStepGraph {
  /**
   * Inputs `input` and `labels`, the optimizer's scalars `scalar/…` (once for each factor on the learning rate) and the
   * average's, masks `mask/…`, the mix `mix/…`, parameters by name, slots `slot/…`.
   * Outputs `loss` (mean over the batch) and `correct`, which for a mixed batch counts answers that are both labels'
   * by their shares, and every updated tensor under `next/` and its input's name.
   */
  readonly graph: Graph;
  /** Those of each step. */
  readonly masks: readonly (readonly MaskSpec[])[];
  /** The factors on the learning rate that the scalars are wanted for. */
  readonly learningRateFactors: readonly number[];
  /** Names of the tensors that a step replaces: trained parameters, statistics of trained layers, slots. */
  readonly stateNames: readonly string[];
}

/**
 * Builds the graph of one training step, or of several in a row for a batch size each, which leave the same bits as one
 * after another. Shapes are fixed: other sizes have a graph of their own.
 *
 * @throws GraphError if the network does not fit its input or an operator that must be differentiated has no rule.
 * @throws ConfigError if an option is out of its range or does not go with another.
 */
export function buildTrainingStep(options: TrainingStepOptions, ...batchSizes: readonly number[]): TrainingStepGraph {
  const { network, optimizer } = options;
  checkNetwork(network);
  if (options.average !== undefined) checkAverage(options.average);
  const g = new Operations();
  const specs = networkParameters(network);
  const trained = specs.filter((spec) => isTrained(spec, options));
  const values = new Map(specs.map((spec) => [spec.name, parameterValue(g, spec, options)]));
  for (const spec of trained) {
    for (const slot of optimizer.slotNames) {
      const name = slotName(slot, spec.name);
      values.set(name, g.input(name, "float32", spec.shape));
    }
  }
  if (options.average !== undefined) {
    for (const { name, shape } of specs.filter((spec) => isReplaced(spec, options))) {
      values.set(averageName(name), g.input(averageName(name), "float32", shape));
    }
  }
  const targets = trained.map((spec) => ({ spec, rule: options.updateRule?.(spec) ?? {} }));
  const results = batchSizes.map((batchSize, index) => addStep(g, { options, batchSize, index, values, targets }));
  const [{ replaced }] = results;
  for (const name of replaced) g.output(requireValue(values, name), `next/${name}`);
  const built = g.build(network.name);
  return {
    graph: options.lowers === false ? built : lower(built, { blockSize: options.blockSize }),
    masks: results.map(({ masks }) => masks),
    learningRateFactors: factorsOf(targets),
    stateNames: replaced,
  };
}

/** Adds one step to the graph; `values` holds the state before it, and after it is done the state that it left. */
function addStep(
  g: Operations,
  context: {
    options: TrainingStepOptions;
    batchSize: number;
    index: number;
    values: Map<string, Value>;
    targets: readonly Target[];
  },
): { masks: MaskSpec[]; replaced: string[] } {
  const { options, batchSize, index, values, targets } = context;
  const { network, optimizer, clipNorm, mixes = false, cuts = false } = options;
  const fed = feedInput(g, { network, input: options.input, batchSize, name: nameOfStep("input", index) });
  const mix = mixes ? mixValues(g, { batchSize, index, inputShape: network.inputShape, cuts }) : undefined;
  const labels = g.input(nameOfStep("labels", index), "int64", [batchSize]);
  const masks: MaskSpec[] = [];
  const updates: [string, Value][] = [];
  const logits = forward(g, {
    network,
    x: mix === undefined ? fed : mixWithPartners(g, fed, mix),
    options: {
      trains: (layer) => options.trains(layer) || options.adapts?.(layer) === true,
      keepsStatistics: options.keepsStatistics,
      parameter: (name) => requireValue(values, name),
      mask: (name, shape, keep) => {
        masks.push({ name, shape, keep });
        return g.input(nameOfStep(`mask/${name}`, index), "float32", shape);
      },
      update: (name, value) => updates.push([name, value]),
    },
  });
  const { loss, correct } = measure(g, logits, { options, labels, mix });
  const scalars = scalarValues(g, { optimizer, factors: factorsOf(targets), index });
  const grads = gradient(
    g,
    loss,
    targets.map(({ spec }) => requireValue(values, spec.name)),
    { recomputes: options.recomputes === true },
  );
  updates.push(...parameterUpdates(g, { optimizer, clipNorm, targets, grads, values, scalars }));
  if (options.average !== undefined) updates.push(...averageUpdates(g, { updates, values, index }));
  g.output(loss, nameOfStep("loss", index));
  g.output(correct, nameOfStep("correct", index));
  for (const [name, value] of updates) values.set(name, value);
  return { masks, replaced: updates.map(([name]) => name) };
}

/** Loss and count of correct answers; of a mixed batch each of both labels', by their shares. */
function measure(
  g: Operations,
  logits: Value,
  {
    options: { labelSmoothing: smoothing = 0, classWeights, focalGamma },
    labels,
    mix,
  }: { options: TrainingStepOptions; labels: Value; mix: MixValues | undefined },
): { loss: Value; correct: Value } {
  const against = (wanted: Value): { loss: Value; correct: Value } => ({
    loss: meanCrossEntropy(g, logits, { labels: wanted, smoothing, classWeights, focalGamma }),
    correct: countCorrect(g, logits, wanted),
  });
  const own = against(labels);
  if (mix === undefined) return own;
  const other = against(g.gather(labels, mix.partners, 0));
  return {
    loss: interpolate(g, { x: own.loss, other: other.loss }, mix),
    correct: interpolate(g, { x: own.correct, other: other.correct }, mix),
  };
}

/** True for parameters that the optimizer updates. */
export function isTrained(
  parameter: NamedParameter,
  { trains, updates }: Pick<TrainingStepOptions, "trains" | "updates">,
): boolean {
  return parameter.role !== "statistic" && trains(parameter.layer) && updates?.(parameter) !== false;
}

/** True for the tensors that a step replaces: what trains, and the statistics of layers in training form. */
export function isReplaced(
  parameter: NamedParameter,
  options: Pick<TrainingStepOptions, "trains" | "updates" | "adapts" | "keepsStatistics">,
): boolean {
  const { trains, adapts, keepsStatistics } = options;
  if (parameter.role !== "statistic") return isTrained(parameter, options);
  return keepsStatistics !== true && (trains(parameter.layer) || adapts?.(parameter.layer) === true);
}

function parameterValue(g: Operations, spec: NamedParameter, options: TrainingStepOptions): Value {
  if (isReplaced(spec, options)) return g.input(spec.name, "float32", spec.shape);
  const tensor = options.frozen[spec.name];
  if (tensor === undefined) throw new Error(`internal: no value for the frozen parameter ${spec.name}`);
  return g.initializer(spec.name, tensor);
}

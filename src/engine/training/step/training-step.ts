/** @file One training step (forward, loss, backward, update) compiled to one graph. */

import { lower } from "../../lowering/index.ts";
import { type NamedParameter, checkNetwork, networkParameters } from "../../nn/index.ts";
import { type Graph, Operations, type Value } from "../../onnx/index.ts";
import { type StepContext, computeParts } from "./compute-parts.ts";
import { mixValues, mixWithPartners } from "./mixing/mixing.ts";
import { averageName, averageUpdates, checkAverage } from "./moving-average.ts";
import { feedInput } from "./network-input.ts";
import { factorsOf, parameterUpdates } from "./parameter-updates.ts";
import type { TrainingStepOptions } from "./training-step-options.ts";
import { type MaskSpec, nameOfStep, scalarValues } from "./step-inputs.ts";
import { requireValue, slotName } from "./step-state.ts";

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
function addStep(g: Operations, context: StepContext): { masks: MaskSpec[]; replaced: string[] } {
  const { options, batchSize, index, values, targets } = context;
  const { network, optimizer, clipNorm, mixes = false, cuts = false } = options;
  const fed = feedInput(g, { network, input: options.input, batchSize, name: nameOfStep("input", index) });
  const mix = mixes ? mixValues(g, { batchSize, index, inputShape: network.inputShape, cuts }) : undefined;
  const labels = g.input(nameOfStep("labels", index), "int64", [batchSize]);
  const whole = {
    x: mix === undefined ? fed : mixWithPartners(g, fed, mix),
    labels,
    others: mix && { labels: g.gather(labels, mix.partners, 0), share: mix.share, rest: mix.rest },
  };
  const { loss, correct, grads, masks, statistics } = computeParts(g, whole, context);
  const updates = [...statistics];
  const scalars = scalarValues(g, { optimizer, factors: factorsOf(targets), index });
  updates.push(...parameterUpdates(g, { optimizer, clipNorm, targets, grads, values, scalars }));
  if (options.average !== undefined) updates.push(...averageUpdates(g, { updates, values, index }));
  g.output(loss, nameOfStep("loss", index));
  g.output(correct, nameOfStep("correct", index));
  for (const [name, value] of updates) values.set(name, value);
  return { masks, replaced: updates.map(([name]) => name) };
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

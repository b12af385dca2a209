/** @file One training step (forward, loss, backward, update) compiled to one graph. */

import { type Shape, type Tensor, float32, scalar, sizeOf, stream } from "../../core/index.ts";
import { gradient } from "../autodiff/index.ts";
import { lower } from "../lowering/index.ts";
import {
  type Network,
  type NamedParameter,
  type Optimizer,
  type Parameters,
  checkNetwork,
  countCorrect,
  forward,
  networkParameters,
  softmaxCrossEntropy,
} from "../nn/index.ts";
import { type Graph, Operations, type Value } from "../onnx/index.ts";
import { type NetworkInput, feedInput } from "./network-input.ts";

export interface TrainingStepOptions {
  network: Network;
  input: NetworkInput;
  optimizer: Optimizer;
  labelSmoothing?: number;
  /** Layers that train; all others are frozen: constants of the graph, in inference form. */
  trains: (layerName: string) => boolean;
  /** Values of the frozen parameters; others are not read. */
  frozen: Parameters;
  /** Channels in a block of the device's blocked images; nothing is blocked when left out. */
  blockSize?: number | undefined;
}

/** A mask that is drawn for every step. */
export interface MaskSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly keep: number;
}

/** A step for one batch size. */
export interface TrainingStepGraph {
  /**
   * Inputs `input` and `labels`, the optimizer's scalars `scalar/…`, masks `mask/…`, parameters by name, slots `slot/…`.
   * Outputs `loss` (mean over the batch) and `correct`, and every updated tensor under `next/` and its input's name.
   */
  readonly graph: Graph;
  readonly masks: readonly MaskSpec[];
  /** Names of the tensors that a step replaces: trained parameters, statistics of trained layers, slots. */
  readonly stateNames: readonly string[];
}

/**
 * Builds the graph of one training step. Shapes are fixed, so a smaller last batch has a graph of its own.
 *
 * @throws GraphError if the network does not fit its input or an operator that must be differentiated has no rule.
 */
export function buildTrainingStep(options: TrainingStepOptions, batchSize: number): TrainingStepGraph {
  const { network, optimizer } = options;
  checkNetwork(network);
  const g = new Operations();
  const images = feedInput(g, { network, input: options.input, batchSize });
  const labels = g.input("labels", "int64", [batchSize]);
  const scalars = Object.fromEntries(
    optimizer.scalarNames.map((name) => [name, g.input(`scalar/${name}`, "float32", [])]),
  );
  const specs = networkParameters(network);
  const values = new Map(specs.map((spec) => [spec.name, parameterValue(g, spec, options)]));
  const masks: MaskSpec[] = [];
  const updates: [string, Value][] = [];
  const logits = forward(g, {
    network,
    x: images,
    options: {
      trains: options.trains,
      parameter: (name) => known(values, name),
      mask: (name, shape, keep) => {
        masks.push({ name, shape, keep });
        return g.input(`mask/${name}`, "float32", shape);
      },
      update: (name, value) => updates.push([name, value]),
    },
  });
  const losses = softmaxCrossEntropy(g, logits, { labels, smoothing: options.labelSmoothing ?? 0 });
  const loss = g.reduceMean(losses, [0]);
  updates.push(...optimized(g, { options, specs, values, loss, scalars }));
  g.output(loss, "loss");
  g.output(countCorrect(g, logits, labels), "correct");
  for (const [name, value] of updates) g.output(value, `next/${name}`);
  return {
    graph: lower(g.build(network.name), { blockSize: options.blockSize }),
    masks,
    stateNames: updates.map(([name]) => name),
  };
}

/** Draws one step's masks; they depend on the seed, the mask's name and the step alone. */
export function drawMasks(
  masks: readonly MaskSpec[],
  { seed, step }: { seed: number; step: number },
): Record<string, Tensor> {
  return Object.fromEntries(
    masks.map(({ name, shape, keep }) => {
      const random = stream(seed, "dropout", name, step);
      const values = new Float32Array(sizeOf(shape));
      for (let index = 0; index < values.length; index++) values[index] = random.uniform() < keep ? 1 / keep : 0;
      return [`mask/${name}`, float32(values, shape)];
    }),
  );
}

/** The optimizer's scalars of one step, as the graph's inputs. */
export function scalarInputs(
  optimizer: Optimizer,
  { step, learningRate }: { step: number; learningRate: number },
): Record<string, Tensor> {
  const values = optimizer.scalars(step, learningRate);
  return Object.fromEntries(optimizer.scalarNames.map((name) => [`scalar/${name}`, scalar(values[name])]));
}

/** True for parameters that the optimizer updates. */
export function isTrained(parameter: NamedParameter, trains: (layerName: string) => boolean): boolean {
  return parameter.role !== "statistic" && trains(parameter.layer);
}

function parameterValue(g: Operations, spec: NamedParameter, { trains, frozen }: TrainingStepOptions): Value {
  if (trains(spec.layer)) return g.input(spec.name, "float32", spec.shape);
  const tensor = frozen[spec.name];
  if (tensor === undefined) throw new Error(`internal: no value for the frozen parameter ${spec.name}`);
  return g.initializer(spec.name, tensor);
}

function optimized(
  g: Operations,
  context: {
    options: TrainingStepOptions;
    specs: readonly NamedParameter[];
    values: ReadonlyMap<string, Value>;
    loss: Value;
    scalars: Readonly<Record<string, Value>>;
  },
): [string, Value][] {
  const { options, specs, values, loss, scalars } = context;
  const trained = specs.filter((spec) => isTrained(spec, options.trains));
  const grads = gradient(
    g,
    loss,
    trained.map((spec) => known(values, spec.name)),
  );
  return trained.flatMap((spec, index) => {
    const slots = Object.fromEntries(
      options.optimizer.slotNames.map((slot) => [slot, g.input(slotName(slot, spec.name), "float32", spec.shape)]),
    );
    const parameter = known(values, spec.name);
    const result = g.scoped(`optimizer/${spec.name}`, () =>
      options.optimizer.update({ g, parameter, grad: grads[index], slots, scalars }),
    );
    const slotUpdates = Object.entries(result.slots).map(([slot, value]): [string, Value] => [
      slotName(slot, spec.name),
      value,
    ]);
    return [[spec.name, result.parameter] as [string, Value], ...slotUpdates];
  });
}

/** Full name of an optimizer slot of a parameter. */
export function slotName(slot: string, parameterName: string): string {
  return `slot/${slot}/${parameterName}`;
}

function known(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`internal: the network asked for an unknown parameter ${name}`);
  return value;
}

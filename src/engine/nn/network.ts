/** @file A network: layers in a row, each of them a place where it can be cut. */

import { GraphError, type Shape, type Tensor, sizeOf, stream } from "../../core/index.ts";
import type { Operations, Value } from "../onnx/index.ts";
import { type Adapters, adapterSpecs, downName, upName } from "./adapters/adapter.ts";
import type { Layer, LayerContext, ParameterSpec } from "./layer.ts";

/** Shapes leave out the batch axis. */
export interface Network {
  readonly name: string;
  readonly inputShape: Shape;
  readonly layers: readonly Layer[];
  /** Beside which products it has adapters, by the full name of the weight; none when left out. */
  readonly adapters?: Adapters;
}

/** A parameter under its full name, `conv1.weight`, with the layer that owns it. */
export interface NamedParameter extends ParameterSpec {
  readonly layer: string;
}

/** Tensors by full parameter name. */
export type Parameters = Readonly<Record<string, Tensor<"float32">>>;

/** @throws GraphError if two layers or parameters have one name or a layer does not fit the one before it. */
export function checkNetwork(network: Network): void {
  requireDistinct(network, { what: "layer", names: network.layers.map((layer) => layer.name) });
  requireDistinct(network, { what: "parameter", names: networkParameters(network).map(({ name }) => name) });
}

function requireDistinct(network: Network, { what, names }: { what: string; names: readonly string[] }): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new GraphError(`${network.name}: expected ${what} names to differ, got "${twice}" twice.`);
}

/** Every parameter of the network, in layer order, adapters after the weights that they are beside. */
export function networkParameters(network: Network): NamedParameter[] {
  let shape = network.inputShape;
  return network.layers.flatMap((layer) => {
    const specs = layer.parameters(shape).flatMap((spec): NamedParameter[] => {
      const own = { ...spec, name: `${layer.name}.${spec.name}`, layer: layer.name };
      const adapter = network.adapters?.get(own.name);
      if (adapter === undefined) return [own];
      return [own, ...adapterSpecs(own, adapter).map((thin) => ({ ...thin, layer: layer.name }))];
    });
    shape = layer.outputShape(shape);
    return specs;
  });
}

/** Number of trained numbers, statistics left out. */
export function countParameters(network: Network): number {
  return networkParameters(network)
    .filter(({ role }) => role !== "statistic")
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Shape after the first `count` layers; after all of them when left out. */
export function shapeAfter(network: Network, count = network.layers.length): Shape {
  return network.layers.slice(0, count).reduce((shape, layer) => layer.outputShape(shape), network.inputShape);
}

/** The layers from `start` up to `end` (exclusive) as a network of their own. */
export function sliceNetwork(network: Network, start: number, end = network.layers.length): Network {
  return { ...network, inputShape: shapeAfter(network, start), layers: network.layers.slice(start, end) };
}

/** Fresh values for one parameter; they depend on the seed and the parameter's name and shape alone. */
export function initializeParameter(parameter: NamedParameter, seed: number): Tensor<"float32"> {
  return parameter.initialize(parameter.shape, stream(seed, "init", parameter.name));
}

/** Fresh values for every parameter. */
export function initializeParameters(network: Network, seed: number): Record<string, Tensor<"float32">> {
  return Object.fromEntries(
    networkParameters(network).map((parameter) => [parameter.name, initializeParameter(parameter, seed)]),
  );
}

export interface ForwardOptions {
  /** Layers in training form; the others are built as for inference. */
  trains: (layerName: string) => boolean;
  /** True if those in training form keep their statistics; they follow the batches when left out. */
  keepsStatistics?: boolean | undefined;
  parameter: (name: string) => Value;
  /** Declares a mask that is drawn for every step. */
  mask: (name: string, shape: Shape, keep: number) => Value;
  /** Takes the new value of a statistic. */
  update: (name: string, value: Value) => void;
}

/** Adds the network to a graph. x: [N, …inputShape]. Returns [N, …] of its last layer. */
export function forward(
  g: Operations,
  { network, x, options }: { network: Network; x: Value; options: ForwardOptions },
): Value {
  return network.layers.reduce(
    (value, layer) =>
      g.scoped(layer.name, () =>
        layer.build(
          layerContext(g, { path: layer.name, training: options.trains(layer.name), options, network }),
          value,
        ),
      ),
    x,
  );
}

function layerContext(
  g: Operations,
  of: { path: string; training: boolean; options: ForwardOptions; network: Network },
): LayerContext {
  const { path, training, options, network } = of;
  return {
    g,
    training,
    keepsStatistics: options.keepsStatistics === true,
    parameter: (name) => options.parameter(`${path}.${name}`),
    adapter: (name) => {
      const weight = `${path}.${name}`;
      const adapter = network.adapters?.get(weight);
      if (adapter === undefined) return null;
      const [down, up] = [downName(weight), upName(weight)].map(options.parameter);
      return { down, up, scale: adapter.scale };
    },
    mask: (shape, keep) => options.mask(path, shape, keep),
    update: (name, value) => options.update(`${path}.${name}`, value),
    inside: (name) => layerContext(g, { ...of, path: `${path}.${name}` }),
  };
}

/** Options for a graph in which nothing trains. */
export function inferenceOptions(parameter: (name: string) => Value): ForwardOptions {
  const never = (): never => {
    throw new Error("internal: a layer asked for a mask or an update outside training");
  };
  return { trains: () => false, parameter, mask: never, update: never };
}

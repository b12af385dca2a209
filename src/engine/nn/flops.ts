/** @file How much arithmetic a network takes, counted from the graph that it builds. */

import { type Shape, sizeOf } from "../../core/index.ts";
import { type Node, Operations, type Value } from "../onnx/index.ts";
import { type NamedParameter, type Network, forward, networkParameters } from "./network.ts";

/** Floating point operations of one layer for one sample; a multiplication and its addition are two. */
export interface LayerFlops {
  /** Name of the layer. */
  readonly layer: string;
  readonly forward: number;
  /** Gradients of the layer's own weights; 0 where it is frozen. */
  readonly weightGradient: number;
  /** Gradients passed on through the layer; 0 where nothing before it trains. */
  readonly inputGradient: number;
}

/** Decides by name which layers train. */
type Trains = (layerName: string) => boolean;
/** Decides which parameters of layers that train do. */
type Updates = (parameter: NamedParameter) => boolean;

/** Multiply-adds that one element of the output takes; operators that are not here take a negligible part. */
const termsPerOutput: Readonly<Record<string, (x: Shape, weight: Shape, node: Node) => number>> = {
  // every output sums over its group's channels and the kernel; a weight is [filters, channels / groups, kH, kW]
  Conv: (_x, weight) => sizeOf(weight.slice(1)),
  Gemm: (x, _weight, { attributes }) => x[attributes.transA?.value === 1 ? 0 : 1],
  MatMul: (x) => x[x.length - 1],
};

/**
 * Operations of every layer for one sample: convolutions and matrix products, each of which takes its forward cost
 * again for the gradient of its weights and again for the gradient of its input, where these are wanted.
 *
 * Nothing trains when `trains` is left out. Element-wise work, pooling and normalization are not counted. Nodes
 * of a file that run as they are count with what was found of them when they were read.
 */
export function layerFlops(network: Network, trains?: Trains, updates?: Updates): LayerFlops[] {
  const { nodes, trained } = trainingGraph(network, trains, updates);
  const counts = new Map(
    network.layers.map(({ name }) => [name, { layer: name, forward: 0, weightGradient: 0, inputGradient: 0 }]),
  );
  // values that a trained parameter is behind
  const needsGradient = new Set(trained);
  const hasGradient = (value: Value | null): boolean => value !== null && needsGradient.has(value.name);
  for (const node of nodes) {
    const [x = null, weight = null] = node.inputs;
    const flops = nodeFlops(node);
    const count = counts.get(node.name.slice(0, node.name.indexOf("/")));
    if (flops > 0 && count === undefined) throw new Error(`internal: no layer has the node ${node.name}`);
    if (count !== undefined) {
      count.forward += flops;
      if (hasGradient(weight)) count.weightGradient += flops;
      if (hasGradient(x)) count.inputGradient += flops;
    }
    if (node.inputs.some(hasGradient)) for (const { name } of node.outputs) needsGradient.add(name);
  }
  return [...counts.values()];
}

/** Operations of one sample's way through the network. */
export function forwardFlops(network: Network): number {
  return layerFlops(network).reduce((sum, layer) => sum + layer.forward, 0);
}

/** Operations of one sample in a training step: forward, and the gradients that the trained layers need. */
export function trainingFlops(network: Network, trains: Trains = () => true, updates?: Updates): number {
  return layerFlops(network, trains, updates).reduce(
    (sum, layer) => sum + layer.forward + layer.weightGradient + layer.inputGradient,
    0,
  );
}

/** Types of the operators that the network is made of. */
export function operatorsOf(network: Network): Set<string> {
  return new Set(trainingGraph(network).nodes.map(({ opType }) => opType));
}

/** The network's nodes for one sample: `input` goes in, and every parameter under its full name. */
export function nodesOf(network: Network): readonly Node[] {
  return trainingGraph(network).nodes;
}

/** The network's nodes in training form for one sample, and the names of the values that the optimizer would update. */
function trainingGraph(
  network: Network,
  trains: Trains = () => false,
  updates: Updates = () => true,
): { nodes: readonly Node[]; trained: string[] } {
  const g = new Operations();
  const x = g.input("input", "float32", [1, ...network.inputShape]);
  const specs = networkParameters(network);
  const values = new Map(specs.map(({ name, shape }) => [name, g.input(name, "float32", shape)]));
  forward(g, {
    network,
    x,
    options: {
      trains,
      parameter: (name) => {
        const value = values.get(name);
        if (value === undefined) throw new Error(`internal: the network asked for an unknown parameter ${name}`);
        return value;
      },
      mask: (name, shape) => g.input(`mask/${name}`, "float32", shape),
      update: () => {},
    },
  });
  const trained = specs.filter((spec) => spec.role !== "statistic" && trains(spec.layer) && updates(spec));
  return { nodes: g.nodes, trained: trained.map(({ name }) => name) };
}

function nodeFlops(node: Node): number {
  if (node.foreign !== undefined) return node.foreign.flops;
  const [x = null, weight = null] = node.inputs;
  const terms = termsPerOutput[node.opType];
  if (terms === undefined || x === null || weight === null) return 0;
  return 2 * sizeOf(node.outputs[0].shape) * terms(x.shape, weight.shape, node);
}

/** @file A layer made of the nodes of a file: adds them to a graph again, with its weights as parameters. */

import { GraphError, type Shape, type Tensor, formatShape, sameShape } from "../../core/index.ts";
import { type Layer, type LayerContext, type ParameterSpec, batchNorm } from "../../engine/nn/index.ts";
import { type Node, type Value, rawAttributes } from "../../engine/onnx/index.ts";
import type { BatchAxes } from "./batch-axis.ts";
import type { Segment } from "./cut-graph.ts";
import { ownerInside } from "./layer-names.ts";
import { type NodeParameter, hasStatistics, kernelOf, parametersOf } from "./node-parameters.ts";

/** What the layers of one file share. */
export interface ImportedGraph {
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly axes: BatchAxes;
}

/** A layer with the values that its weights have in the file. */
export interface ImportedLayer {
  readonly layer: Layer;
  /** By full name. */
  readonly parameters: Readonly<Record<string, Tensor<"float32">>>;
}

/** A weight under the name that it has in its layer. */
interface NamedWeight extends NodeParameter {
  readonly name: string;
}

/** Weights by the places where nodes read them, as {@link placeOf} says them. */
type NamedWeights = ReadonlyMap<string, NamedWeight>;

/** The nodes of a segment as a layer. */
export function importedLayer(name: string, segment: Segment, graph: ImportedGraph): ImportedLayer {
  const weights = namedWeights(name, segment, graph);
  const [inputShape, outputShape] = [segment.input, segment.output].map(({ shape }) => shape.slice(1));
  const distinct = new Map([...weights.values()].map((weight) => [weight.name, weight]));
  const specs = [...distinct.values()].map(({ name: own, tensor, initialize, role }): ParameterSpec => {
    return { name: own, shape: tensor.shape, initialize, role };
  });
  const layer: Layer = {
    name,
    description: segment.nodes.map(({ opType }) => opType).join(", "),
    outputShape: (input) => {
      requireShape(name, input, inputShape);
      return outputShape;
    },
    parameters: () => specs,
    build: (context, x) => rebuilt(segment, { context, x, graph, weights }),
  };
  const parameters = Object.fromEntries(
    [...distinct.values()].map(({ name: own, tensor }) => [`${name}.${own}`, tensor]),
  );
  return { layer, parameters };
}

/**
 * A kernel that two nodes read is one weight, with the bias that they share. Any other constant that several read, such
 * as a scale of ones, was written once to save space, and becomes a weight of each.
 */
function namedWeights(layer: string, { nodes }: Segment, { constants }: ImportedGraph): NamedWeights {
  const weights = new Map<string, NamedWeight>();
  const tied = new Map<string, NamedWeight>();
  for (const [position, node] of nodes.entries()) {
    const found = parametersOf(node, constants);
    const kernel = kernelOf(node, constants)?.value.name;
    const owner = found.map(({ value }) => ownerInside(value.name, layer)).find((one) => one !== "") ?? "";
    const taken = new Set([...weights.values()].map(({ name }) => name));
    const prefix = distinctOwner(owner, { taken, kinds: found.map(({ kind }) => kind) });
    for (const parameter of found) {
      const tie = kernel === undefined ? null : JSON.stringify([kernel, parameter.value.name]);
      const same = tie === null ? undefined : tied.get(tie);
      const weight = same ?? { ...parameter, name: pathInside(prefix, parameter.kind) };
      weights.set(placeOf(position, parameter.index), weight);
      if (tie !== null) tied.set(tie, weight);
    }
  }
  return weights;
}

/** Names an input of a node by their numbers. */
function placeOf(node: number, input: number): string {
  return `${node}, ${input}`;
}

function distinctOwner(owner: string, { taken, kinds }: { taken: ReadonlySet<string>; kinds: string[] }): string {
  for (let number = 1; ; number++) {
    const tried = number === 1 ? owner : `${owner === "" ? "part" : owner}_${number}`;
    if (!kinds.some((kind) => taken.has(pathInside(tried, kind)))) return tried;
  }
}

function pathInside(owner: string, kind: string): string {
  return owner === "" ? kind : `${owner}.${kind}`;
}

interface Rebuilding {
  context: LayerContext;
  x: Value;
  graph: ImportedGraph;
  weights: NamedWeights;
}

function rebuilt({ input, output, nodes }: Segment, rebuilding: Rebuilding): Value {
  const values = new Map([[input.name, rebuilding.x]]);
  for (const [position, node] of nodes.entries()) {
    const made = nodeAgain(node, { ...rebuilding, values, position });
    node.outputs.forEach(({ name }, index) => values.set(name, made[index]));
  }
  const result = values.get(output.name);
  if (result === undefined) throw new Error(`internal: no value ${output.name}`);
  return result;
}

function nodeAgain(
  node: Node,
  rebuilding: Rebuilding & { values: ReadonlyMap<string, Value>; position: number },
): Value[] {
  const { context, weights, position } = rebuilding;
  const { g } = context;
  const input = (index: number): Value | null => {
    const given = node.inputs[index];
    const weight = weights.get(placeOf(position, index));
    if (weight !== undefined) return context.parameter(weight.name);
    return given === null || given === undefined ? null : valueAgain(given, rebuilding);
  };
  const x = input(0);
  const scale = weights.get(placeOf(position, 1));
  if (context.training && x !== null && scale !== undefined && hasStatistics(node, rebuilding.graph.constants)) {
    return [trainedBatchNorm(node, { context, x, name: scale.name })];
  }
  if (node.opType === "Reshape" && x !== null) {
    return [g.op("Reshape", [x, g.ints(freeShape(node, rebuilding.graph))], { allowzero: 0 })];
  }
  const inputs = node.inputs.map((_, index) => (index === 0 ? x : input(index)));
  return g.node(node.opType, inputs, rawAttributes(node.attributes), {
    domain: node.domain,
    outputs: node.outputs.length,
  });
}

function valueAgain(
  { name }: Value,
  { context, graph, values }: Rebuilding & { values: ReadonlyMap<string, Value> },
): Value {
  const value = values.get(name);
  if (value !== undefined) return value;
  const tensor = graph.constants.get(name);
  if (tensor === undefined) throw new Error(`internal: no value ${name}`);
  return context.g.constant(tensor);
}

/** With the batch's own statistics, as every layer of Graft has it. */
function trainedBatchNorm(node: Node, { context, name, x }: { context: LayerContext; name: string; x: Value }): Value {
  const { epsilon } = node.attributes;
  const owner = name.slice(0, Math.max(0, name.length - ".weight".length));
  const layer = batchNorm(node.name, epsilon?.type === "FLOAT" ? { epsilon: epsilon.value } : {});
  return layer.build(owner === "" ? context : context.inside(owner), x);
}

/** The shape that a Reshape gives, with the batch left open. */
function freeShape({ outputs: [output] }: Node, { axes }: ImportedGraph): number[] {
  const batch = axes.get(output.name);
  return output.shape.map((length, axis) => (axis === batch ? -1 : length));
}

function requireShape(name: string, given: Shape, expected: Shape): void {
  if (sameShape(given, expected)) return;
  throw new GraphError(`${name}: expected an input ${formatShape(expected)}, got ${formatShape(given)}.`);
}

/** @file A layer made of the nodes of a file: adds them to a graph again, with its weights as parameters. */

import { GraphError, type Shape, type Tensor, formatShape, sameShape } from "../../core/index.ts";
import { type Layer, type LayerContext, type ParameterSpec, batchNorm } from "../../engine/nn/index.ts";
import { type Node, type Value, rawAttributes } from "../../engine/onnx/index.ts";
import type { BatchAxes } from "./batch-axis.ts";
import type { Segment } from "./cut-graph.ts";
import { ownerInside } from "./layer-names.ts";
import { type NodeParameter, parametersOf } from "./node-parameters.ts";

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

/** The nodes of a segment as a layer. */
export function importedLayer(name: string, segment: Segment, graph: ImportedGraph): ImportedLayer {
  const weights = namedWeights(name, segment, graph);
  const [inputShape, outputShape] = [segment.input, segment.output].map(({ shape }) => shape.slice(1));
  const specs = [...weights.values()].map(({ name: own, tensor, initialize, role }): ParameterSpec => {
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
    [...weights.values()].map(({ name: own, tensor }) => [`${name}.${own}`, tensor]),
  );
  return { layer, parameters };
}

/** By the name of their constant: a constant that two nodes read is one weight. */
function namedWeights(layer: string, { nodes }: Segment, { constants }: ImportedGraph): Map<string, NamedWeight> {
  const weights = new Map<string, NamedWeight>();
  for (const node of nodes) {
    const found = parametersOf(node, constants);
    const owner = found.map(({ value }) => ownerInside(value.name, layer)).find((one) => one !== "") ?? "";
    const taken = new Set([...weights.values()].map(({ name }) => name));
    const prefix = distinctOwner(owner, { taken, kinds: found.map(({ kind }) => kind) });
    for (const parameter of found) {
      if (weights.has(parameter.value.name)) continue;
      weights.set(parameter.value.name, { ...parameter, name: pathInside(prefix, parameter.kind) });
    }
  }
  return weights;
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
  weights: ReadonlyMap<string, NamedWeight>;
}

function rebuilt({ input, output, nodes }: Segment, rebuilding: Rebuilding): Value {
  const values = new Map([[input.name, rebuilding.x]]);
  for (const node of nodes) {
    const made = nodeAgain(node, { ...rebuilding, values });
    node.outputs.forEach(({ name }, index) => values.set(name, made[index]));
  }
  const result = values.get(output.name);
  if (result === undefined) throw new Error(`internal: no value ${output.name}`);
  return result;
}

function nodeAgain(node: Node, rebuilding: Rebuilding & { values: ReadonlyMap<string, Value> }): Value[] {
  const { context, weights } = rebuilding;
  const { g } = context;
  const inputs = node.inputs.map((input) => (input === null ? null : valueAgain(input, rebuilding)));
  if (node.opType === "BatchNormalization" && context.training) {
    const [x, weight] = node.inputs;
    const name = weight === null ? undefined : weights.get(weight.name)?.name;
    if (x !== null && name !== undefined)
      return [trainedBatchNorm(node, { ...rebuilding, name, x: valueAgain(x, rebuilding) })];
  }
  if (node.opType === "Reshape" && inputs[0] !== null) {
    return [g.op("Reshape", [inputs[0], g.ints(freeShape(node, rebuilding.graph))], { allowzero: 0 })];
  }
  const options = { domain: node.domain, outputs: node.outputs.length };
  return g.node(node.opType, inputs, rawAttributes(node.attributes), options);
}

function valueAgain(
  { name }: Value,
  { context, graph, weights, values }: Rebuilding & { values: ReadonlyMap<string, Value> },
): Value {
  const value = values.get(name);
  if (value !== undefined) return value;
  const weight = weights.get(name);
  if (weight !== undefined) return context.parameter(weight.name);
  const tensor = graph.constants.get(name);
  if (tensor === undefined) throw new Error(`internal: no value ${name}`);
  return context.g.constant(tensor);
}

/** With the batch's own statistics, as every layer of Graft has it. */
function trainedBatchNorm(node: Node, { context, name, x }: Rebuilding & { name: string }): Value {
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

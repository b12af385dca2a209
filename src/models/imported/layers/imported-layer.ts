/** @file A layer made of the nodes of a file: adds them to a graph again, with its weights as parameters. */

import { GraphError, type Shape, type Tensor, formatShape, sameShape } from "../../../core/index.ts";
import {
  type Layer,
  type LayerContext,
  type ParameterSpec,
  type ProductForm,
  adaptedConv,
  adaptedRows,
  batchNorm,
} from "../../../engine/nn/index.ts";
import { type Node, type Value, rawAttributes } from "../../../engine/onnx/index.ts";
import type { BatchAxes } from "../graph/batch-moves.ts";
import type { Segment } from "../graph/cut-graph.ts";
import { describeNodes } from "./describe-nodes.ts";
import { DistinctNames, insideLayer, ownerOf } from "./layer-names.ts";
import { type GraphParameters, type NodeParameter, hasStatistics, weightKey } from "./node-parameters.ts";

/** Past so many elements a constant is not compared with others. */
const SMALL = 256;

/** What the layers of one file share. */
export interface ImportedGraph {
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly parameters: GraphParameters;
  readonly axes: BatchAxes;
  readonly dropouts: ReadonlyMap<string, number>;
}

/** A layer with the values that its weights have in the file. */
export interface ImportedLayer {
  readonly layer: Layer;
  /** By full name. */
  readonly parameters: Readonly<Record<string, Tensor<"float32">>>;
}

/** Names of weights inside their layer, by node and place of the input. */
type WeightNames = ReadonlyMap<Node, ReadonlyMap<number, string>>;

/** The nodes of a segment as a layer. */
export function importedLayer(name: string, segment: Segment, graph: ImportedGraph): ImportedLayer {
  const { weights, names } = namedWeights(name, segment, graph);
  const [inputShape, outputShape] = [segment.input, segment.output].map(({ shape }) => shape.slice(1));
  const specs = [...weights].map(([own, { tensor, initialize, role, normalizes, embeds }]): ParameterSpec => {
    return {
      name: own,
      shape: tensor.shape,
      initialize,
      role,
      normalizes,
      embeds,
      product: productOf(own, { names, graph }),
    };
  });
  const layer: Layer = {
    name,
    description: describeNodes(segment.nodes),
    outputShape: (input) => {
      requireShape(name, input, inputShape);
      return outputShape;
    },
    parameters: () => specs,
    build: (context, x) => rebuilt(segment, { context, graph, names, values: new Map([[segment.input.name, x]]) }),
  };
  const parameters = Object.fromEntries([...weights].map(([own, { tensor }]) => [`${name}.${own}`, tensor]));
  return { layer, parameters };
}

/** Every weight under one name, however many of the nodes read it. */
function namedWeights(
  layer: string,
  { nodes }: Segment,
  graph: ImportedGraph,
): { weights: Map<string, NodeParameter>; names: WeightNames } {
  const weights = new Map<string, NodeParameter>();
  const names = new Map<Node, Map<number, string>>();
  const known = new Map<string, string>();
  const taken = new DistinctNames();
  for (const node of nodes) {
    const found = graph.parameters.get(node) ?? [];
    if (found.length === 0) continue;
    const owner = insideLayer(ownerOf(node, graph.parameters), layer);
    const own = new Map<number, string>();
    for (const parameter of found) {
      const key = weightKey(node, parameter, graph.parameters);
      const wanted = owner === "" ? parameter.kind : `${owner}.${parameter.kind}`;
      const name = known.get(key) ?? distinctWeight(wanted, taken);
      known.set(key, name);
      if (!weights.has(name)) weights.set(name, parameter);
      own.set(parameter.input, name);
    }
    names.set(node, own);
  }
  return { weights, names };
}

/** How a weight is multiplied by; undefined unless every node that reads it does so in one form. */
function productOf(
  name: string,
  { names, graph }: { names: WeightNames; graph: ImportedGraph },
): ProductForm | undefined {
  const forms = [...names].flatMap(([node, own]) =>
    (graph.parameters.get(node) ?? []).flatMap(({ input, product }) => (own.get(input) === name ? [product] : [])),
  );
  return forms.every((form) => form === forms[0]) ? forms[0] : undefined;
}

/** A number goes to the owner, so that weights of one node stay together: `conv_2.weight`. */
function distinctWeight(name: string, taken: DistinctNames): string {
  const end = name.lastIndexOf(".");
  const [owner, kind] = end === -1 ? ["part", name] : [name.slice(0, end), name.slice(end + 1)];
  return taken.take(name, (number) => `${owner}_${number}.${kind}`);
}

interface Rebuilding {
  readonly context: LayerContext;
  readonly graph: ImportedGraph;
  readonly names: WeightNames;
  /** Values of the new graph by their names in the file. */
  readonly values: Map<string, Value>;
}

function rebuilt({ output, nodes }: Segment, rebuilding: Rebuilding): Value {
  const { values } = rebuilding;
  for (const node of nodes) {
    const made = withAdapter(node, nodeAgain(node, rebuilding), rebuilding);
    node.outputs.forEach(({ name }, index) => values.set(name, made[index]));
  }
  const result = values.get(output.name);
  if (result === undefined) throw new Error(`internal: no value ${output.name}`);
  return result;
}

function nodeAgain(node: Node, rebuilding: Rebuilding): Value[] {
  const { context, graph } = rebuilding;
  const { g } = context;
  const inputs = node.inputs.map((_, index) => inputAgain(node, index, rebuilding));
  const [x] = inputs;
  if (x === null || x === undefined) return plainNode(node, inputs, context);
  switch (node.domain === "" ? node.opType : "") {
    case "Identity":
      return [dropped(x, { node, context, rate: graph.dropouts.get(node.outputs[0].name) ?? 0 })];
    case "BatchNormalization":
      return context.training && !context.keepsStatistics && hasStatistics(node, graph.parameters)
        ? [trainedBatchNorm(node, x, rebuilding)]
        : plainNode(node, inputs, context);
    case "Reshape":
      return [g.op("Reshape", [x, g.ints(freeShape(node, graph))], { allowzero: 0 })];
    case "Squeeze":
    case "Unsqueeze":
      // the file may leave its axes out, or name the batch's by accident
      return [g.op("Reshape", [x, g.ints(freeShape(node, graph))], { allowzero: 0 })];
    case "Expand":
      return [g.op("Expand", [x, g.ints(freeShape(node, graph).map((length) => Math.abs(length)))])];
    case "Resize":
      return inputs[3] === undefined
        ? plainNode(node, inputs, context)
        : plainNode(node, [x, null, g.floats(scalesTo(x, node))], context);
    case "Concat":
      return plainNode(node, forEveryImage(node, inputs, rebuilding), context);
    default:
      return plainNode(node, inputs, context);
  }
}

/** A product with what its adapter adds, where it has one. */
function withAdapter(node: Node, made: Value[], { context, graph, names, values }: Rebuilding): Value[] {
  const [x] = node.inputs;
  const input = x === null || x === undefined ? undefined : values.get(x.name);
  const weight = names.get(node)?.get(1);
  const [y] = made;
  if (!["Conv", "Gemm", "MatMul"].includes(node.opType) || weight === undefined || input === undefined) return made;
  return node.opType === "Conv"
    ? [adaptedConv(context, { weight, x: input, y, attributes: rawAttributes(node.attributes) })]
    : [adaptedRows(context, { weight, x: input, y, shape: freeShape(node, graph) })];
}

function plainNode(node: Node, inputs: readonly (Value | null)[], { g }: LayerContext): Value[] {
  const options = { domain: node.domain, outputs: node.outputs.length };
  return g.node(node.opType, inputs, rawAttributes(node.attributes), options);
}

function inputAgain(node: Node, index: number, { context, graph, names, values }: Rebuilding): Value | null {
  const input = node.inputs[index];
  if (input === null) return null;
  const value = values.get(input.name);
  if (value !== undefined) return value;
  const weight = names.get(node)?.get(index);
  if (weight !== undefined) return context.parameter(weight);
  const tensor = graph.constants.get(input.name);
  if (tensor === undefined) throw new Error(`internal: no value ${input.name}`);
  const made = tensor.data.length <= SMALL ? context.g.constant(tensor) : context.g.initializer(input.name, tensor);
  values.set(input.name, made);
  return made;
}

function dropped(x: Value, { node, context, rate }: { node: Node; context: LayerContext; rate: number }): Value {
  const { g, training } = context;
  if (!training || rate === 0) return x;
  return g.mul(x, context.inside(node.outputs[0].name).mask(x.shape, 1 - rate));
}

/** With the batch's own statistics, as every layer of Graft has it. */
function trainedBatchNorm(node: Node, x: Value, { context, names }: Rebuilding): Value {
  const own = names.get(node);
  const parts = ["weight", "bias", "running_mean", "running_var"];
  const parameter = (part: string): string => {
    const name = own?.get(parts.indexOf(part) + 1);
    if (name === undefined) throw new Error(`internal: BatchNormalization node "${node.name}" has no ${part}`);
    return name;
  };
  const { epsilon, momentum } = node.attributes;
  const layer = batchNorm(node.name, {
    epsilon: epsilon?.type === "FLOAT" ? epsilon.value : 1e-5,
    // ONNX says the share of the old statistics
    momentum: 1 - (momentum?.type === "FLOAT" ? momentum.value : 0.9),
  });
  const named: LayerContext = {
    ...context,
    parameter: (part) => context.parameter(parameter(part)),
    update: (part, value) => context.update(parameter(part), value),
  };
  return layer.build(named, x);
}

/** The node's output shape, with the batch left open. */
function freeShape({ outputs: [output] }: Node, { axes }: ImportedGraph): number[] {
  const batch = axes.get(output.name);
  return output.shape.map((length, axis) => (axis === batch ? -1 : length));
}

/** Lengths would say how many images there are; these are float32, of which onnxruntime makes the same lengths. */
function scalesTo(x: Value, { outputs: [output] }: Node): number[] {
  return output.shape.map((to, axis) => {
    const from = x.shape[axis];
    if (axis === 0 || from === to) return 1;
    let scale = Math.fround(to / from);
    while (Math.floor(scale * from) < to) scale = Math.fround(scale * (1 + 2 ** -23));
    return scale;
  });
}

/** Constants that are joined to every image, once for each of the batch. */
function forEveryImage(
  node: Node,
  inputs: readonly (Value | null)[],
  { context: { g }, graph: { axes } }: Rebuilding,
): (Value | null)[] {
  const place = node.inputs.findIndex((input) => input !== null && axes.has(input.name));
  const images = inputs[place];
  const batch = axes.get(node.inputs[place]?.name ?? "");
  if (images === null || images === undefined || batch === undefined) return [...inputs];
  const others = [...images.shape.keys()].filter((axis) => axis !== batch);
  return inputs.map((input, index) => {
    if (input === null || axes.has(node.inputs[index]?.name ?? "")) return input;
    // no operator of the table repeats a value as often as there are images: a zero for each of them does
    return g.add(input, g.scale(g.reduceMean(images, others, 1), 0));
  });
}

function requireShape(name: string, given: Shape, expected: Shape): void {
  if (sameShape(given, expected)) return;
  throw new GraphError(`${name}: expected an input ${formatShape(expected)}, got ${formatShape(given)}.`);
}

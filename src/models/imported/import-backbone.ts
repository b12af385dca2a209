/** @file Reads an ONNX image classifier as a network: layers in a row, weights by name, its own head last. */

import { GraphError, type Tensor, int64 } from "../../core/index.ts";
import { gradientRules } from "../../engine/autodiff/index.ts";
import { type Layer, type Network, type Parameters, dense, dropout } from "../../engine/nn/index.ts";
import { type Node, decodeModelFile, inputInfo, readModelFile } from "../../engine/onnx/index.ts";
import { batchAxes } from "./batch-axis.ts";
import { type Segment, cutGraph } from "./cut-graph.ts";
import { type Beheaded, behead } from "./head.ts";
import { REVERSED, imageInput, layoutOf, openLengths, withPlanes } from "./image-input.ts";
import {
  type ImportOptions,
  type ImportedBackbone,
  type OpenedFile,
  bytesAsTheyAre,
  classesIn,
} from "./imported-backbone.ts";
import { type ImportedGraph, importedLayer } from "./imported-layer.ts";
import { layerNames } from "./layer-names.ts";
import { parametersOf } from "./node-parameters.ts";
import { opaqueBackbone } from "./opaque-backbone.ts";
import { besideModel } from "./open-file.ts";
import { requireAnyBatch, trainingProblem } from "./probe.ts";
import { type SimpleGraph, reachable, simplify } from "./simple-graph.ts";

/**
 * The network in the bytes of a model file.
 *
 * Layers of operators that Graft does not know are one layer, which runs them as they are and cannot be trained.
 *
 * @throws DataError if the bytes are no ONNX model.
 * @throws GraphError if it is no image classifier that onnxruntime runs, or the size of its images is open.
 */
export async function importBackbone(bytes: Uint8Array, options: ImportOptions): Promise<ImportedBackbone> {
  const opened = openFile(bytes, options);
  try {
    return layeredBackbone(opened);
  } catch (reason) {
    if (!(reason instanceof GraphError)) throw reason;
    return opaqueBackbone(opened, reason);
  }
}

/**
 * The same for files whose every operator Graft knows, layer by layer.
 *
 * @throws DataError if the bytes are no ONNX model.
 * @throws GraphError if it is no image classifier that Graft can follow.
 */
export function importLayers(bytes: Uint8Array, options: ImportOptions): ImportedBackbone {
  return layeredBackbone(openFile(bytes, options));
}

function openFile(bytes: Uint8Array, options: ImportOptions): OpenedFile {
  const { path, imageSize, channelOrder = "RGB" } = options;
  return naming(path, () => {
    const file = readModelFile(bytes, { path, external: besideModel(path) });
    const declared = imageInput(inputInfo(file), path);
    const layout = layoutOf(declared, path);
    const dims = openLengths(declared, { layout, path, imageSize });
    return { file, path, channelOrder, layout, dims, takesBytes: declared.dtype === "uint8" };
  });
}

/** What is wrong inside a graph is said of its nodes: the file is named before it. */
function naming<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GraphError) || error.message.startsWith(`${path}: `)) throw error;
    throw new GraphError(`${path}: ${error.message}`, { cause: error });
  }
}

function layeredBackbone(opened: OpenedFile): ImportedBackbone {
  return naming(opened.path, () => followedGraph(opened));
}

/** @throws GraphError if Graft cannot follow the file's graph. */
function followedGraph({ file, path, channelOrder, dims, layout, takesBytes }: OpenedFile): ImportedBackbone {
  const { graph, metadata, dropouts } = decodeModelFile(file, { path, batchSize: 1, simplify: true, dims });
  const [input] = graph.inputs;
  const [output] = graph.outputs;
  if (output === undefined) throw new GraphError(`${path}: expected an output, got none.`);
  const planes = withPlanes(graph, { input, layout, channelOrder });
  const constants = new Map<string, Tensor>([...graph.initializers, [REVERSED, int64([2, 1, 0])]]);
  const whole = simplify(reachable({ input: planes.input, output, nodes: planes.nodes, constants, dropouts }));
  const head = behead(whole, path);
  const features = reachable(head.features);
  const { layers, parameters } = bodyOf(features, head);
  const network: Network = { name: graph.name, inputShape: planes.input.shape.slice(1), layers };
  requireAnyBatch(network, path);
  return {
    name: graph.name,
    network,
    parameters,
    preprocessing: {
      layout,
      normalization: takesBytes ? bytesAsTheyAre(planes.input.shape[1]) : null,
      classNames: classesIn(metadata),
    },
    untrainable: untrainableSentence(features, network, path),
  };
}

/** Layers below the head and the head, with the values of their weights. */
function bodyOf(graph: SimpleGraph, head: Beheaded): { layers: Layer[]; parameters: Parameters } {
  const imported: ImportedGraph = { constants: graph.constants, axes: batchAxes(graph) };
  const segments = asLayers(cutGraph(graph, imported.axes), graph);
  const names = layerNames([
    ...segments.map(({ nodes }) => ({
      weights: nodes.flatMap((node) => parametersOf(node, graph.constants).map(({ value }) => value.name)),
      node: nodes[0].name,
      opType: nodes[0].opType,
    })),
    { weights: [head.weightName], node: head.node.name, opType: "head" },
  ]);
  const parameters: Record<string, Tensor<"float32">> = {};
  const layers = segments.map((segment, index): Layer => {
    const rate = dropoutRate(segment, graph);
    if (rate !== undefined) return dropout(names[index], rate);
    const made = importedLayer(names[index], segment, imported);
    Object.assign(parameters, made.parameters);
    return made.layer;
  });
  const headName = names[names.length - 1];
  parameters[`${headName}.weight`] = head.weight;
  parameters[`${headName}.bias`] = head.bias;
  return { layers: [...layers, dense(headName, { units: head.bias.data.length })], parameters };
}

const activations: ReadonlySet<string> = new Set(
  "Relu Clip LeakyRelu PRelu Sigmoid HardSigmoid HardSwish Tanh Elu Selu Softplus Erf Gelu Mish".split(" "),
);

/** A convolution with its normalization and its activation is one layer, and so is a block whose parts run side by side. */
function asLayers(segments: readonly Segment[], graph: SimpleGraph): Segment[] {
  const layers: Segment[] = [];
  for (const segment of segments) {
    const before = layers.at(-1);
    if (before !== undefined && belongsTo(segment, before, graph)) {
      layers[layers.length - 1] = {
        input: before.input,
        output: segment.output,
        nodes: [...before.nodes, ...segment.nodes],
      };
    } else layers.push(segment);
  }
  return layers;
}

function belongsTo(segment: Segment, before: Segment, graph: SimpleGraph): boolean {
  if (dropoutRate(before, graph) !== undefined || dropoutRate(segment, graph) !== undefined) return false;
  const last = before.nodes[before.nodes.length - 1];
  const isNormalization = segment.nodes.length === 1 && segment.nodes[0].opType === "BatchNormalization";
  if (isNormalization) return last.opType === "Conv" || last.opType === "Gemm" || last.opType === "MatMul";
  const hasWeights = before.nodes.some((node) => parametersOf(node, graph.constants).length > 0);
  const isActivation =
    segment.nodes.some(({ opType }) => activations.has(opType)) && segment.nodes.every((node) => keepsShape(node));
  const isPure = segment.nodes.every(
    (node) => node.opType === "PRelu" || parametersOf(node, graph.constants).length === 0,
  );
  return hasWeights && isActivation && isPure;
}

function keepsShape({ inputs: [x], outputs: [y] }: Node): boolean {
  return (
    x !== null &&
    x !== undefined &&
    y.shape.length === x.shape.length &&
    y.shape.every((length, axis) => length === x.shape[axis])
  );
}

/** Of a segment that is nothing but a Dropout, which decodes to an Identity. */
function dropoutRate({ nodes }: Segment, { dropouts }: SimpleGraph): number | undefined {
  return nodes.length === 1 ? dropouts.get(nodes[0].outputs[0].name) : undefined;
}

/** The first operator behind a weight that has no gradient, or the form of one that has none. */
function untrainableSentence(graph: SimpleGraph, network: Network, path: string): string | null {
  const trained = new Set<string>();
  for (const node of graph.nodes) {
    const { domain, opType, name, inputs, outputs } = node;
    const readsTrained = inputs.some((input) => input !== null && trained.has(input.name));
    if (!readsTrained && parametersOf(node, graph.constants).length === 0) continue;
    if (domain !== "" || gradientRules[opType] === undefined) {
      return `${path}: its operator ${opType} ("${name}") has no gradient, so its layers stay as they are.`;
    }
    for (const output of outputs) trained.add(output.name);
  }
  const problem = trainingProblem(network);
  return problem === null ? null : `${path}: its layers stay as they are, for they have no gradient: ${problem}`;
}

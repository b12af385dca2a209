/** @file The classifier's head: the last product with weights, whatever comes after it taken off. */

import { GraphError, type Tensor, float32, sizeOf } from "../../../core/index.ts";
import { type Layer, type Network, dense, globalAveragePool, shapeAfter } from "../../../engine/nn/index.ts";
import { type Node, type Value, rawAttributes } from "../../../engine/onnx/index.ts";
import { floatConstant } from "../layers/node-parameters.ts";
import { type SimpleGraph, makersOf, reachable } from "./simple-graph.ts";

/** What a file does to its scores at last; null where its output is the scores themselves. */
export type OutputActivation = "softmax" | "logSoftmax" | "sigmoid" | null;

/** A graph in two: what makes features of an image, and what makes scores of those. */
export interface Beheaded {
  readonly features: SimpleGraph;
  readonly head: FileHead | null;
  readonly activation: OutputActivation;
}

/** A head as a dense layer's values, or, for one that is no dense layer, as the nodes that it has. */
export type FileHead =
  | {
      readonly kind: "dense";
      readonly node: Node;
      /** Name of the weight in the file. */
      readonly weightName: string;
      /** [classes, features] */
      readonly weight: Tensor<"float32">;
      /** [classes] */
      readonly bias: Tensor<"float32">;
    }
  | { readonly kind: "nodes"; readonly nodes: readonly Node[]; readonly input: Value; readonly output: Value };

/** By operator. */
export const outputActivations: Readonly<Record<string, OutputActivation | undefined>> = {
  Softmax: "softmax",
  LogSoftmax: "logSoftmax",
  Sigmoid: "sigmoid",
};
const flattening: ReadonlySet<string> = new Set(["Reshape", "Flatten", "Squeeze"]);
/** What leaves numbers as they are, as the end of a detector does, whose boxes lie in rows. */
const forms: ReadonlySet<string> = new Set([...flattening, "Transpose", "Concat", "Unsqueeze", ""]);
/** What turns scores into probabilities, or only changes their form. */
export const afterHead: ReadonlySet<string> = new Set([...Object.keys(outputActivations), ...flattening, "Identity"]);
/** How networks call what is no part of their features. */
const headNames = /(^|[^a-z])(classifier|head|logits?|preds?|predictions?|fc|output)([^a-z]|$)/i;

/** How they call a product that is the last of their features, and its result. */
const projectionNames = /(^|[^a-z])(visual_|image_|vision_)?proj(ection)?([^a-z]|$)/i;
const embeddingNames = /(^|[^a-z])(embeds?|embeddings?|features?)([^a-z]|$)/i;

/**
 * Takes the head off; there is none where no product with weights makes the output.
 *
 * @throws GraphError if what there is then is no image's features either.
 */
export function behead(graph: SimpleGraph, where: string): Beheaded {
  let [output, activation] = [graph.output, null as OutputActivation];
  const makers = makersOf(graph.nodes);
  let node = makers.get(output.name);
  while (node !== undefined && node.domain === "") {
    const found = outputActivations[node.opType];
    const [before] = node.inputs;
    if ((found === undefined && !flattening.has(node.opType)) || before === null || before === undefined) break;
    activation ??= found ?? null;
    output = before;
    node = makers.get(output.name);
  }
  const product = node === undefined ? null : headOf(node, graph);
  if (product !== null && (activation !== null || !isProjection(product.node, graph))) {
    const { input, ...head } = product;
    return { features: reachable({ ...graph, output: input }), head, activation };
  }
  const scores = reachable({ ...graph, output: activation === null ? graph.output : output });
  const pooled = convolutionHead(scores, activation !== null);
  if (pooled === null) {
    if (activation !== null || !isFeatures(scores)) throw headless(where, node);
    return { features: scores, head: null, activation };
  }
  return { features: reachable({ ...graph, output: pooled.input }), head: pooled, activation };
}

/** A vector for each image, an image of vectors, or tokens: what is only brought into such a form is something else. */
function isFeatures({ output, nodes }: SimpleGraph): boolean {
  const { shape, name } = output;
  return shape.length === 3
    ? !forms.has(makersOf(nodes).get(name)?.opType ?? "")
    : shape.length === 2 || shape.length === 4;
}

/** A product that brings features into a space that images share with texts, as CLIP's does, is no head. */
function isProjection(node: Node, { output }: { output: Value }): boolean {
  const [, weight, bias] = node.inputs;
  const isNamed = [node.name, weight?.name ?? ""].some((name) => projectionNames.test(name));
  return bias === undefined && (isNamed || embeddingNames.test(output.name));
}

/** A Gemm, or a convolution of a single pixel, by constants. */
export function headOf(
  node: Node,
  { constants }: Pick<SimpleGraph, "constants">,
): (Extract<FileHead, { kind: "dense" }> & { input: Value }) | null {
  const [input, weightValue, biasValue] = node.inputs;
  if (node.domain !== "" || input === null || weightValue === null) return null;
  const weight = floatConstant(weightValue, constants);
  const matrix = weight === undefined ? null : matrixOf(node, { weight, input });
  if (matrix === null) return null;
  const given = floatConstant(biasValue, constants);
  if (given === undefined && biasValue !== undefined && biasValue !== null) return null;
  const [classes] = matrix.shape;
  const bias = given?.data ?? new Float32Array(classes);
  if (bias.length !== classes) return null;
  const { beta } = node.attributes;
  const values = { weightName: weightValue.name, weight: matrix, bias: times(float32(bias, [classes]), beta?.value) };
  return { kind: "dense", node, input, ...values };
}

/** [classes, features] */
function matrixOf(
  node: Node,
  { weight, input }: { weight: Tensor<"float32">; input: Value },
): Tensor<"float32"> | null {
  const { alpha, transA, transB } = node.attributes;
  if (node.opType === "Gemm" && transA?.value !== 1 && weight.shape.length === 2) {
    return times(transB?.value === 1 ? weight : transposed(weight), alpha?.value);
  }
  const { group = 1, pads = [] } = rawAttributes(node.attributes);
  const isPixel = sizeOf(input.shape.slice(2)) === 1 && sizeOf(weight.shape.slice(2)) === 1;
  const isUnpadded = Array.isArray(pads) && pads.every((pad) => pad === 0);
  if (node.opType !== "Conv" || !isPixel || !isUnpadded || group !== 1) return null;
  return float32(weight.data, weight.shape.slice(0, 2));
}

function times(tensor: Tensor<"float32">, factor: unknown): Tensor<"float32"> {
  if (typeof factor !== "number" || factor === 1) return tensor;
  return float32(
    tensor.data.map((value) => value * factor),
    tensor.shape,
  );
}

function transposed({ shape: [rows, columns], data }: Tensor<"float32">): Tensor<"float32"> {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = data[row * columns + column];
  }
  return float32(turned, [columns, rows]);
}

/**
 * A convolution whose channels are the classes, averaged over the image: `Conv 1x1 → Relu → GlobalAveragePool`.
 *
 * The end of features looks the same; it is a head if its name says so, or if the file makes probabilities of it.
 */
function convolutionHead(graph: SimpleGraph, makesProbabilities: boolean): Extract<FileHead, { kind: "nodes" }> | null {
  const position = graph.nodes.findLastIndex(({ opType }) => opType === "Conv");
  const conv = graph.nodes[position];
  if (conv === undefined) return null;
  const [input, weight] = conv.inputs;
  if (input === null || weight === null || sizeOf(weight.shape.slice(2)) !== 1) return null;
  const nodes = graph.nodes.slice(position);
  const follows = nodes.every((node, index) => index === 0 || node.inputs[0] === nodes[index - 1].outputs[0]);
  const isPooled = nodes.some(({ opType }) => opType === "GlobalAveragePool" || opType === "ReduceMean");
  const isClasses = sizeOf(graph.output.shape.slice(1)) === weight.shape[0];
  const isNamed = makesProbabilities || headNames.test(weight.name) || headNames.test(conv.name);
  if (!follows || !isPooled || !isClasses || !isNamed) return null;
  return { kind: "nodes", nodes, input, output: graph.output };
}

/** The error for a file that ends in neither scores nor features. */
export function headless(where: string, node: { opType: string; name: string } | undefined): GraphError {
  return new GraphError(
    `${where}: expected a classifier, whose last operator with weights is a product of features with a matrix, got ` +
      `${node === undefined ? "none" : `${node.opType} "${node.name}"`}. Export the network with its classifier.`,
  );
}

/** In the place of a head, where the file has none. */
export function noHead(name: string): Layer {
  return {
    name,
    description: "no head in the file",
    outputShape: (input) => input,
    parameters: () => [],
    build: (_context, x) => x,
  };
}

/** The same network with a new head for so many classes in the place of its own; images before it are averaged. */
export function withHead(network: Network, numClasses: number): Network {
  const own = network.layers[network.layers.length - 1];
  const below = network.layers.slice(0, -1);
  const isImage = shapeAfter(network, below.length).length > 1;
  const pool = isImage ? [globalAveragePool(below.some(({ name }) => name === "pool") ? "head_pool" : "pool")] : [];
  return { ...network, layers: [...below, ...pool, dense(own.name, { units: numClasses })] };
}

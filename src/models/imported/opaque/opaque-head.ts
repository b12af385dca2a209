/** @file Finds the classifier's head in a file whose other operators Graft does not look into. */

import { type Tensor, float32 } from "../../../core/index.ts";
import {
  type AttributeMessage,
  type ModelFile,
  type Node,
  type NodeMessage,
  type Value,
  dependents,
  domainName,
  encodeProbe,
  fileInfo,
  takeNodes,
  toFloat32,
} from "../../../engine/onnx/index.ts";
import { createModelSession } from "../../../engine/runtime/index.ts";
import { type OutputActivation, afterHead, headOf, headless, outputActivations } from "../graph/head.ts";

/** What is on top of the layers that run as they are. */
export interface OpaqueTop {
  /** Name of the value that a head is fed, and how many numbers of it belong to one image. */
  readonly feature: string;
  readonly length: number;
  /** Null in a file that ends in features. */
  readonly head: OpaqueHead | null;
}

/** The head of a file as a dense layer's values. */
export interface OpaqueHead {
  /** The head's node. */
  readonly node: NodeMessage;
  /** Name of the head's weight in the file. */
  readonly weightName: string;
  /** [classes, features] */
  readonly weight: Tensor<"float32">;
  /** [classes] */
  readonly bias: Tensor<"float32">;
  /** What the file makes of the scores at last. */
  readonly activation: OutputActivation;
}

/** Names of what a head reads; no bias where it has none. */
interface Found {
  readonly node: NodeMessage;
  readonly feature: string;
  readonly weightName: string;
  readonly biasName: string;
}

/** What may follow the head besides: other forms of the same numbers. */
const otherForms: ReadonlySet<string> = new Set(["Cast", "QuantizeLinear", "DequantizeLinear", "Dropout"]);

/** What makes answers of scores: no features. */
const answers: ReadonlySet<string> = new Set(["ArgMax", "ArgMin", "Hardmax", "TopK"]);

/**
 * The last product with weights before one of the file's outputs, or an output that is itself a vector of features.
 *
 * Weights may be computed, as those of quantized files are, as long as they do not depend on the image.
 *
 * @throws GraphError if there is neither.
 */
export async function opaqueTop(file: ModelFile, { input, path }: { input: string; path: string }): Promise<OpaqueTop> {
  const { graph } = file;
  const onImage = dependents(graph, input);
  const ends = graph.output.map(({ name }) => endOf(name, { graph, onImage }));
  const end = ends.find((one) => one.found !== null);
  const found = end?.found ?? null;
  const values = found === null ? null : await headValues(file, found);
  if (found === null || values === null) {
    const [first] = ends;
    const isAnswer = first === undefined || first.activation !== null || answers.has(first.last?.opType ?? "");
    const features = isAnswer ? null : flatOutput(file);
    if (features === null) throw headless(path, first?.last);
    return { ...features, head: null };
  }
  const { node, weightName, feature } = found;
  const head = { node, weightName, weight: values.weight, bias: values.bias, activation: end?.activation ?? null };
  return { feature, length: values.weight.shape[1], head };
}

/** The first output, if it is declared as [N, F]. */
function flatOutput(file: ModelFile): { feature: string; length: number } | null {
  const [output] = fileInfo(file).outputs;
  const [, length, ...more] = output?.shape ?? [];
  return typeof length === "number" && length > 0 && more.every((one) => one === 1)
    ? { feature: output.name, length }
    : null;
}

interface Search {
  readonly graph: ModelFile["graph"];
  readonly onImage: ReadonlySet<string>;
}

/** The head before an output, or the last node that is none. */
function endOf(
  output: string,
  search: Search,
): { found: Found | null; last: NodeMessage | undefined; activation: OutputActivation } {
  let last = makerOf(output, search);
  let activation: OutputActivation = null;
  while (last !== undefined && domainName(last.domain) === "") {
    if (!afterHead.has(last.opType) && !otherForms.has(last.opType)) break;
    activation ??= outputActivations[last.opType] ?? null;
    last = makerOf(last.input[0], search);
  }
  return { found: last === undefined ? null : foundAt(last, search), last, activation };
}

function makerOf(value: string, { graph }: Search): NodeMessage | undefined {
  return graph.node.find(({ output }) => output.includes(value));
}

function foundAt(node: NodeMessage, search: Search): Found | null {
  const [a = "", b = "", bias = ""] = node.input;
  const { onImage } = search;
  if (domainName(node.domain) !== "") return null;
  if (node.opType === "Add") {
    const [sum, added] = onImage.has(a) ? [a, b] : [b, a];
    const product = makerOf(sum, search);
    if (product?.opType !== "MatMul" || onImage.has(added)) return null;
    const found = foundAt(product, search);
    return found === null ? null : { ...found, biasName: added };
  }
  if (!["Gemm", "MatMul", "Conv"].includes(node.opType)) return null;
  if (!onImage.has(a) || onImage.has(b) || onImage.has(bias)) return null;
  return { node, feature: a, weightName: b, biasName: node.opType === "MatMul" ? "" : bias };
}

/** Has onnxruntime compute the weights, and says them as a dense layer's; null where they are none. */
async function headValues(
  file: ModelFile,
  { node, weightName, biasName }: Found,
): Promise<Pick<OpaqueHead, "weight" | "bias"> | null> {
  const names = biasName === "" ? [weightName] : [weightName, biasName];
  const [weight, bias] = await constantValues(file, names);
  const matrix = node.opType === "Conv" ? pixelMatrix(weight, node) : weight;
  const [rows, columns] = matrix?.shape ?? [];
  if (matrix?.shape.length !== 2) return null;
  const isTurned = node.opType === "Conv" || attribute(node, "transB") === 1;
  const constants = new Map<string, Tensor>([["weight", matrix]]);
  if (bias !== undefined) constants.set("bias", bias);
  const product: Node = {
    name: node.name,
    opType: "Gemm",
    domain: "",
    inputs: [
      valueOf("x", [1, isTurned ? columns : rows]),
      ...[...constants].map(([name, { shape }]) => valueOf(name, shape)),
    ],
    outputs: [valueOf("y", [1, isTurned ? rows : columns])],
    attributes: {
      alpha: { type: "FLOAT", value: attribute(node, "alpha") ?? 1 },
      beta: { type: "FLOAT", value: attribute(node, "beta") ?? 1 },
      transA: { type: "INT", value: attribute(node, "transA") ?? 0 },
      transB: { type: "INT", value: isTurned ? 1 : 0 },
    },
  };
  return headOf(product, { constants });
}

/** Values of a file that do not depend on what it is fed. */
async function constantValues(file: ModelFile, names: readonly string[]): Promise<Tensor<"float32">[]> {
  const outputs = names.map((_, index) => `graft#${index}`);
  const extra = names.map((name, index) => toFloat32(name, outputs[index]));
  const session = await createModelSession(
    encodeProbe(takeNodes(file, { input: "", outputs: names }), { outputs, extra }),
  );
  try {
    const results = await session.run({});
    return outputs.map((name) => float32(results[name].data as Float32Array, results[name].shape));
  } finally {
    await session.close();
  }
}

/** The matrix of a convolution that sees one pixel; undefined for any other. */
function pixelMatrix(weight: Tensor<"float32">, node: NodeMessage): Tensor<"float32"> | undefined {
  const [classes, features, ...kernel] = weight.shape;
  const pads = node.attribute.find(({ name }) => name === "pads")?.ints ?? [];
  const isPlain = kernel.every((length) => length === 1) && pads.every((length) => Number(length.toString()) === 0);
  return isPlain && (attribute(node, "group") ?? 1) === 1 ? float32(weight.data, [classes, features]) : undefined;
}

function valueOf(name: string, shape: readonly number[]): Value {
  return { name, dtype: "float32", shape };
}

/** An attribute that is a number. */
function attribute(node: NodeMessage, name: string): number | undefined {
  const found: AttributeMessage | undefined = node.attribute.find((one) => one.name === name);
  if (found === undefined) return undefined;
  return found.type === 1 ? found.f : Number(found.i.toString());
}

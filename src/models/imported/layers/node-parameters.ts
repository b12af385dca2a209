/** @file Which constants of a graph are weights, and what they are to their node. */

import { type Shape, type Tensor, float32, sizeOf } from "../../../core/index.ts";
import { type Initializer, type ParameterSpec, type ProductForm, initializers } from "../../../engine/nn/index.ts";
import type { Node, Value } from "../../../engine/onnx/index.ts";
import type { SimpleGraph } from "../graph/simple-graph.ts";

/** What an input of an operator is, where it is a constant. */
interface Place {
  /** In PyTorch's words. */
  readonly kind: string;
  readonly role: ParameterSpec["role"];
  readonly initialize: Initializer;
  readonly normalizes?: boolean;
  readonly embeds?: boolean;
  /** Where its node is a product with it. */
  readonly product?: ProductForm;
}

/** A constant that a node is trained by. */
export interface NodeParameter extends Place {
  /** Place among the node's inputs. */
  readonly input: number;
  readonly value: Value;
  readonly tensor: Tensor<"float32">;
}

/** Names of the constants that a file holds, by their elements: a constant in another shape is still that one. */
export type StoredNames = ReadonlyMap<Tensor["data"], string>;

/** The weights of every node that has some, in the order of its inputs. */
export type GraphParameters = ReadonlyMap<Node, readonly NodeParameter[]>;

const kernel: Place = { kind: "weight", role: "weight", initialize: initializers.heNormal };
const bias: Place = { kind: "bias", role: "bias", initialize: initializers.zeros };
const scale: Place = { kind: "weight", role: "weight", initialize: initializers.ones };
const normScale: Place = { ...scale, normalizes: true };
const normShift: Place = { ...bias, normalizes: true };
const mean: Place = { kind: "running_mean", role: "statistic", initialize: initializers.zeros };
const variance: Place = { kind: "running_var", role: "statistic", initialize: initializers.ones };
const slope: Place = { kind: "weight", role: "weight", initialize: quarters };
const rows: Place = { ...kernel, initialize: turnedHeNormal };
const pointwise: Place = { ...kernel, product: "[out, in]" };
const matrix: Place = { ...rows, product: "[in, out]" };

/** Of an instance normalization whose input are weights that a convolution reads: its shift is 0 and stays so. */
const standardized: readonly (Place | null)[] = [kernel, scale, null];

/** By operator and place of the input. */
const places: Readonly<Record<string, readonly (Place | null)[] | undefined>> = {
  Conv: [null, kernel, bias],
  // weights [in, out / group, kernel…]
  ConvTranspose: [null, { ...kernel, initialize: turnedHeNormal }, bias],
  BatchNormalization: [null, normScale, normShift, mean, variance],
  InstanceNormalization: [null, normScale, normShift],
  LayerNormalization: [null, normScale, normShift],
  PRelu: [null, slope],
};

/** What Swin adds to the scores of tokens that are no neighbours; others add less. */
const HIDDEN = -100;

/** Operators whose constants are learned where they come after the first weights: biases, scales, tokens. */
const learned: Readonly<Record<string, Place | undefined>> = {
  Add: bias,
  Mul: scale,
  Concat: { ...bias, embeds: true },
};

/**
 * The weights among a graph's constants.
 *
 * A sum or a product with more than one number is learned if the file stores that constant (`stored`, by name), it is
 * no mask, and it comes after the first convolution or matrix product: what comes before prepares the image.
 */
export function graphParameters(graph: SimpleGraph, stored: StoredNames): GraphParameters {
  const found = new Map<Node, readonly NodeParameter[]>();
  let isPrepared = false;
  for (const node of graph.nodes) {
    if (node.domain !== "") continue;
    const elementwise = isPrepared ? learned[node.opType] : undefined;
    const own = placesOf(node, graph.constants);
    const parameters = node.inputs.flatMap((value, input): NodeParameter[] => {
      const place = elementwise ?? own[input] ?? null;
      const tensor = floatConstant(value, graph.constants);
      if (place === null || value === null || tensor === undefined) return [];
      const name = stored.get(tensor.data);
      if (elementwise !== undefined && (name === undefined || sizeOf(tensor.shape) === 1 || hides(tensor))) return [];
      const embeds = place.embeds === true || (elementwise === bias && !isVector(tensor.shape));
      return [{ ...place, embeds, input, value: { ...value, name: name ?? value.name }, tensor }];
    });
    if (parameters.some(({ tensor }) => tensor.shape.length > 1)) isPrepared = true;
    if (parameters.length > 0 && parameters.length < node.inputs.length) found.set(node, parameters);
  }
  return found;
}

/** True for a mask of attention: what is added to scores is 0, or so low that nothing is left of them. */
function hides({ data }: Tensor<"float32">): boolean {
  return data.every((value) => value === 0 || value <= HIDDEN) && data.some((value) => value !== 0);
}

/** True for one number a channel. */
function isVector(shape: Shape): boolean {
  return shape.filter((length) => length > 1).length === 1;
}

/** The content of a value that is a constant of float32. */
export function floatConstant(
  value: Value | null | undefined,
  constants: ReadonlyMap<string, Tensor>,
): Tensor<"float32"> | undefined {
  const tensor = value === null || value === undefined ? undefined : constants.get(value.name);
  return tensor?.dtype === "float32" ? (tensor as Tensor<"float32">) : undefined;
}

const products: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "Gemm", "MatMul"]);

/**
 * What tells a node's weight from others: where two nodes read one, it is one weight, which training has to keep one.
 *
 * A constant that is one number all over, such as a scale of ones, was written once to save space: it is a weight of each
 * node, unless the nodes share their kernel too. Statistics are always a node's own.
 */
export function weightKey(node: Node, parameter: NodeParameter, parameters: GraphParameters): string {
  const { value, tensor, kind, role } = parameter;
  if (role !== "statistic" && !isUniform(tensor)) return JSON.stringify([value.name, kind]);
  const own = products.has(node.opType) ? parameters.get(node)?.find((one) => one.role === "weight") : undefined;
  return JSON.stringify([own?.value.name ?? node.outputs[0].name, value.name, kind]);
}

/** Keys of a node's weights. */
export function weightKeys(node: Node, parameters: GraphParameters): string[] {
  return (parameters.get(node) ?? []).map((parameter) => weightKey(node, parameter, parameters));
}

function isUniform({ data }: Tensor<"float32">): boolean {
  return data.every((value) => value === data[0]);
}

/** True for a batch normalization whose scale, shift and statistics are all weights: it has a training form. */
export function hasStatistics(node: Node, parameters: GraphParameters): boolean {
  return node.opType === "BatchNormalization" && parameters.get(node)?.length === 4;
}

function placesOf(node: Node, constants: ReadonlyMap<string, Tensor>): readonly (Place | null)[] {
  const { transA, transB, alpha, group } = node.attributes;
  const [x] = node.inputs;
  const shape = node.inputs[1]?.shape ?? [];
  if (node.opType === "Gemm") {
    const isPlain = transA?.value !== 1 && (alpha === undefined || alpha.value === 1);
    const [turned, straight] = isPlain ? [pointwise, matrix] : [kernel, rows];
    return [null, transB?.value === 1 ? turned : straight, bias];
  }
  if (node.opType === "MatMul") return [rows, shape.length === 2 ? matrix : rows];
  if (node.opType === "Conv" && shape.length === 4 && shape[2] * shape[3] === 1 && (group?.value ?? 1) === 1)
    return [null, pointwise, bias];
  if (node.opType === "InstanceNormalization" && floatConstant(x, constants) !== undefined) return standardized;
  return places[node.opType] ?? [];
}

/** The initial slope of PyTorch's PReLU. */
function quarters(shape: Shape): Tensor<"float32"> {
  return float32(new Float32Array(sizeOf(shape)).fill(0.25), shape);
}

/** For weights [in, out, …]: their fan-in is the second axis of the initializer's. */
function turnedHeNormal([inputs, outputs, ...window]: Shape, random: Parameters<Initializer>[1]): Tensor<"float32"> {
  const { data } = initializers.heNormal([outputs, inputs, ...window], random);
  return float32(data, [inputs, outputs, ...window]);
}

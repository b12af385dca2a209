/** @file Which constants of a graph are weights, and what they are to their node. */

import { type Tensor, float32 } from "../../core/index.ts";
import { type Initializer, type ParameterSpec, initializers } from "../../engine/nn/index.ts";
import type { Node, Value } from "../../engine/onnx/index.ts";

/** What an input of an operator is, where it is a constant. */
interface Place {
  /** In PyTorch's words. */
  readonly kind: string;
  readonly role: ParameterSpec["role"];
  readonly initialize: Initializer;
}

/** A constant that a node is trained by. */
export interface NodeParameter extends Place {
  /** Place among the node's inputs. */
  readonly index: number;
  readonly value: Value;
  readonly tensor: Tensor<"float32">;
}

const kernel: Place = { kind: "weight", role: "weight", initialize: initializers.heNormal };
const bias: Place = { kind: "bias", role: "bias", initialize: initializers.zeros };
const scale: Place = { kind: "weight", role: "weight", initialize: initializers.ones };
const mean: Place = { kind: "running_mean", role: "statistic", initialize: initializers.zeros };
const variance: Place = { kind: "running_var", role: "statistic", initialize: initializers.ones };
const slope: Place = { kind: "weight", role: "weight", initialize: quarters };
const rows: Place = { ...kernel, initialize: transposedHeNormal };

/** By operator and place of the input. */
const places: Readonly<Record<string, readonly (Place | null)[] | undefined>> = {
  Conv: [null, kernel, bias],
  ConvTranspose: [null, kernel, bias],
  BatchNormalization: [null, scale, bias, mean, variance],
  LayerNormalization: [null, scale, bias],
  PRelu: [null, slope],
};

/** The weights of a node among the graph's constants, in the order of its inputs. */
export function parametersOf(node: Node, constants: ReadonlyMap<string, Tensor>): NodeParameter[] {
  if (node.domain !== "") return [];
  return placesOf(node).flatMap((place, index) => {
    const value = node.inputs[index];
    const tensor = floatConstant(value, constants);
    if (place === null || value === null || tensor === undefined) return [];
    return [{ ...place, index, value, tensor }];
  });
}

/** The content of a value that is a constant of float32. */
export function floatConstant(
  value: Value | null | undefined,
  constants: ReadonlyMap<string, Tensor>,
): Tensor<"float32"> | undefined {
  const tensor = value === null || value === undefined ? undefined : constants.get(value.name);
  return tensor?.dtype === "float32" ? float32(tensor.data as Float32Array, tensor.shape) : undefined;
}

const products: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "Gemm", "MatMul"]);

/** The kernel of a product: where two nodes read one, it is one weight, which training has to keep one. */
export function kernelOf(node: Node, constants: ReadonlyMap<string, Tensor>): NodeParameter | undefined {
  return products.has(node.opType) ? parametersOf(node, constants).find(({ index }) => index === 1) : undefined;
}

/** True for a batch normalization whose scale, shift and statistics are all weights: it has a training form. */
export function hasStatistics(node: Node, constants: ReadonlyMap<string, Tensor>): boolean {
  return node.opType === "BatchNormalization" && parametersOf(node, constants).length === 4;
}

function placesOf(node: Node): readonly (Place | null)[] {
  const { transB } = node.attributes;
  if (node.opType === "Gemm") return [null, transB?.value === 1 ? kernel : rows, bias];
  if (node.opType === "MatMul") return [null, rows];
  return places[node.opType] ?? [];
}

/** The initial slope of PyTorch's PReLU. */
function quarters(shape: readonly number[]): Tensor<"float32"> {
  const size = shape.reduce((product, length) => product * length, 1);
  return float32(new Float32Array(size).fill(0.25), shape);
}

/** For weights [in, out]. */
function transposedHeNormal(shape: readonly number[], random: Parameters<Initializer>[1]): Tensor<"float32"> {
  const [inputs, outputs] = shape.slice(-2);
  const { data } = initializers.heNormal([outputs, inputs], random);
  return float32(data, [inputs, outputs]);
}

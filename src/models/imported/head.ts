/** @file The classifier's head: the last product with weights, whatever comes after it taken off. */

import { GraphError, type Tensor, float32 } from "../../core/index.ts";
import { type Network, dense } from "../../engine/nn/index.ts";
import type { Node, Value } from "../../engine/onnx/index.ts";
import { floatConstant } from "./node-parameters.ts";
import type { SimpleGraph } from "./simple-graph.ts";

/** A graph without its head, and the head as a dense layer's values. */
export interface Beheaded {
  readonly features: SimpleGraph;
  /** Name of the head's weight in the file. */
  readonly weightName: string;
  readonly node: Node;
  /** [classes, features] */
  readonly weight: Tensor<"float32">;
  /** [classes] */
  readonly bias: Tensor<"float32">;
}

/** What turns scores into probabilities, or only changes their form. */
export const afterHead: ReadonlySet<string> = new Set([
  "Softmax",
  "LogSoftmax",
  "Sigmoid",
  "Identity",
  "Reshape",
  "Flatten",
  "Squeeze",
]);

/** @throws GraphError if the output is not made of a product of features [1, F] with constant weights. */
export function behead(graph: SimpleGraph, where: string): Beheaded {
  let output = graph.output;
  let node = producer(graph, output);
  while (node !== undefined && node.domain === "" && afterHead.has(node.opType)) {
    const [before] = node.inputs;
    if (before === null || before === undefined) break;
    output = before;
    node = producer(graph, output);
  }
  const head = node === undefined ? null : headOf(node, graph);
  if (node === undefined || head === null) {
    throw headless(where, node);
  }
  const { input, ...values } = head;
  return { features: { ...graph, output: input }, node, ...values };
}

/** The error for a file that ends in something else than a product with weights. */
export function headless(where: string, node: { opType: string; name: string } | undefined): GraphError {
  return new GraphError(
    `${where}: expected a classifier, whose last operator with weights is a product of features with a matrix, got ` +
      `${node === undefined ? "none" : `${node.opType} "${node.name}"`}. Export the network with its classifier.`,
  );
}

function producer({ nodes }: SimpleGraph, value: Value): Node | undefined {
  return nodes.find(({ outputs }) => outputs.some(({ name }) => name === value.name));
}

/** The values of a Gemm of features [1, F] with constant weights; null for any other node. */
export function headOf(
  node: Node,
  { constants }: Pick<SimpleGraph, "constants">,
): (Pick<Beheaded, "weightName" | "weight" | "bias"> & { input: Value }) | null {
  const [input, weightValue, biasValue] = node.inputs;
  if (node.domain !== "" || node.opType !== "Gemm" || input === null || weightValue === null) return null;
  const weight = floatConstant(weightValue, constants);
  if (weight?.shape.length !== 2 || input.shape.length !== 2) return null;
  const { alpha, beta, transA, transB } = node.attributes;
  if (transA?.value === 1) return null;
  const times = (tensor: Tensor<"float32">, factor: unknown): Tensor<"float32"> =>
    typeof factor !== "number" || factor === 1
      ? tensor
      : float32(
          tensor.data.map((value) => value * factor),
          tensor.shape,
        );
  const matrix = times(transB?.value === 1 ? weight : transposed(weight), alpha?.value);
  const given = floatConstant(biasValue, constants);
  const classes = matrix.shape[0];
  const bias = given?.data ?? new Float32Array(classes);
  if (bias.length !== classes) return null;
  return { input, weightName: weightValue.name, weight: matrix, bias: times(float32(bias, [classes]), beta?.value) };
}

function transposed({ shape: [rows, columns], data }: Tensor<"float32">): Tensor<"float32"> {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = data[row * columns + column];
  }
  return float32(turned, [columns, rows]);
}

/** The same network with a head for so many classes in the place of its own. */
export function withHead(network: Network, numClasses: number): Network {
  const own = network.layers[network.layers.length - 1];
  return { ...network, layers: [...network.layers.slice(0, -1), dense(own.name, { units: numClasses })] };
}

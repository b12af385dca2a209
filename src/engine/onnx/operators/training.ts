/**
 * @file Gradient operators of Graft's own (domain `graft`), which no runtime has.
 *
 * Gradient rules speak in these; `engine/lowering` rewrites each into operators that onnxruntime has,
 * choosing among formulations by shape and device.
 */

import type { AttributeType } from "../graph.ts";
import type { NodeView, Operator } from "../operator.ts";
import { windowOperators } from "./windows.ts";

const convAttributes = windowOperators.Conv.attributes;
const poolAttributes = windowOperators.MaxPool.attributes;
const averagePoolAttributes = windowOperators.AveragePool.attributes;
const inputShape = { input_shape: "INTS" } as const satisfies Record<string, AttributeType>;

/** The domain of these operators. */
export const GRAFT_DOMAIN = "graft";

/** What each of them is given and gives back; none takes part in a graph that runs. */
export const trainingOperators = {
  /** (dy, weight) → dx of a Conv. `input_shape` is the shape of x. */
  ConvGradInput: { attributes: { ...convAttributes, ...inputShape }, infer: ofInputShape },
  /** (x, dy) → dweight of a Conv. `weight_shape` is the shape of the weights. */
  ConvGradWeight: {
    attributes: { ...convAttributes, weight_shape: "INTS" },
    infer: (node) => [{ dtype: "float32", shape: node.ints("weight_shape") ?? [] }],
  },
  /** (x, y, dy) → dx of a MaxPool; a tie goes to the window's first maximum in row-major order. */
  MaxPoolGrad: { attributes: poolAttributes, infer: (node) => [{ dtype: "float32", shape: node.input(0).shape }] },
  /** (dy) → dx of an AveragePool. */
  AveragePoolGrad: { attributes: { ...averagePoolAttributes, ...inputShape }, infer: ofInputShape },
  /** (y, dy) → dy where y > 0, else 0. */
  ReluGrad: { attributes: {}, infer: (node) => [{ dtype: "float32", shape: node.input(1).shape }] },
} satisfies Record<string, Operator>;

function ofInputShape(node: NodeView): { dtype: "float32"; shape: readonly number[] }[] {
  return [{ dtype: "float32", shape: node.ints("input_shape") ?? [] }];
}

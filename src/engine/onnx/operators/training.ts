/**
 * @file Training's own operators (domain `graft`), which no runtime has.
 *
 * Gradient rules and layers in training form speak in these; `engine/lowering` rewrites each into operators that onnxruntime has,
 * choosing among formulations by shape and device.
 */

import { sameShape } from "../../../core/index.ts";
import type { AttributeType } from "../graph.ts";
import type { NodeView, Operator, OutputType } from "../operator.ts";
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
  /** (dy) → dx of a Slice that starts at `starts` and takes every `steps`-th element, both for every axis of x. */
  SliceGrad: { attributes: { ...inputShape, starts: "INTS", steps: "INTS" }, infer: ofInputShape },
  /** (y, dy) → dy where y > 0, else 0. */
  ReluGrad: { attributes: {}, infer: (node) => [{ dtype: "float32", shape: node.input(1).shape }] },
  /**
   * (x, weight, bias, center) → y = (x - mean) / sqrt(variance + epsilon) * weight + bias, mean, variance (biased) of
   * the batch, channel by channel. `center` is optional: numbers near the means, which keep digits and change nothing
   * else.
   */
  BatchNormTraining: { attributes: { epsilon: "FLOAT" }, infer: inferBatchNormTraining },
  /** (dy, x, weight, mean, variance) → dx, dweight, dbias of a BatchNormTraining. */
  BatchNormGrad: {
    attributes: { epsilon: "FLOAT" },
    infer: (node) => {
      const channels = channelsOf(node, { x: 1, perChannel: [2, 3, 4] });
      return [{ dtype: "float32", shape: node.input(1).shape }, channels, channels];
    },
  },
} satisfies Record<string, Operator>;

function inferBatchNormTraining(node: NodeView): OutputType[] {
  const perChannel = node.optionalInput(3) === null ? [1, 2] : [1, 2, 3];
  const channels = channelsOf(node, { x: 0, perChannel });
  return [{ dtype: "float32", shape: node.input(0).shape }, channels, channels];
}

/** The type of one number a channel of the input `x`, which those of `perChannel` must have. */
function channelsOf(node: NodeView, { x, perChannel }: { x: number; perChannel: readonly number[] }): OutputType {
  const { shape } = node.input(x);
  if (shape.length < 2) throw node.error("expected an input [N, C, …]");
  const channels = [shape[1]];
  if (!perChannel.every((index) => sameShape(node.input(index).shape, channels))) {
    throw node.error(`expected one number for each of ${shape[1]} channels`);
  }
  return { dtype: "float32", shape: channels };
}

function ofInputShape(node: NodeView): { dtype: "float32"; shape: readonly number[] }[] {
  return [{ dtype: "float32", shape: node.ints("input_shape") ?? [] }];
}

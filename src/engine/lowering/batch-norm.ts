/** @file Batch normalization in training form, and its gradient, on plain values [N, C, …]. */

import { type Shape, sizeOf } from "../../core/index.ts";
import type { NodeView, Operations, Value } from "../onnx/index.ts";

/** y, mean and variance; the mean is taken off before anything is squared, so `center` has nothing to add. */
export function batchNormTraining(g: Operations, node: NodeView): readonly Value[] {
  const [x, weight, bias] = [node.input(0), node.input(1), node.input(2)];
  const { axes, count, perChannel, channels } = axesOf(x.shape);
  const mean = g.scale(g.reduceSum(x, axes), 1 / count);
  const centred = g.sub(x, g.reshape(mean, perChannel));
  const variance = g.scale(g.reduceSum(g.square(centred), axes), 1 / count);
  const noMean = g.constant({ dtype: "float32", shape: channels, data: new Float32Array(x.shape[1]) });
  const epsilon = node.float("epsilon", 1e-5);
  const y = g.op("BatchNormalization", [centred, weight, bias, noMean, variance], { epsilon });
  return [y, mean, variance];
}

/** With z = (x - mean) / deviation: dx = weight / deviation * (dy - mean(dy) - z * mean(dy * z)). */
export function batchNormGrad(g: Operations, node: NodeView): readonly Value[] {
  const [dy, x, weight, mean, variance] = [0, 1, 2, 3, 4].map((index) => node.input(index));
  const { axes, count, perChannel } = axesOf(x.shape);
  const inverseDeviation = g.reciprocal(g.sqrt(g.add(variance, g.scalar(node.float("epsilon", 1e-5)))));
  const centred = g.sub(x, g.reshape(mean, perChannel));
  const dbias = g.reduceSum(dy, axes);
  const dweight = g.mul(g.reduceSum(g.mul(dy, centred), axes), inverseDeviation);
  const slope = g.scale(g.mul(dweight, inverseDeviation), -1 / count);
  const alongX = g.add(dy, g.mul(centred, g.reshape(slope, perChannel)));
  const dz = g.sub(alongX, g.reshape(g.scale(dbias, 1 / count), perChannel));
  return [g.mul(dz, g.reshape(g.mul(weight, inverseDeviation), perChannel)), dweight, dbias];
}

/** All axes but the channels', how many elements a channel has, and the shapes of one number a channel. */
function axesOf(shape: Shape): { axes: number[]; count: number; perChannel: Shape; channels: Shape } {
  return {
    axes: [...shape.keys()].filter((axis) => axis !== 1),
    count: sizeOf(shape) / shape[1],
    perChannel: [1, shape[1], ...shape.slice(2).map(() => 1)],
    channels: [shape[1]],
  };
}

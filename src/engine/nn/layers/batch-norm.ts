/** @file Batch normalization. */

import { sizeOf } from "../../../core/index.ts";
import { GRAFT_DOMAIN, type Value } from "../../onnx/index.ts";
import { initializers } from "../initializers.ts";
import type { Layer, LayerContext } from "../layer.ts";

export interface BatchNormOptions {
  epsilon?: number;
  /** Share of the new batch in the running statistics, as in PyTorch. */
  momentum?: number;
}

/**
 * x: [N, C, …] → (x - mean) / sqrt(variance + epsilon) * weight + bias, per channel.
 *
 * In training, mean and variance (biased) are those of the batch, and the running statistics move towards them
 * (variance unbiased); otherwise, and where statistics are kept, the running statistics are used. A frozen layer never
 * trains, so its statistics stay.
 *
 * Source: Ioffe and Szegedy 2015, arXiv:1502.03167; update rule as in PyTorch.
 */
export function batchNorm(name: string, { epsilon = 1e-5, momentum = 0.1 }: BatchNormOptions = {}): Layer {
  return {
    name,
    description: "batch norm",
    outputShape: (input) => input,
    parameters: ([channels]) => [
      { name: "weight", shape: [channels], initialize: initializers.ones, role: "weight", normalizes: true },
      { name: "bias", shape: [channels], initialize: initializers.zeros, role: "bias", normalizes: true },
      { name: "running_mean", shape: [channels], initialize: initializers.zeros, role: "statistic" },
      { name: "running_var", shape: [channels], initialize: initializers.ones, role: "statistic" },
    ],
    build: (context, x) => {
      const { g, parameter } = context;
      if (context.training && !context.keepsStatistics) return trainingForm(context, x, { epsilon, momentum });
      const inputs = [x, parameter("weight"), parameter("bias"), parameter("running_mean"), parameter("running_var")];
      return g.op("BatchNormalization", inputs, { epsilon });
    },
  };
}

function trainingForm(
  { g, parameter, update }: LayerContext,
  x: Value,
  { epsilon, momentum }: Required<BatchNormOptions>,
): Value {
  const inputs = [x, parameter("weight"), parameter("bias"), parameter("running_mean")];
  const options = { domain: GRAFT_DOMAIN, outputs: 3 };
  const [y, mean, variance] = g.node("BatchNormTraining", inputs, { epsilon }, options);
  const count = sizeOf(x.shape) / x.shape[1];
  const towards = (name: string, { value, factor }: { value: Value; factor: number }): void =>
    update(name, g.add(g.scale(parameter(name), 1 - momentum), g.scale(value, momentum * factor)));
  towards("running_mean", { value: mean, factor: 1 });
  towards("running_var", { value: variance, factor: count / Math.max(1, count - 1) });
  return y;
}

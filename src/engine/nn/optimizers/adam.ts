/** @file Adam and AdamW. */

import { ConfigError } from "../../../core/index.ts";
import type { Optimizer } from "./optimizer.ts";

export interface AdamOptions {
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  weightDecay?: number;
}

/**
 * Adam; weightDecay is L2, added to the gradient.
 *
 * m' = beta1 m + (1 - beta1) grad;  v' = beta2 v + (1 - beta2) grad^2
 * parameter' = parameter - learningRate / (1 - beta1^t) * m' / (sqrt(v' / (1 - beta2^t)) + epsilon)
 *
 * @throws ConfigError if a beta is outside [0, 1) or epsilon is not above 0.
 * Source: Kingma and Ba 2015, arXiv:1412.6980, in PyTorch's order of operations.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamRule(options, { decoupled: false });
}

/**
 * Adam with decoupled weight decay: the parameter shrinks by learningRate * weightDecay before each update.
 *
 * @throws ConfigError if a beta is outside [0, 1) or epsilon is not above 0.
 * Source: Loshchilov and Hutter 2019, arXiv:1711.05101.
 */
export function adamW({ weightDecay = 0.01, ...options }: AdamOptions = {}): Optimizer {
  return adamRule({ ...options, weightDecay }, { decoupled: true });
}

function adamRule(
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions,
  { decoupled }: { decoupled: boolean },
): Optimizer {
  for (const [option, beta] of Object.entries({ beta1, beta2 })) {
    if (!(beta >= 0 && beta < 1)) throw new ConfigError(`${option}: expected a number in [0, 1), got ${beta}.`);
  }
  if (!(epsilon > 0)) throw new ConfigError(`epsilon: expected a number above 0, got ${epsilon}.`);
  return {
    slotNames: ["mean", "square"],
    scalarNames: ["step_size", "inverse_correction", ...(decoupled && weightDecay > 0 ? ["shrink"] : [])],
    scalars: (step, learningRate) => ({
      step_size: learningRate / (1 - beta1 ** (step + 1)),
      inverse_correction: 1 / Math.sqrt(1 - beta2 ** (step + 1)),
      shrink: decoupled ? 1 - learningRate * weightDecay : 1,
    }),
    update: ({ g, parameter, grad, slots, scalars }) => {
      const direction = !decoupled && weightDecay > 0 ? g.add(grad, g.scale(parameter, weightDecay)) : grad;
      const mean = g.add(g.scale(slots.mean, beta1), g.scale(direction, 1 - beta1));
      const square = g.add(g.scale(slots.square, beta2), g.scale(g.square(direction), 1 - beta2));
      const deviation = g.add(g.mul(g.sqrt(square), scalars.inverse_correction), g.scalar(epsilon));
      const start = decoupled && weightDecay > 0 ? g.mul(parameter, scalars.shrink) : parameter;
      return { parameter: g.sub(start, g.mul(scalars.step_size, g.div(mean, deviation))), slots: { mean, square } };
    },
  };
}

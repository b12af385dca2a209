/** @file Stochastic gradient descent. */

import { ConfigError } from "../../../core/index.ts";
import type { Optimizer } from "./optimizer.ts";

export interface SgdOptions {
  momentum?: number;
  nesterov?: boolean;
  /** L2: added to the gradient as weightDecay * parameter. */
  weightDecay?: number;
}

/**
 * v' = momentum v + grad;  parameter' = parameter - learningRate v'
 * (Nesterov: parameter - learningRate (grad + momentum v')).
 *
 * @throws ConfigError if momentum is outside [0, 1) or Nesterov is asked for without it.
 * Source: Sutskever et al. 2013, in PyTorch's form: the learning rate is outside the velocity.
 */
export function sgd({ momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions = {}): Optimizer {
  if (!(momentum >= 0 && momentum < 1))
    throw new ConfigError(`momentum: expected a number in [0, 1), got ${momentum}.`);
  if (nesterov && momentum === 0)
    throw new ConfigError("nesterov: expected a momentum above 0, got 0. Set momentum, for example 0.9.");
  return {
    slotNames: momentum > 0 ? ["velocity"] : [],
    scalarNames: ["learning_rate"],
    scalars: (_step, learningRate) => ({ learning_rate: learningRate }),
    update: ({ g, parameter, grad, slots, scalars }) => {
      const decayed = weightDecay > 0 ? g.add(grad, g.scale(parameter, weightDecay)) : grad;
      if (momentum === 0) return { parameter: g.sub(parameter, g.mul(decayed, scalars.learning_rate)), slots: {} };
      const velocity = g.add(g.scale(slots.velocity, momentum), decayed);
      const direction = nesterov ? g.add(decayed, g.scale(velocity, momentum)) : velocity;
      return { parameter: g.sub(parameter, g.mul(direction, scalars.learning_rate)), slots: { velocity } };
    },
  };
}

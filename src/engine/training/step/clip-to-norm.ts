/** @file Gradient clipping by global norm. */

import { ConfigError } from "../../../core/index.ts";
import type { Operations, Value } from "../../onnx/index.ts";

/** Keeps the quotient finite where all gradients are 0. */
const EPSILON = 1e-6;

/**
 * All gradients times min(1, limit / (‖all gradients together‖ + 1e-6)).
 *
 * @throws ConfigError if the limit is not above 0.
 * Source: Pascanu et al. 2013, arXiv:1211.5063, in the form of PyTorch's `clip_grad_norm_`.
 */
export function clipToNorm(g: Operations, grads: readonly Value[], limit: number): Value[] {
  if (!(limit > 0 && Number.isFinite(limit))) {
    throw new ConfigError(`clip norm: expected a number above 0, got ${limit}. Leave it out to clip nothing.`);
  }
  const squares = grads.map((grad) => g.op("ReduceSumSquare", [grad], { keepdims: 0 }));
  // the innermost addition is computed first, so it is that of the last layers, whose gradients are there first: the other
  // way round all layers' gradients wait for the first one's, and what they are made from is held
  const norm = g.sqrt(squares.toReversed().reduce(g.add));
  const factor = g.min(g.scalar(1), g.div(g.scalar(limit), g.add(norm, g.scalar(EPSILON))));
  return grads.map((grad) => g.mul(grad, factor));
}

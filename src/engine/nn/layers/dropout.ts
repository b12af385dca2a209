/** @file Dropout. */

import { ConfigError } from "../../../core/index.ts";
import type { Layer } from "../layer.ts";

/**
 * In training drops each element with probability `rate` and scales the rest by 1 / (1 - rate); else does nothing.
 *
 * @throws ConfigError if rate is outside [0, 1).
 * Source: Srivastava et al. 2014, JMLR 15.
 */
export function dropout(name: string, rate: number): Layer {
  if (!(rate >= 0 && rate < 1)) throw new ConfigError(`${name}: expected a dropout rate in [0, 1), got ${rate}.`);
  return {
    name,
    description: `dropout ${rate}`,
    randomInTraining: true,
    outputShape: (input) => input,
    parameters: () => [],
    build: ({ g, training, mask }, x) => (training && rate > 0 ? g.mul(x, mask(x.shape, 1 - rate)) : x),
  };
}

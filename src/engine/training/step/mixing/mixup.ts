/** @file Mixup: every sample is blended with another one of its batch. */

import { stream, symmetricBeta } from "../../../../core/index.ts";
import { type Mixing, checkAlpha } from "./mixing.ts";

/**
 * One share for each step, of the beta distribution with both shapes `alpha`, and then a random order of partners.
 *
 * @throws ConfigError if alpha is not above 0.
 * Source: Zhang et al. 2018, arXiv:1710.09412, and its authors' code.
 */
export function mixup(alpha: number, { seed }: { seed: number }): Mixing {
  checkAlpha("mixup", alpha);
  return {
    cuts: false,
    draw: ({ batchSize, step }) => {
      const random = stream(seed, "mixup", step);
      return { share: symmetricBeta(random, alpha), partners: random.permutation(batchSize) };
    },
  };
}

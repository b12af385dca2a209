/** @file Mixup in some steps, CutMix in the others. */

import { stream } from "../../../../core/index.ts";
import { cutmix } from "./cutmix.ts";
import type { Mixing } from "./mixing.ts";
import { mixup } from "./mixup.ts";

/**
 * The mixing that two alphas ask for: one of both drawn for each step with equal chance, as in timm; the only one where
 * the other's alpha is 0; undefined where both are.
 *
 * @throws ConfigError if an alpha is below 0.
 */
export function mixupOrCutmix(
  alphas: { mixup: number; cutmix: number },
  { seed }: { seed: number },
): Mixing | undefined {
  const blending = alphas.mixup === 0 ? undefined : mixup(alphas.mixup, { seed });
  const cutting = alphas.cutmix === 0 ? undefined : cutmix(alphas.cutmix, { seed });
  if (blending === undefined || cutting === undefined) return blending ?? cutting;
  return {
    cuts: true,
    draw: (batch) => {
      const isCut = stream(seed, "mixup or cutmix", batch.step).uniform() < 0.5;
      return (isCut ? cutting : blending).draw(batch);
    },
  };
}

/** @file The part of the study file that says how learning rates are tuned. */

import { z } from "zod";

/** An empty one tunes as Graft thinks best. */
export const tuningSchema = z.strictObject({
  factors: z
    .array(z.number().gt(0))
    .min(2)
    .default([0.25, 0.5, 1, 2, 4])
    .describe("times the recipe's own learning rate, which is always tried; one more where the best lies at an end"),
  learningRates: z
    .array(z.number().gt(0))
    .min(1)
    .nullable()
    .default(null)
    .describe("tried beside the recipe's own rate, instead of its multiples"),
  validation: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe(
      "share of the target training images that a trial holds back, in turns: 0.2 makes five folds; where the study or its data set has validation images, those choose instead",
    ),
  epochs: z
    .int()
    .min(1)
    .max(100_000)
    .nullable()
    .default(null)
    .describe("of a trial; as many as a run has when left out"),
  compute: z
    .number()
    .gt(0)
    .max(1000)
    .default(3)
    .describe(
      "training steps of a strategy's trials at most, as a multiple of those of its runs; but enough for two folds",
    ),
});

/** The same with every field filled in. */
export type TuningConfig = z.output<typeof tuningSchema>;

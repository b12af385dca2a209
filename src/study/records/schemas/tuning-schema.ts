/** @file The form of what trials said of a strategy's learning rates. */

import { z } from "zod";
import type { TuningRecord, TuningTrial } from "../records.ts";
import { type FieldsOf, budget, count, measured, number, text } from "./fields.ts";

const trialSchema = z.looseObject({
  learningRate: number,
  validationLoss: measured,
  validationAccuracy: measured,
  factor: number.optional(),
  differenceToRecipe: measured.optional(),
  standardError: measured.optional(),
  folds: count.optional(),
  rounds: count.optional(),
  diverged: z.boolean().optional(),
} satisfies FieldsOf<TuningTrial>);

export const tuningSchema = z.looseObject({
  strategy: text,
  imagesPerClass: budget,
  seed: z.int(),
  seeds: z.array(z.int()).optional(),
  trainImages: count.optional(),
  trials: z.array(trialSchema),
  recipeRate: number.optional(),
  factor: number.optional(),
  chosen: number,
  moved: z.boolean().optional(),
  trainings: number.optional(),
  flops: number.optional(),
  durationMs: number,
  reason: z.looseObject({ code: z.enum(["few-images", "origin-failed"]), needed: count.optional() }).optional(),
} satisfies FieldsOf<TuningRecord>);

/** The file of one strategy's trials; earlier versions wrote the list alone. */
export const tuningFileSchema = z.preprocess(
  (value) => (Array.isArray(value) ? { records: value } : value),
  z.looseObject({ records: z.array(tuningSchema) }),
);

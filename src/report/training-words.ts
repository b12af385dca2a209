/** @file What was active while training values were measured, as far as the recipe tells. */

import { list } from "../core/index.ts";
import type { StudySummary } from "../study/index.ts";

/** What a recipe may add to dropout, and how its words say so. */
const additions: { name: string; inRecipe: RegExp; changes: "both" | "loss" }[] = [
  {
    name: "augmentation",
    inRecipe:
      /\bflips\b|\bcrops (?:by|of) |\brotation by |\bcolour jitter |\bcutout of |\bturns by |\bshifts by |\bscales of |\bTrivialAugment\b/,
    changes: "both",
  },
  { name: "mixup", inRecipe: /\bmixup \d/, changes: "both" },
  { name: "CutMix", inRecipe: /\bCutMix \d/, changes: "both" },
  { name: "focal loss", inRecipe: /\bfocal loss \d/, changes: "loss" },
  { name: "label smoothing", inRecipe: /\blabel smoothing \d/, changes: "loss" },
  { name: "class weights", inRecipe: /\bclass weights |\bbalanced classes\b/, changes: "loss" },
];

/**
 * `dropout`, or with what the recipe has besides: `dropout, augmentation, mixup and class weights`.
 *
 * Label smoothing and class weights change the loss alone; where a recipe of one strategy has them, they are named.
 */
export function activeInTraining({ recipe }: StudySummary, quantity: "accuracy" | "loss"): string {
  const more = additions.filter(({ changes }) => changes === "both" || quantity === "loss");
  const names = more.filter(({ inRecipe }) => inRecipe.test(recipe)).map(({ name }) => name);
  return list(["dropout", ...names]);
}

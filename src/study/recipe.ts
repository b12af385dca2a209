/** @file From a training configuration to an optimizer and a schedule, and to words. */

import { changesImages } from "../data/index.ts";
import {
  type Optimizer,
  type Schedule,
  adam,
  adamW,
  constant,
  cosine,
  oneCycle,
  sgd,
  stepDecay,
  warmUp,
} from "../engine/nn/index.ts";
import type { TrainingConfig } from "./schema.ts";

export function optimizerOf({ optimizer }: TrainingConfig): Optimizer {
  switch (optimizer.name) {
    case "sgd":
      return sgd(optimizer);
    case "adam":
      return adam(optimizer);
    case "adamw":
      return adamW(optimizer);
  }
}

export function scheduleOf({ learningRate, schedule, warmUp: fraction }: TrainingConfig): Schedule {
  const base = baseSchedule(learningRate, schedule);
  return fraction > 0 ? warmUp(base, { fraction }) : base;
}

function baseSchedule(learningRate: number, schedule: TrainingConfig["schedule"]): Schedule {
  switch (schedule.name) {
    case "constant":
      return constant(learningRate);
    case "step":
      return stepDecay(learningRate, schedule);
    case "cosine":
      return cosine(learningRate);
    case "one-cycle":
      return oneCycle(learningRate, schedule);
  }
}

/** As a person would write it: `SGD, momentum 0.9, learning rate 0.05, one-cycle, batch 64, 20 epochs`. */
export function describeRecipe(training: TrainingConfig): string {
  const { schedule, learningRate, batchSize, epochs, labelSmoothing, warmUp: fraction, earlyStopping } = training;
  return [
    optimizerOf(training).description,
    `learning rate ${learningRate}`,
    schedule.name === "constant" ? "" : schedule.name,
    fraction > 0 ? `warm-up over ${fraction} of the run` : "",
    `batch ${batchSize}`,
    `${epochs} ${epochs === 1 ? "epoch" : "epochs"}`,
    labelSmoothing > 0 ? `label smoothing ${labelSmoothing}` : "",
    describeClassWeights(training),
    ...describeAugmentation(training),
    earlyStopping === null ? "" : `early stopping after ${earlyStopping.patience} epochs`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function describeClassWeights({ classWeights }: TrainingConfig): string {
  if (typeof classWeights === "string") return classWeights === "none" ? "" : "balanced classes";
  const weights = Object.entries(classWeights).map(([name, weight]) => `${name} ${weight}`);
  return weights.length === 0 ? "" : `class weights ${weights.join(", ")}`;
}

/** In the order in which it is done. */
function describeAugmentation({ augmentation }: TrainingConfig): string[] {
  const { flip, flipVertical, crop, resizedCrop, rotation, colorJitter, cutout, mixup, views } = augmentation;
  return [
    flip ? "flips" : "",
    flipVertical ? "vertical flips" : "",
    crop > 0 ? `crops by ${crop} pixels` : "",
    resizedCrop === null ? "" : `resized crops of ${resizedCrop.scale.join("–")} of the area`,
    rotation > 0 ? `rotation by up to ${rotation}°` : "",
    colorJitter === null ? "" : describeJitter(colorJitter),
    cutout > 0 ? `cutout of ${cutout} pixels` : "",
    mixup > 0 ? `mixup ${mixup}` : "",
    views > 0 && changesImages(augmentation) ? `${views} augmented ${views === 1 ? "view" : "views"}` : "",
  ];
}

function describeJitter(strengths: NonNullable<TrainingConfig["augmentation"]["colorJitter"]>): string {
  const parts = Object.entries(strengths).filter(([, strength]) => strength > 0);
  return parts.length === 0
    ? ""
    : `colour jitter (${parts.map(([name, strength]) => `${name} ${strength}`).join(", ")})`;
}

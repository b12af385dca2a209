/** @file From a training configuration to an optimizer and a schedule, and to words. */

import { changesImages } from "../../data/index.ts";
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
} from "../../engine/nn/index.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { TrainingConfig } from "../file/training-schema.ts";

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

/** How a strategy without steps trains. */
export const SOLVED = "solved for, without steps";

/** How a run trains, in words; of one whose head is solved for, that. */
export function describeTraining({ choice, training }: Pick<PlannedRun, "choice" | "training">): string {
  const { solves, startsFrom } = choice?.strategy ?? {};
  if (solves === undefined) {
    const isOnTransferred = startsFrom !== undefined && startsFrom !== "random";
    return describeRecipe(isOnTransferred ? training : { ...training, headStart: "random" });
  }
  const weights = solves === "logistic" ? describeClassWeights(training) : "";
  return `${SOLVED}${weights === "" ? "" : `, ${weights}`}`;
}

/** As a person would write it: `SGD, momentum 0.9, learning rate 0.05, one-cycle, batch 64, 20 epochs`. */
export function describeRecipe(training: TrainingConfig): string {
  const { schedule, learningRate, batchSize, epochs, warmUp: fraction, earlyStopping } = training;
  return [
    optimizerOf(training).description,
    `learning rate ${learningRate}`,
    schedule.name === "constant" ? "" : schedule.name,
    fraction > 0 ? `warm-up over ${fraction} of the run` : "",
    `batch ${batchSize}`,
    `${epochs} ${epochs === 1 ? "epoch" : "epochs"}${steps(training)}`,
    ...describeHead(training),
    ...describeLoss(training),
    describeClassWeights(training),
    training.oversample ? "small classes over-sampled" : "",
    training.averaging === null ? "" : `weights averaged with decay ${training.averaging}`,
    ...describeAugmentation(training),
    earlyStopping === null ? "" : `early stopping after ${earlyStopping.patience} epochs`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function steps({ minStepsPerEpoch }: TrainingConfig): string {
  return minStepsPerEpoch > 1 ? ` of at least ${minStepsPerEpoch} steps` : "";
}

function describeHead({
  headStart,
  standardizeFeatures,
  layerDecay,
  transferredRate,
  statistics,
}: TrainingConfig): string[] {
  return [
    headStart === "zero" ? "new heads from zero" : "",
    standardizeFeatures ? "features standardized" : "",
    layerDecay < 1 ? `rates falling by ${layerDecay} a layer` : "",
    transferredRate < 1 ? `${transferredRate} times the rate below new layers` : "",
    statistics === "keep" ? "batch statistics kept" : "",
  ];
}

function describeLoss({ labelSmoothing, focalGamma, clipNorm }: TrainingConfig): string[] {
  return [
    labelSmoothing > 0 ? `label smoothing ${labelSmoothing}` : "",
    focalGamma > 0 ? `focal loss ${focalGamma}` : "",
    clipNorm === null ? "" : `gradients clipped to ${clipNorm}`,
  ];
}

function describeClassWeights({ classWeights }: TrainingConfig): string {
  if (typeof classWeights === "string") return classWeights === "none" ? "" : "balanced classes";
  const weights = Object.entries(classWeights).map(([name, weight]) => `${name} ${weight}`);
  return weights.length === 0 ? "" : `class weights ${weights.join(", ")}`;
}

/** In the order in which it is done. */
function describeAugmentation({ augmentation }: TrainingConfig): string[] {
  const { flip, flipVertical, crop, resizedCrop, rotation, colorJitter, cutout } = augmentation;
  const { affine, trivial, cutmix, mixup, views } = augmentation;
  return [
    flip ? "flips" : "",
    flipVertical ? "vertical flips" : "",
    crop > 0 ? `crops by ${crop} pixels` : "",
    resizedCrop === null ? "" : `resized crops of ${resizedCrop.scale.join("–")} of the area`,
    affine === null ? "" : describeAffine(affine),
    rotation > 0 ? `rotation by up to ${rotation}°` : "",
    colorJitter === null ? "" : describeJitter(colorJitter),
    cutout > 0 ? `cutout of ${cutout} pixels` : "",
    trivial ? "TrivialAugment" : "",
    mixup > 0 ? `mixup ${mixup}` : "",
    cutmix > 0 ? `CutMix ${cutmix}` : "",
    views > 0 && changesImages(augmentation) ? `${views} augmented ${views === 1 ? "view" : "views"}` : "",
  ];
}

function describeAffine({ rotation, shift, scale }: NonNullable<TrainingConfig["augmentation"]["affine"]>): string {
  const [smallest, largest] = scale;
  return [
    rotation > 0 ? `turns by up to ${rotation}°` : "",
    shift > 0 ? `shifts by up to ${Number((100 * shift).toFixed(1))} %` : "",
    smallest === 1 && largest === 1 ? "" : `scales of ${smallest}–${largest}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function describeJitter(strengths: NonNullable<TrainingConfig["augmentation"]["colorJitter"]>): string {
  const parts = Object.entries(strengths).filter(([, strength]) => strength > 0);
  return parts.length === 0
    ? ""
    : `colour jitter (${parts.map(([name, strength]) => `${name} ${strength}`).join(", ")})`;
}

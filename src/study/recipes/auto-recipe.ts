/** @file The recipe of a run where a study leaves it to Graft, wholly or field by field. */

import type { TrainingConfig, TrainingRequest } from "../file/training-schema.ts";
import { automaticAugmentation } from "./augmentation.ts";
import { type RecipeFacts, isPhotograph, isTransformer, movesTransferred, startsWellSolved } from "./facts.ts";
import { automaticOptimizer, automaticRate, batchStatistics, transferredRate } from "./learning-rates.ts";
import { automaticSteps } from "./steps.ts";

/** Classes weigh by their sizes from this ratio of the largest to the smallest on. */
const IMBALANCE = 3;
const CLIP_NORM = 1;
/** Worth one to three points of full fine-tuning on few images. */
const LABEL_SMOOTHING = 0.1;
/** Of the rate, from one block of a transformer to the one below. */
const TRANSFORMER_DECAY = 0.75;

/** True if a request leaves nothing to Graft. */
export function isSettled(request: TrainingRequest): request is TrainingConfig {
  return !Object.values(request).includes("auto");
}

/** True if a request leaves to Graft what the source's probe decides: how layers move, and how long photographs take. */
export function dependsOnSource(request: TrainingRequest, facts: RecipeFacts): boolean {
  if (facts.task === "source") return false;
  const isOpen = (fields: readonly (keyof TrainingRequest)[]): boolean =>
    fields.some((field) => request[field] === "auto");
  const moves = movesTransferred(facts);
  return (
    (moves && !isTransformer(facts.network) && isOpen(["transferredRate", "statistics"])) ||
    (facts.extent === "head" && isOpen(["optimizer"])) ||
    ((moves || facts.extent === "scratch") && isPhotograph(facts) && isOpen(["epochs", "minStepsPerEpoch"]))
  );
}

/** A request with what it leaves to Graft filled in; what it says itself stays. */
export function automaticTraining(request: TrainingRequest, facts: RecipeFacts): TrainingConfig {
  const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== "auto"));
  // the rate depends on the optimizer, also on one that is given
  const settled = { ...giveWay(unrequestedTraining(facts), given), ...given } as TrainingConfig;
  const suitable = automaticRate(facts, settled);
  const { learningRate = suitable } = given as Partial<TrainingConfig>;
  return { ...settled, learningRate, clipNorm: largestNorm(settled, suitable / learningRate), ...given };
}

/**
 * Of a gradient, so that SGD takes no longer steps at a rate that is given than at the suitable one: full fine-tuning on
 * 20 images of CIFAR-10 got 88.5 % right at its own rate, 69 at ten times that, and 88.4 so (means of five draws).
 */
function largestNorm({ optimizer }: TrainingConfig, suitableShare: number): number {
  return optimizer.name === "sgd" ? Number(Math.min(CLIP_NORM, CLIP_NORM * suitableShare).toPrecision(2)) : CLIP_NORM;
}

/** What is chosen gives way to what is given for the same end: a focal loss knows no smoothed labels. */
function giveWay(
  automatic: Omit<TrainingConfig, "learningRate">,
  { focalGamma = 0, oversample = false }: Partial<TrainingConfig>,
): Omit<TrainingConfig, "learningRate"> {
  return {
    ...automatic,
    ...(focalGamma > 0 ? { labelSmoothing: 0 } : {}),
    ...(oversample ? { classWeights: "none" } : {}),
  };
}

function unrequestedTraining(facts: RecipeFacts): Omit<TrainingConfig, "learningRate"> {
  return {
    ...automaticSteps(facts),
    optimizer: automaticOptimizer(facts),
    warmUp: 0,
    // a well-solved head is surer than smoothed labels would have it: the first steps would undo it
    labelSmoothing: facts.extent === "head" || startsWellSolved(facts) ? 0 : LABEL_SMOOTHING,
    focalGamma: 0,
    headStart: "zero",
    standardizeFeatures: facts.extent === "head",
    layerDecay: decaysByLayer(facts) ? TRANSFORMER_DECAY : 1,
    transferredRate: transferredRate(facts),
    statistics: batchStatistics(facts),
    clipNorm: CLIP_NORM,
    averaging: null,
    augmentation: automaticAugmentation(facts),
    classWeights: isImbalanced(facts) ? "balanced" : "none",
    oversample: false,
    earlyStopping: null,
    schedule: { name: "one-cycle", rise: 0.3 },
  };
}

/** Where a transformer's own weights move, lower layers move less; adapters are few numbers that learn everything. */
function decaysByLayer({ extent, network, trainsAdapters = false }: RecipeFacts): boolean {
  return extent === "full" && !trainsAdapters && isTransformer(network);
}

function isImbalanced({ classCounts }: RecipeFacts): boolean {
  return Math.max(...classCounts) > IMBALANCE * Math.min(...classCounts);
}

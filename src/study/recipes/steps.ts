/** @file How long a run trains where a study leaves that to Graft. */

import type { TrainingConfig } from "../file/training-schema.ts";
import { type RecipeFacts, imagesOf, isNormalized, isPhotograph, leftToLearn } from "./facts.ts";

/** Passes over the images that a small network wants, of a few hundred images. */
const PASSES = 50;
/** Fewer images are passed over more often: learning takes steps, whatever they are made of. */
const LEAST_STEPS = 600;
/** A head alone takes no time: the more classes, the longer it takes to fit. */
const LEAST_HEAD_STEPS = 2500;
/** More images make more steps a pass; beyond this they are passed over less often. */
const MOST_STEPS = 2500;
const LEAST_PASSES = 15;
/** Training arithmetic of a run on photographs, for each class to be told apart: a minute's for two near classes. */
const FLOPS_A_CLASS = 1.2e12;
/** Times that, at most, where the source leaves much to be learned. */
const FAR = 4;
/** Share of it for a network whose head is solved for first: it has less to learn. */
const AFTER_SOLVED = 0.5;
/** As the preset `tuned` trains its source. */
const SOURCE_PASSES = 20;
const SOURCE_BATCH = 64;
/** Measurements of the test set that a run makes at most. */
const MOST_EPOCHS = 20;

type Steps = Pick<TrainingConfig, "epochs" | "batchSize" | "minStepsPerEpoch">;

/** Epochs, each of as many passes over the images as keep their number small. */
export function automaticSteps(facts: RecipeFacts): Steps {
  const images = imagesOf(facts);
  const batchSize = facts.task === "source" ? SOURCE_BATCH : automaticBatchSize(facts);
  const batches = Math.ceil(images / batchSize);
  const passes = Math.max(1, Math.ceil(stepsOf(facts, { batches, batchSize }) / batches));
  const passesAnEpoch = Math.ceil(passes / MOST_EPOCHS);
  return { batchSize, epochs: Math.ceil(passes / passesAnEpoch), minStepsPerEpoch: passesAnEpoch * batches };
}

/** Few images make small batches, so that a pass over them is several steps; normalization wants larger ones. */
function automaticBatchSize(facts: RecipeFacts): number {
  const [batches, least] = isNormalized(facts.network) ? [2, 16] : [4, 8];
  return Math.min(32, Math.max(least, 2 ** Math.floor(Math.log2(imagesOf(facts) / batches))));
}

function stepsOf(facts: RecipeFacts, { batches, batchSize }: { batches: number; batchSize: number }): number {
  if (facts.task === "source") return Math.max(LEAST_STEPS, SOURCE_PASSES * batches);
  const least = facts.extent === "head" ? LEAST_HEAD_STEPS : LEAST_STEPS;
  const wanted = Math.max(least, Math.min(MOST_STEPS, PASSES * batches), LEAST_PASSES * batches);
  if (facts.extent === "head" || !isPhotograph(facts)) return wanted;
  const classes = facts.classCounts.length;
  const patience = 1 + (FAR - 1) * (leftToLearn(facts) ?? 0);
  const affordable = (FLOPS_A_CLASS * classes * patience) / (facts.flopsPerImage * batchSize);
  return Math.min(wanted, facts.startsSolved ? affordable * AFTER_SOLVED : affordable);
}

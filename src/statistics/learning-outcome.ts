/** @file What became of a run, judged from its curves: it learned, it did not, or it was cut short. */

import { binomialSurvival } from "./distributions/binomial.ts";
import { mean } from "./summary.ts";

/**
 * `did-not-learn`: no better than chance. `still-improving`: more steps would have changed its result.
 * `converged`: neither. A run that diverged is a failed one and has no outcome.
 */
export type LearningOutcome = "converged" | "still-improving" | "did-not-learn";

/** One point of a run's curves. */
export interface JudgedEpoch {
  /** Mean over the epoch's steps, in [0, 1]. */
  trainAccuracy: number;
  /** Of validation images where the study holds any back, otherwise of the test images, in nats. */
  heldOutLoss: number;
  learningRate: number;
}

export interface JudgedRun {
  /** Of the stage that the run ended with, in order; at least one. */
  epochs: readonly JudgedEpoch[];
  /** The images that it trained on, each counted once, and the accuracy of knowing nothing of them. */
  train: { images: number; chance: number };
  /** What the weights that were kept get right, and the accuracy of knowing nothing of the images. */
  test: { correct: number; images: number; chance: number };
  /** True where no steps are left to take: the head was solved for, or validation images stopped the run. */
  settled: boolean;
}

/** Levels of the one-sided tests against chance. At 0.05, 15 of 20 test images can show that two classes were learned. */
const TRAIN_ALPHA = 0.01;
const TEST_ALPHA = 0.05;
/** At this level the test images are enough alone: a handful of training images can show nothing. */
const SURE_ALPHA = 0.001;

/** Epochs at this share of the highest rate or more count as trained at full rate. */
const FULL_RATE = 0.5;
/** What the last third of something is held against. */
const PART = 1 / 3;
/** Shares of the way from chance to perfect: how much has to be left, and how much the last third has to have brought. */
const LEAST_LEFT = 0.15;
const LEAST_RISE = 0.02;
/** How far below everything before its last third the held-out loss has to end. */
const LEAST_FALL = 0.01;

/**
 * Whether a run learned anything, and whether it was cut short.
 *
 * It did not learn if its last training accuracy or its test accuracy is not significantly above chance; tests are
 * binomial and take images as independent, so an epoch's mean over several passes counts each image once. So few images
 * that not even perfect answers would be significant speak against no run.
 *
 * It was still improving if all of this holds, on the curves of its last stage:
 * 1. much is left: the training accuracy ends 15 % of the way from chance to perfect, or more, below perfect;
 * 2. it rose at full rate: over the epochs at half the highest rate or more, the last third's mean training accuracy is
 *    above that of the third before by 2 % of that way. What comes after says little: where a schedule falls to zero,
 *    every curve flattens because the rate does, and rises a last time because the noise ends;
 * 3. it carried over: the held-out loss ends 1 % or more below all that came before the last third of the epochs.
 *
 * The constants lie between what they part in the 273 runs of docs/results. Left: 0.16 to 0.87 for runs cut short
 * (as-published at rate 1e-4; MobileNet v1 fine-tuned for six epochs), at most 0.13 for runs from scratch that rose to
 * the end and were level on test images. Rise: 0.039 and more against 0.008 and less where frozen features hold no
 * more. Fall: 0.019 and more against 0.004 and less for heads that had long been level.
 */
export function learningOutcome({ epochs, train, test, settled }: JudgedRun): LearningOutcome {
  const last = epochs[epochs.length - 1];
  const rightInTraining = Math.round(last.trainAccuracy * train.images);
  const pTrain = binomialSurvival(rightInTraining, { trials: train.images, chance: train.chance });
  const pTest = binomialSurvival(test.correct, { trials: test.images, chance: test.chance });
  const learnedInTraining = pTrain < TRAIN_ALPHA;
  const testAlpha = learnedInTraining ? TEST_ALPHA : SURE_ALPHA;
  const isOpen = !canTell(test, testAlpha) && (learnedInTraining || !canTell(train, TRAIN_ALPHA));
  const learned = pTest < testAlpha || isOpen;
  if (!learned) return "did-not-learn";
  const improves =
    !settled && isFarFromPerfect(epochs, train.chance) && roseAtFullRate(epochs, train.chance) && carriedOver(epochs);
  return improves ? "still-improving" : "converged";
}

/** False for images that are too few to say anything: not even right answers to all of them would be significant. */
function canTell({ images, chance }: { images: number; chance: number }, alpha: number): boolean {
  return binomialSurvival(images, { trials: images, chance }) < alpha;
}

function isFarFromPerfect(epochs: readonly JudgedEpoch[], chance: number): boolean {
  return 1 - epochs[epochs.length - 1].trainAccuracy >= LEAST_LEFT * (1 - chance);
}

function roseAtFullRate(epochs: readonly JudgedEpoch[], chance: number): boolean {
  const highest = Math.max(...epochs.map(({ learningRate }) => learningRate));
  const atFullRate = epochs
    .filter(({ learningRate }) => learningRate >= FULL_RATE * highest)
    .map(({ trainAccuracy }) => trainAccuracy);
  // before a single epoch there was chance
  const accuracies = atFullRate.length > 1 ? atFullRate : [chance, ...atFullRate];
  const size = partOf(accuracies.length);
  const rise = mean(accuracies.slice(-size)) - mean(accuracies.slice(-2 * size, -size));
  return rise >= LEAST_RISE * (1 - chance);
}

function carriedOver(epochs: readonly JudgedEpoch[]): boolean {
  const losses = epochs.map(({ heldOutLoss }) => heldOutLoss);
  const before = losses.slice(0, -partOf(losses.length));
  // nothing speaks against it after one epoch
  return before.length === 0 || losses[losses.length - 1] <= (1 - LEAST_FALL) * Math.min(...before);
}

function partOf(length: number): number {
  return Math.max(1, Math.floor(PART * length));
}

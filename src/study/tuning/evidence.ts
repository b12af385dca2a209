/** @file What trials say: losses of held-back images, and how a candidate's differ from those of the recipe's own rate. */

import { mean, standardDeviation } from "../../statistics/index.ts";

/** One trained model on the images it did not train on, in their order. */
export interface TrialScores {
  /** Nats. */
  readonly losses: readonly number[];
  readonly correct: readonly boolean[];
}

/** A candidate beside the recipe's own rate, on the same images. */
export interface Evidence {
  /** Mean loss of the recipe's own rate less that of the candidate: above 0 where the candidate is better. */
  readonly improvement: number;
  readonly standardError: number;
  /** Share of right answers, the candidate's less the recipe's. */
  readonly accuracyGain: number;
}

/** Logarithms of the temperatures that are looked through. */
const WIDEST = 3;
/** Of a golden-section search: 40 steps narrow 6 to 3e-8. */
const SEARCH_STEPS = 40;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Scores of one model's logits, [images, classes] row by row.
 *
 * The loss is that at the model's best temperature, the one number that all logits are divided by: how sure a model is
 * of its answers depends on the rate more than which answers it gives, and a study compares answers. Without it lower
 * rates look better than they are. A pull of the temperature towards 1, as strong as about one image, keeps few images
 * that are all right from asking for 0.
 */
export function trialScores(logits: Float32Array, labels: ArrayLike<number>): TrialScores {
  const count = labels.length;
  const numClasses = logits.length / count;
  const rows = Array.from({ length: count }, (_, image) =>
    logits.subarray(image * numClasses, (image + 1) * numClasses),
  );
  const lossesAt = (logScale: number): number[] =>
    rows.map((row, image) => crossEntropy(row, { label: labels[image], scale: Math.exp(logScale) }));
  const logScale = smallest((at) => count * mean(lossesAt(at)) + at ** 2 / 2);
  return {
    losses: lossesAt(logScale),
    correct: rows.map(
      (row, image) => row.indexOf(row.reduce((most, logit) => Math.max(most, logit), -Infinity)) === labels[image],
    ),
  };
}

/** Nats by which even the best temperature leaves a model worse than one that knows nothing. */
const BROKEN_BY = 1;

/** True for answers so extreme that no temperature mends them: training has diverged, though its numbers are finite. */
export function isBroken({ losses }: TrialScores, numClasses: number): boolean {
  return mean(losses) > Math.log(numClasses) + BROKEN_BY;
}

/** log Σ exp(s z) − s z_label */
function crossEntropy(row: Float32Array, { label, scale }: { label: number; scale: number }): number {
  const largest = row.reduce((most, logit) => Math.max(most, scale * logit), -Infinity);
  const total = row.reduce((sum, logit) => sum + Math.exp(scale * logit - largest), 0);
  return largest + Math.log(total) - scale * row[label];
}

/** Where in [-WIDEST, WIDEST] a function with one valley is least. */
function smallest(valueAt: (at: number) => number): number {
  let [low, high] = [-WIDEST, WIDEST];
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let [atLeft, atRight] = [valueAt(left), valueAt(right)];
  for (let step = 0; step < SEARCH_STEPS; step++) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = valueAt(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = valueAt(right);
    }
  }
  return (low + high) / 2;
}

/**
 * A candidate beside the recipe's own rate, slot by slot of the same budget.
 *
 * The standard error is the larger of two: over images, as if the models were given, and over slots, which also holds
 * what another shuffle would have changed. Few slots tell little of the latter, and images of one model lean together.
 */
export function compare(recipe: readonly TrialScores[], candidate: readonly TrialScores[]): Evidence {
  const bySlot = recipe.map(({ losses }, slot) => losses.map((loss, image) => loss - candidate[slot].losses[image]));
  const all = bySlot.flat();
  const accuracy = (scores: readonly TrialScores[]): number =>
    mean(scores.flatMap(({ correct }) => correct.map(Number)));
  return {
    improvement: mean(all),
    standardError: Math.max(errorOfMean(all) ?? Infinity, errorOfMean(bySlot.map(mean)) ?? 0),
    accuracyGain: accuracy(candidate) - accuracy(recipe),
  };
}

/** Null for fewer than two values. */
function errorOfMean(values: readonly number[]): number | null {
  return values.length < 2 ? null : standardDeviation(values) / Math.sqrt(values.length);
}

/** The common evidence of several budgets: each has the same say, however many images it has. */
export function pool(budgets: readonly Evidence[]): Evidence {
  return {
    improvement: mean(budgets.map(({ improvement }) => improvement)),
    standardError: Math.hypot(...budgets.map(({ standardError }) => standardError)) / budgets.length,
    accuracyGain: mean(budgets.map(({ accuracyGain }) => accuracyGain)),
  };
}

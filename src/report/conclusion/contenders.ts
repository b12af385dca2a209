/** @file The finished models of the target task and the differences between them. */

import { isNumber, points, unsignedPoints } from "../../core/index.ts";
import type { LearningOutcome } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { type ModelRuns, chanceLevel, isFrozen, keptEpoch, modelOutcome } from "../runs/models.ts";
import {
  type Difference,
  Z_95,
  coversZero,
  differenceOfAccuracies,
  mean,
  pairedDifference,
} from "../runs/statistics.ts";

/** A model of the target task with at least one finished run. */
export interface Contender {
  model: ModelRuns;
  title: string;
  /** What a sentence calls it: `M3`, or `A2B` where a strategy is known by its name alone. */
  name: string;
  /** Mean test accuracy after the last epoch, in [0, 1]. */
  accuracy: number;
  /** One a finished seed. */
  accuracies: { seed: number; accuracy: number }[];
  testImages: number;
  /** What became of most of its seeds. */
  outcome: LearningOutcome;
  /** True if the accuracy is above what guessing reaches in 97.5 of 100 test sets of this size, or was judged before. */
  aboveChance: boolean;
  transfers: boolean;
  freezes: boolean;
}

/** A difference of two contenders and where its interval comes from. */
export interface Comparison extends Difference {
  /** Seeds that both finished; 1 where the interval comes from the test set's size. */
  pairs: number;
}

/** The contenders, best first; equal ones in the order of the study. */
export function contendersOf(summary: StudySummary, models: ModelRuns[]): Contender[] {
  const chance = chanceLevel(summary.target);
  return models
    .filter((model) => model.task === "target")
    .flatMap((model) => {
      const contender = contenderOf(model, chance);
      return contender ? [contender] : [];
    })
    .sort((a, b) => b.accuracy - a.accuracy);
}

function contenderOf(model: ModelRuns, chance: number): Contender | undefined {
  const [first] = model.done;
  const accuracies = model.done.flatMap((run) => {
    const accuracy = keptEpoch(run)?.testAccuracy;
    return isNumber(accuracy) ? [{ seed: run.seed, accuracy }] : [];
  });
  if (!first || accuracies.length === 0) return undefined;
  const accuracy = mean(accuracies.map((one) => one.accuracy));
  return {
    model,
    title: model.title,
    name: model.label === model.strategy ? model.strategy : model.model,
    accuracy,
    accuracies,
    testImages: first.testImages,
    outcome: modelOutcome(model),
    aboveChance: first.outcome !== undefined || accuracy > upperChance(chance, first.testImages),
    transfers: first.startsFrom !== null,
    freezes: isFrozen(first),
  };
}

/** The highest accuracy that guessing among the classes would still explain. */
function upperChance(chance: number, images: number): number {
  return chance + Z_95 * Math.sqrt((chance * (1 - chance)) / images);
}

/**
 * The difference a − b: over the seeds that both finished if there are at least two,
 * otherwise from the means with the interval of the test set's size.
 */
export function compare(a: Contender, b: Contender): Comparison {
  const differences = a.accuracies.flatMap(({ seed, accuracy }) => {
    const partner = b.accuracies.find((other) => other.seed === seed);
    return partner ? [accuracy - partner.accuracy] : [];
  });
  if (differences.length > 1) return { ...pairedDifference(differences), pairs: differences.length };
  const side = (one: Contender) => ({ accuracy: one.accuracy, images: one.testImages });
  return { ...differenceOfAccuracies(side(a), side(b)), pairs: 1 };
}

/** True if the interval leaves out 0. */
export function isSettled(comparison: Comparison): boolean {
  return !coversZero(comparison);
}

/**
 * `1.4 percentage points better (95 % interval 0.2 to 2.6)`; where the sign is not settled,
 * `0.8 percentage points worse (95 % interval of the difference −2.3 to +0.7)`.
 */
export function describe(comparison: Comparison, words: { more: string; less: string }): string {
  const { estimate, low, high } = comparison;
  const amount = `${unsignedPoints(estimate)} percentage points ${estimate < 0 ? words.less : words.more}`;
  if (!isSettled(comparison)) {
    return `${amount} (95 % interval of the difference ${points(low)} to ${points(high)})`;
  }
  const [nearer, farther] = estimate < 0 ? [high, low] : [low, high];
  return `${amount} (95 % interval ${unsignedPoints(nearer)} to ${unsignedPoints(farther)})`;
}

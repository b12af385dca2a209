/** @file The finished models of the target task. */

import { isNumber } from "../../core/index.ts";
import { type LearningOutcome, mean, normalQuantile } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { type ModelRuns, chanceLevel, isFrozen, keptEpoch, modelOutcome } from "../runs/models.ts";
/** Two-sided 95 % point of the normal distribution. */
const Z_95 = normalQuantile(0.975);

/** A model of the target task with at least one finished run. */
export interface Contender {
  model: ModelRuns;
  title: string;
  /** What a sentence calls it: `M3` in the assignment's presets, elsewhere `Last layer only`. */
  name: string;
  /** Mean test accuracy after the last epoch, in [0, 1]. */
  accuracy: number;
  /** One a finished seed. */
  accuracies: number[];
  /** What became of most of its seeds. */
  outcome: LearningOutcome;
  /** True if the accuracy is above what guessing reaches in 97.5 of 100 test sets of this size, or was judged before. */
  aboveChance: boolean;
  transfers: boolean;
  freezes: boolean;
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
    return isNumber(accuracy) ? [accuracy] : [];
  });
  if (!first || accuracies.length === 0) return undefined;
  const accuracy = mean(accuracies);
  return {
    model,
    title: model.title,
    name: model.short,
    accuracy,
    accuracies,
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

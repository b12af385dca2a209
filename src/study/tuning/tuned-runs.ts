/** @file Which runs have a learning rate to be tuned, and which of them have too few images for trials. */

import { type Budget, PRETRAINED, type PlannedRun } from "../file/plan.ts";
import type { RunRecord, TuningRecord } from "../records/records.ts";

/** Training images that trials take at least: with fewer, a handful of held-back images would choose. */
const LEAST_IMAGES = 50;

/** Runs on the target that take steps; a head that is solved for has no rate. */
export function hasRate({ task, choice }: Pick<PlannedRun, "task" | "choice">): boolean {
  return task === "target" && choice?.strategy.solves === undefined;
}

/** The budgets of a strategy's runs, in their order. */
export function budgetsIn(runs: readonly PlannedRun[]): Budget[] {
  return [...new Set(runs.map(({ imagesPerClass }) => imagesPerClass))];
}

/** What is known of every strategy and budget with too few images, before anything is trained. */
export function untunedRecords(
  runs: readonly PlannedRun[],
  trainImagesOf: (run: PlannedRun) => number,
): TuningRecord[] {
  const first = runs.filter(
    (run, index) =>
      hasRate(run) &&
      runs.findIndex((one) => one.strategy === run.strategy && one.imagesPerClass === run.imagesPerClass) === index,
  );
  return first.flatMap((run) => {
    const trainImages = trainImagesOf(run);
    if (trainImages >= LEAST_IMAGES) return [];
    const reason = { code: "few-images", needed: LEAST_IMAGES } as const;
    return [{ ...untuned(run, trainImages), reason }];
  });
}

/** A record without trials: the recipe's own rate is taken. */
export function untuned(
  { strategy, imagesPerClass, seed, training: { learningRate } }: PlannedRun,
  trainImages: number,
): TuningRecord {
  return {
    strategy,
    imagesPerClass,
    seed,
    trainImages,
    trials: [],
    recipeRate: learningRate,
    factor: 1,
    chosen: learningRate,
    moved: false,
    trainings: 0,
    flops: 0,
    durationMs: 0,
  };
}

/** The runs of a strategy whose rates are not known yet. */
export function awaitingRates(
  runs: readonly PlannedRun[],
  { strategy, known }: { strategy: string; known: readonly TuningRecord[] },
): PlannedRun[] {
  return runs.filter((run) => run.strategy === strategy && hasRate(run) && rateRecord(run, known) === undefined);
}

/** What was found for a run's strategy and budget. */
export function rateRecord(
  { strategy, imagesPerClass }: Pick<PlannedRun, "strategy" | "imagesPerClass">,
  known: readonly TuningRecord[],
): TuningRecord | undefined {
  return known.find((one) => one.strategy === strategy && one.imagesPerClass === imagesPerClass);
}

/** False where the run that this one starts from did not come to its end. */
export function hasOrigin({ startsFrom }: PlannedRun, records: ReadonlyMap<string, RunRecord>): boolean {
  if (startsFrom === null || startsFrom === PRETRAINED) return true;
  return records.get(startsFrom)?.status === "done";
}

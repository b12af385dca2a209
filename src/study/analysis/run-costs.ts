/** @file What each finished run costs that stands alone. */

import { changesImages } from "../../data/index.ts";
import type { RunRecord } from "../records/records.ts";

/**
 * Seconds of every finished run on the target, by id, as if no other run had computed its features.
 *
 * A record holds what the cache left to be computed: all features of a seed's largest budget in the run that asked
 * first, next to nothing in those that found them ready. So each run that stands on features is charged its images at
 * the slowest pace that a run of the same source showed, or its own time if that is more; where runs freeze fewer layers
 * than the slowest this is too much, never too little. What a run starts from is charged as well, unless that is the
 * source, which every strategy finds trained.
 */
export function costsOf(runs: readonly RunRecord[]): Map<string, number> {
  const finished = runs.filter(({ task, status }) => task === "target" && status === "done");
  const sourceOf = ({ startsFrom }: RunRecord): string => finished.find(({ id }) => id === startsFrom)?.id ?? "source";
  const paces = new Map<string, number>();
  for (const run of finished) {
    const pool = Math.max(...finished.filter(({ seed }) => seed === run.seed).map(({ trainImages }) => trainImages));
    const pace = run.featureDurationMs / imagesOf(run, pool);
    paces.set(sourceOf(run), Math.max(pace, paces.get(sourceOf(run)) ?? 0));
  }
  const costs = new Map<string, number>();
  const costOf = (run: RunRecord): number => {
    const features = run.featureDurationMs === 0 ? 0 : imagesOf(run, run.trainImages) * (paces.get(sourceOf(run)) ?? 0);
    const own = run.durationMs - run.featureDurationMs + Math.max(features, run.featureDurationMs);
    const origin = finished.find(({ id }) => id === run.startsFrom);
    return own / 1000 + (origin === undefined ? 0 : costOf(origin));
  };
  for (const run of finished) costs.set(run.id, costOf(run));
  return costs;
}

/** Images whose features are computed where nothing is there yet: every view of those to train on, and the held-out ones. */
function imagesOf({ training, solves, testImages }: RunRecord, trainImages: number): number {
  const isViewed = solves === undefined && training !== undefined && changesImages(training.augmentation);
  return trainImages * (isViewed ? training.augmentation.views : 1) + testImages;
}

/** @file How well a crossover is known. */

import type { Crossover } from "../../statistics/index.ts";
import type { StudyAnalysis } from "./study-analysis.ts";

/** Two mean curves that cross once. */
export type OneCrossing = Extract<Crossover, { kind: "one" }>;

/**
 * True if the interval of a crossing lies within the budgets, so that resampling the seeds does not lose it, and the
 * two strategies can be told apart on both sides of it.
 */
export function isKnown({ interval, apart }: OneCrossing): boolean {
  const isWithin = interval !== null && interval.low !== null && interval.high !== null;
  return isWithin && apart !== null && apart.before && apart.after;
}

/** True if there are too few seeds for an interval. */
export function isHint({ interval }: OneCrossing): boolean {
  return interval === null;
}

/** The crossings that a figure marks: those that are known, or, with too few seeds for intervals, all. */
export function markedCrossings({ crossovers }: StudyAnalysis): OneCrossing[] {
  return crossovers.flatMap(({ crossover }) =>
    crossover.kind === "one" && (isKnown(crossover) || isHint(crossover)) ? [crossover] : [],
  );
}

/** @file How well a crossover is known. */

import type { Crossover } from "../../statistics/index.ts";
import type { StudyAnalysis } from "./study-analysis.ts";

/** Two mean curves that cross once. */
export type OneCrossing = Extract<Crossover, { kind: "one" }>;

/**
 * True if the interval of a crossing lies within the budgets, so that other seeds and images would not lose it, and the
 * two strategies can be told apart on both sides of it.
 */
export function isKnown({ interval, apart }: OneCrossing): boolean {
  return interval.low !== null && interval.high !== null && apart.before && apart.after;
}

/** The crossings that a figure marks. */
export function knownCrossings({ crossovers }: StudyAnalysis): OneCrossing[] {
  return crossovers.flatMap(({ crossover }) => (crossover.kind === "one" && isKnown(crossover) ? [crossover] : []));
}

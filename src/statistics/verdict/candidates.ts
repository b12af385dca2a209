/** @file Who is ranked: what learned and had its time comes before what was cut short, and what did not learn never. */

import type { LearningOutcome } from "../learning-outcome.ts";

/** Something that may be ranked. */
export interface Candidate {
  /** Absent where it was not judged, which counts as converged. */
  outcome?: LearningOutcome | undefined;
}

/** Why something is not ranked. */
export type Shortcoming = Exclude<LearningOutcome, "converged">;

/** Candidates in their order. */
export interface Candidates<T extends Candidate> {
  ranked: T[];
  leftOut: (T & { outcome: Shortcoming })[];
  /** True if all that are ranked were still improving: their order says how far each has come. */
  unfinished: boolean;
}

/** Leaves out what did not learn, and what was still improving unless all that learned were. */
export function splitCandidates<T extends Candidate>(candidates: readonly T[]): Candidates<T> {
  const learned = candidates.filter(({ outcome }) => outcome !== "did-not-learn");
  const finished = learned.filter(({ outcome }) => outcome !== "still-improving");
  const ranked = finished.length > 0 ? finished : learned;
  return {
    ranked,
    leftOut: candidates.filter(fellShort).filter((candidate) => !ranked.includes(candidate)),
    unfinished: learned.length > 0 && finished.length === 0,
  };
}

function fellShort<T extends Candidate>(candidate: T): candidate is T & { outcome: Shortcoming } {
  return candidate.outcome !== undefined && candidate.outcome !== "converged";
}

/** What became of several seeds together: what became of more than half of them; converged where that is nothing else. */
export function majorityOutcome(outcomes: readonly (LearningOutcome | undefined)[]): LearningOutcome {
  const isMost = (some: readonly (LearningOutcome | undefined)[]): boolean => 2 * some.length > outcomes.length;
  if (isMost(outcomes.filter((outcome) => outcome === "did-not-learn"))) return "did-not-learn";
  return isMost(outcomes.filter((outcome) => outcome === "did-not-learn" || outcome === "still-improving"))
    ? "still-improving"
    : "converged";
}

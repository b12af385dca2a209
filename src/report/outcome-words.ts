/** @file What a report says of runs that did not learn their task, or were cut short. */

import type { LearningOutcome } from "../statistics/index.ts";

/** What is said of a run or a model; nothing where it converged. */
export const outcomeWords: Readonly<Record<LearningOutcome, string>> = {
  converged: "",
  "still-improving": "still improving",
  "did-not-learn": "did not learn",
};

/** ` (did not learn)` to follow an accuracy; empty where there is nothing to say, or nothing was judged. */
export function outcomeMark(outcome: LearningOutcome | undefined): string {
  const words = outcome === undefined ? "" : outcomeWords[outcome];
  return words === "" ? "" : ` (${words})`;
}

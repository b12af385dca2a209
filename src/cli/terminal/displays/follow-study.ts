/** @file What a display keeps in mind of a study: its seeds, for titles, and what was said of its answer. */

import type { RunRecord, StudyEvent } from "../../../study/index.ts";
import { seedsLine, soFarTeller } from "../recommendation-lines.ts";
import { runTitle } from "./sentences.ts";

/** Follows a study from its first event on. */
export function followStudy() {
  const soFar = soFarTeller();
  let seeds: number[] = [];
  return {
    titleOf: (run: RunRecord): string => runTitle(run, { seeds }),
    /** What an event says of the answer and of the seeds that it takes; null where that is nothing new. */
    newsOf: (event: StudyEvent): string | null => {
      switch (event.type) {
        case "study-started":
          seeds = event.summary.seeds;
          return null;
        case "recommendation":
          return soFar(event.recommendation);
        case "seeds":
          seeds = event.seeds.rounds.map(({ seed }) => seed);
          return seedsLine(event.seeds);
        default:
          return null;
      }
    },
  };
}

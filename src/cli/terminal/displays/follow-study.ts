/** @file What a display keeps in mind of a study: its name and seeds, for titles, and what was said of its answer. */

import type { RunRecord, StudyEvent } from "../../../study/index.ts";
import { seedsLine, soFarTeller } from "../recommendation-lines.ts";
import { runTitle } from "./sentences.ts";

/** Follows a study from its first event on. */
export function followStudy() {
  const soFar = soFarTeller();
  let study: Parameters<typeof runTitle>[1] = { name: "", seeds: [] };
  return {
    titleOf: (run: RunRecord): string => runTitle(run, study),
    /** What an event says of the answer and of the seeds that it takes; null where that is nothing new. */
    newsOf: (event: StudyEvent): string | null => {
      switch (event.type) {
        case "study-started":
          study = event.summary;
          return null;
        case "recommendation":
          return soFar(event.recommendation);
        case "seeds":
          study = { ...study, seeds: event.seeds.rounds.map(({ seed }) => seed) };
          return seedsLine(event.seeds);
        default:
          return null;
      }
    },
  };
}

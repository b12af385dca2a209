/** @file What a display keeps in mind of a study: its name and seeds, for titles, and what was said of its answer. */

import type { RunRecord, StudyEvent } from "../../../study/index.ts";
import { seedsLine, soFarTeller } from "../recommendation-lines.ts";
import { runTitle } from "./sentences.ts";

/** Follows a study from its first event on. */
export function followStudy() {
  const soFar = soFarTeller();
  const underWay = new Set<string>();
  /** Once several have trained at once, lines without a name would be anybody's. */
  let isShared = false;
  let study: Parameters<typeof runTitle>[1] = { name: "", seeds: [] };
  return {
    titleOf: (run: RunRecord): string => runTitle(run, study),
    /** What goes before a line on a run under way: its name, where several train at once. */
    prefixOf: (run: RunRecord | null): string => (isShared && run !== null ? `${runTitle(run, study)}: ` : ""),
    /** What an event says of the answer and of the seeds that it takes; null where that is nothing new. */
    newsOf: (event: StudyEvent): string | null => {
      switch (event.type) {
        case "study-started":
          study = event.summary;
          return null;
        case "run-started":
          underWay.add(event.run.id);
          isShared ||= underWay.size > 1;
          return null;
        case "run-finished":
          underWay.delete(event.run.id);
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

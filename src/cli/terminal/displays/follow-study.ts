/** @file What a display keeps in mind of a study: its name and seeds, for titles, and what was said of its recipes and answer. */

import type { RunRecord, StudyEvent } from "../../../study/index.ts";
import { percent } from "../../../core/index.ts";
import { recipeText } from "../../../report/index.ts";
import { seedsLine, soFarTeller, withImages } from "../recommendation-lines.ts";
import { runTitle } from "./sentences.ts";

/** Follows a study from its first event on. */
export function followStudy() {
  const soFar = soFarTeller();
  const changesOf = recipeChanges();
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
          event.summary.runs.forEach(changesOf);
          return null;
        case "run-started":
          underWay.add(event.run.id);
          isShared ||= underWay.size > 1;
          return changesOf(event.run);
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

/**
 * Says what a run's recipe has now that it had not when it was told of: its source has been asked since. Runs of several
 * seeds have one recipe, which is said once; null where there is no news.
 */
function recipeChanges(): (run: RunRecord) => string | null {
  const told = new Map<string, ReadonlySet<string>>();
  return (run) => {
    const { strategy, imagesPerClass, sourceProbe } = run;
    const name = `${strategy}${withImages(imagesPerClass)}`;
    const parts = new Set(recipeText({ runs: [run] }).split(", "));
    const before = told.get(name) ?? parts;
    told.set(name, parts);
    const news = [...parts].filter((part) => !before.has(part));
    if (news.length === 0) return null;
    const why =
      sourceProbe === undefined
        ? ""
        : `, since a linear probe on the source gets ${percent(sourceProbe.accuracy)} of held-out training images right`;
    return `${name}${why}: ${news.join(", ")}`;
  };
}

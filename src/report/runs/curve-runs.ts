/** @file Which runs have their epochs drawn, and what a study of budgets calls its models. */

import type { StudySummary } from "../../study/index.ts";
import { type StudyDesign, largestBudget } from "../analysis/study-design.ts";

/**
 * The summary with the runs whose curves can be read: all of them in a study of one budget, otherwise those of the
 * largest budget and the first seed, each model under its strategy's name. `note` says which, for subtitles.
 */
export function curveRuns(summary: StudySummary, design: StudyDesign): { runs: StudySummary; note: string[] } {
  if (!design.severalBudgets) return { runs: summary, note: [] };
  const budget = largestBudget(design);
  const [seed] = summary.seeds;
  const kept = summary.runs.filter(
    (run) => run.seed === seed && (run.task === "source" || run.imagesPerClass === budget.asked),
  );
  const several = summary.seeds.length > 1;
  return {
    runs: { ...summary, runs: kept.map((run) => ({ ...run, model: run.strategy })) },
    note: [`Target models at ${budget.text} images per class${several ? `, seed ${seed}` : ""}.`],
  };
}

/** The summary with every run of the largest budget, each model under its strategy's name. */
export function largestBudgetRuns(summary: StudySummary, design: StudyDesign): StudySummary {
  if (!design.severalBudgets) return summary;
  const budget = largestBudget(design);
  const kept = summary.runs.filter((run) => run.task === "source" || run.imagesPerClass === budget.asked);
  return { ...summary, runs: kept.map((run) => ({ ...run, model: run.strategy })) };
}

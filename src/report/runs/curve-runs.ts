/** @file Which runs have their epochs drawn, and what a study of budgets calls its models. */

import type { StudySummary } from "../../study/index.ts";
import { type StudyDesign, largestBudget } from "../analysis/study-design.ts";

/**
 * The summary with the runs whose curves can be read: all of them in a study of one budget, otherwise those of the
 * largest budget and the first seed, each model under its strategy's name. `note` says which, for subtitles.
 */
export function curveRuns(summary: StudySummary, design: StudyDesign): { runs: StudySummary; note: string[] } {
  if (!design.severalBudgets) return { runs: summary, note: [] };
  const largest = largestBudgetRuns(summary, design);
  const [seed, ...others] = summary.seeds;
  const which = others.length > 0 ? `, seed ${seed}` : "";
  return {
    runs: { ...largest, runs: largest.runs.filter((run) => run.seed === seed) },
    note: [`Target models at ${largestBudget(design).text} images per class${which}.`],
  };
}

/** The summary with every run of the largest budget, each model under its strategy's name. */
export function largestBudgetRuns(summary: StudySummary, design: StudyDesign): StudySummary {
  if (!design.severalBudgets) return summary;
  const budget = largestBudget(design);
  const kept = summary.runs.filter((run) => run.task === "source" || run.imagesPerClass === budget.asked);
  return { ...summary, runs: kept.map((run) => ({ ...run, model: run.strategy })) };
}

/** @file The runs that a report looks into: one of each model, at the largest budget, with the first seed that finished. */

import type { RunRecord, StudySummary } from "../../study/index.ts";
import { type StudyDesign, largestBudget } from "../analysis/study-design.ts";
import { modelsOf } from "./models.ts";
import { atLargest } from "../figures/kit/figure-words.ts";
import { type SeriesStyle, modelStyle } from "../figures/kit/palette.ts";

export interface DetailRun {
  run: RunRecord;
  /** Its name is what the study's figures call the model. */
  style: SeriesStyle;
}

/** One finished run of each model, in the study's order; controls of layer curves are left out. */
export function detailRuns(summary: StudySummary, design: StudyDesign): DetailRun[] {
  const budget = design.budgets.length > 0 ? largestBudget(design) : null;
  return modelsOf(summary).flatMap((model, position) => {
    const strategy = design.strategies.find((one) => one.position === position);
    if (strategy?.control) return [];
    const candidates = strategy ? (budget ? strategy.at(budget) : []) : model.done.toSorted((a, b) => a.seed - b.seed);
    const [run] = candidates;
    if (!run) return [];
    const name = strategy?.name ?? (design.severalBudgets ? model.strategy : model.title);
    return [{ run, style: modelStyle(position, name) }];
  });
}

/** Which runs these are, for a subtitle; empty where the study has no others. */
export function detailLine(design: StudyDesign, runs: readonly DetailRun[]): string[] {
  const seeds = [...new Set(runs.map(({ run }) => run.seed))];
  const seedPart = design.severalSeeds || seeds.length > 1 ? `with seed ${seeds.join(", ")}` : "";
  const budgetPart = atLargest(design).trim();
  const parts = [budgetPart, seedPart].filter((part) => part !== "");
  return parts.length > 0 ? [`Models ${parts.join(", ")}.`] : [];
}

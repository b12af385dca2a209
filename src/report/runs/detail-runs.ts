/** @file The runs that a report looks into: one of each model, at the largest budget, with the first seed that finished. */

import type { RunRecord, StudySummary } from "../../study/index.ts";
import { type StudyDesign, largestBudget } from "../analysis/study-design.ts";
import { modelsOf } from "./models.ts";
import type { EvaluationRecord } from "./record-parts.ts";
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
    const name = strategy?.name ?? (design.severalBudgets ? model.label : model.title);
    return [{ run, style: modelStyle(position, name) }];
  });
}

/** A run with what its model says of every test image. */
export type EvaluatedRun = DetailRun & { evaluation: EvaluationRecord };

/** Those that were evaluated image by image. */
export function evaluatedRuns(summary: StudySummary, design: StudyDesign): EvaluatedRun[] {
  return detailRuns(summary, design).flatMap((one) =>
    one.run.evaluation ? [{ ...one, evaluation: one.run.evaluation }] : [],
  );
}

/** Of the answers, those on the diagonal. */
export function shareOfRight({ confusion }: EvaluationRecord): number {
  const total = confusion.flat().reduce((sum, value) => sum + value, 0);
  return confusion.reduce((sum, row, index) => sum + row[index], 0) / total;
}

/** A caption with which runs these are, where the study has others. */
export function detailCaption(words: string, design: StudyDesign, runs: readonly DetailRun[]): string {
  const seeds = [...new Set(runs.map(({ run }) => run.seed))];
  const seedPart = design.severalSeeds || seeds.length > 1 ? `with seed ${seeds.join(", ")}` : "";
  const parts = [atLargest(design).trim(), seedPart].filter((part) => part !== "");
  return parts.length > 0 ? `${words} Models ${parts.join(", ")}.` : words;
}

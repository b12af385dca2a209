/** @file The learning rates that trials chose, and what they cost. */

import { NOTHING, count, duration } from "../../core/index.ts";
import type { StudySummary, TuningRecord } from "../../study/index.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import { labelOf } from "../runs/models.ts";
import { type ItemColumn, type TextTable, textTable } from "./text-table.ts";

/** One row a strategy, one column a budget, then what its trials took; null where rates were configured. */
export function tuningTable(summary: StudySummary, { budgets }: StudyDesign): TextTable | null {
  const { tuning } = summary;
  if (tuning.length === 0) return null;
  const strategies = [...new Set(tuning.map(({ strategy }) => strategy))];
  const ofStrategy = (strategy: string): TuningRecord[] => tuning.filter((record) => record.strategy === strategy);
  const besideRecipe = tuning.some(({ factor }) => factor !== undefined);
  const rates = (strategy: string, asked: number | "all"): string => {
    const own = ofStrategy(strategy).filter(({ imagesPerClass }) => imagesPerClass === asked);
    return own.length === 0 ? NOTHING : besideRecipe ? own.map(rateText).join(", ") : chosenRates(own);
  };
  const sum = (strategy: string, value: (record: TuningRecord) => number | undefined): number =>
    ofStrategy(strategy).reduce((total, record) => total + (value(record) ?? 0), 0);
  const cost = (title: string, text: (strategy: string) => string): ItemColumn<string> => ({
    title,
    align: "right",
    cell: (strategy) => (sum(strategy, ({ trials }) => trials.length) === 0 ? NOTHING : text(strategy)),
  });
  return textTable(
    besideRecipe ? recipeCaption(tuning) : listCaption(tuning),
    [
      { title: "Strategy", align: "left", cell: (strategy: string) => labelOf(summary, strategy) },
      ...budgets
        .filter((budget) => tuning.some((record) => record.imagesPerClass === budget.asked))
        .map((budget) => ({
          title: budget.text,
          align: "right" as const,
          cell: (strategy: string) => rates(strategy, budget.asked),
        })),
      ...(besideRecipe && tuning.some(({ trials }) => trials.length > 0)
        ? [
            cost("Trials", (strategy) => sum(strategy, ({ trainings }) => trainings).toFixed(1)),
            cost("GFLOP of trials", (strategy) => count(sum(strategy, ({ flops }) => flops) / 1e9)),
            cost("Time of trials", (strategy) => duration(sum(strategy, ({ durationMs }) => durationMs))),
          ]
        : []),
    ],
    { items: strategies },
  );
}

/** `0.02 (× 2)` where it was moved. */
function rateText({ chosen, factor = 1, reason }: TuningRecord): string {
  if (reason !== undefined) return `${chosen} (not tuned)`;
  return factor === 1 ? String(chosen) : `${chosen} (× ${factor})`;
}

function recipeCaption(tuning: readonly TuningRecord[]): string {
  const few = tuning.flatMap(({ reason }) => (reason?.code === "few-images" ? [reason.needed] : []));
  const failed = tuning.some(({ reason }) => reason?.code === "origin-failed");
  const tried = tuning.some(({ trials }) => trials.length > 0);
  return [
    tried
      ? "Learning rates by training images of each class: the recipe's own, or so many times as much where trials were better by more than a standard error. Trials are counted in runs' worth of training steps: every strategy is allowed the same."
      : "Learning rates by training images of each class: the recipe's own, for there were no trials.",
    few.length > 0 ? `Budgets of fewer than ${few[0]} training images in all are not tuned.` : "",
    failed ? "Where the models to start from failed, there was nothing to tune." : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** Of summaries of earlier versions, which tried one list of rates for every strategy. */
function listCaption(tuning: readonly TuningRecord[]): string {
  const candidates = [...new Set(tuning.flatMap(({ trials }) => trials.map(({ learningRate }) => learningRate)))].sort(
    (a, b) => a - b,
  );
  return `Chosen learning rates by training images of each class, among ${candidates.join(", ")}; several where seeds chose differently.`;
}

function chosenRates(own: readonly TuningRecord[]): string {
  return [...new Set(own.map((record) => record.chosen))].sort((a, b) => a - b).join(", ");
}

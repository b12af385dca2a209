/** @file Strategies by budgets: the mean accuracy of each with its interval. */

import { NOTHING, count, duration, percent } from "../../core/index.ts";
import { mean, summarize } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import {
  type Budget,
  type StrategyRuns,
  type StudyDesign,
  largestBudget,
  resultsAt,
} from "../analysis/study-design.ts";
import { outcomeMark } from "../outcome-words.ts";
import { keptEpochPhrase } from "../runs/models.ts";
import { type ItemColumn, type TextTable, textTable } from "./text-table.ts";

/** Where space is narrow, budgets in the middle go before those at the ends. */
const MIDDLE_RANK = 3;

/** The table of a study of several budgets. */
export function budgetTable(summary: StudySummary, design: StudyDesign): TextTable {
  const last = design.budgets.length - 1;
  const planned = summary.seeds.length;
  const largest = largestBudget(design);
  const columns: ItemColumn<StrategyRuns>[] = [
    { title: "Strategy", align: "left", cell: (one) => one.name },
    ...design.budgets.map((budget, index): ItemColumn<StrategyRuns> => ({
      title: budget.text,
      align: "right",
      rank: index === 0 || index === last ? 1 : MIDDLE_RANK + (index % 2),
      cell: (one) => accuracyCell(one, { budget, planned }),
    })),
    { title: "Trainable", align: "right", rank: 5, cell: (one) => count(one.runs[0]?.trainableParameters) },
    { title: `Time at ${largest.text}`, align: "right", rank: 2, cell: (one) => timeCell(one, largest) },
  ];
  const spread = design.severalSeeds
    ? `mean over ${planned} seeds ± half of its 95 % t interval`
    : "one seed, so no interval";
  const caption =
    `Study ${summary.name} · data set ${summary.dataset.title} · test accuracy ${keptEpochPhrase(summary)} ` +
    `by training images of each class; ${spread}`;
  return textTable(caption, columns, { items: design.strategies, kindOf: () => "strategy" });
}

/** `87.3 ± 1.2 %`, with the number of seeds where some are missing, and whether most did not learn. */
function accuracyCell(strategy: StrategyRuns, { budget, planned }: { budget: Budget; planned: number }): string {
  const accuracies = resultsAt(strategy, budget).map(({ accuracy }) => accuracy);
  if (accuracies.length === 0) return unfinishedCell(strategy, budget);
  const { mean: centre, interval } = summarize(accuracies);
  const missing = accuracies.length < planned ? ` (${accuracies.length} of ${planned})` : "";
  const notes = `${missing}${outcomeMark(strategy.outcomeAt(budget))}`;
  if (!interval) return `${percent(centre)}${notes}`;
  return `${(100 * centre).toFixed(1)} ± ${percent(interval.high - centre)}${notes}`;
}

function unfinishedCell(strategy: StrategyRuns, budget: Budget): string {
  const runs = strategy.runs.filter((run) => run.imagesPerClass === budget.asked);
  if (runs.length === 0) return NOTHING;
  return runs.every((run) => run.status === "failed") ? "failed" : "not finished";
}

function timeCell(strategy: StrategyRuns, budget: Budget): string {
  const runs = strategy.at(budget);
  return runs.length > 0 ? duration(mean(runs.map((run) => run.durationMs))) : NOTHING;
}

/** @file The learning rates that trials chose. */

import type { StudySummary } from "../../study/index.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import { NOTHING } from "../format.ts";
import { type TextTable, textTable } from "../text-table.ts";

/** One row a strategy, one column a budget; null where rates were configured. */
export function tuningTable({ tuning }: StudySummary, { budgets }: StudyDesign): TextTable | null {
  if (tuning.length === 0) return null;
  const strategies = [...new Set(tuning.map(({ strategy }) => strategy))];
  const candidates = [...new Set(tuning.flatMap(({ trials }) => trials.map(({ learningRate }) => learningRate)))].sort(
    (a, b) => a - b,
  );
  const chosen = (strategy: string, asked: number | "all"): string => {
    const own = tuning.filter((record) => record.strategy === strategy && record.imagesPerClass === asked);
    const rates = [...new Set(own.map((record) => record.chosen))].sort((a, b) => a - b);
    return rates.length > 0 ? rates.join(", ") : NOTHING;
  };
  return textTable(
    `Chosen learning rates by training images of each class, among ${candidates.join(", ")}; several where seeds chose differently.`,
    [
      { title: "Strategy", align: "left", cell: (strategy: string) => strategy },
      ...budgets
        .filter((budget) => tuning.some((record) => record.imagesPerClass === budget.asked))
        .map((budget) => ({
          title: budget.text,
          align: "right" as const,
          cell: (strategy: string) => chosen(strategy, budget.asked),
        })),
    ],
    { items: strategies },
  );
}

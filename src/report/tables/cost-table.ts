/** @file Seconds and operations of every strategy at every budget. */

import { NOTHING, count, duration } from "../../core/index.ts";
import { costAt } from "../analysis/costs.ts";
import { type Budget, type StrategyRuns, type StudyDesign, largestBudget } from "../analysis/study-design.ts";
import { type ItemColumn, type TextTable, textTable } from "./text-table.ts";

/** One row a strategy: mean times by budget, operations at the largest. */
export function costTable(design: StudyDesign): TextTable {
  const largest = largestBudget(design);
  const time = (budget: Budget): ItemColumn<StrategyRuns> => ({
    title: design.severalBudgets ? `Time at ${budget.text}` : "Time",
    align: "right",
    cell: (one) => duration(costAt(one, budget)?.durationMs),
  });
  const flops = (one: StrategyRuns) => costAt(one, largest)?.flops ?? { total: 0, backward: 0 };
  const counted = design.strategies.some((one) => flops(one).total > 0);
  const operations: ItemColumn<StrategyRuns>[] = [
    { title: "GFLOP", align: "right", cell: (one) => gigaflops(flops(one).total) },
    {
      title: "of them backwards",
      align: "right",
      cell: (one) => (flops(one).total > 0 ? gigaflops(flops(one).backward) : NOTHING),
    },
  ];
  const where = design.severalBudgets ? ` at ${largest.text} images per class` : "";
  return textTable(
    `Means over finished seeds. Times are of whole runs, features and evaluation included, the source's training not. ${counted ? `Operations${where}: training steps and features.` : ""}`.trim(),
    [
      { title: "Strategy", align: "left", cell: (one) => one.name },
      { title: "Trainable", align: "right", cell: (one) => count(one.runs[0]?.trainableParameters) },
      ...design.budgets.map(time),
      ...(counted ? operations : []),
    ],
    { items: design.strategies },
  );
}

function gigaflops(operations: number): string {
  if (operations <= 0) return NOTHING;
  const giga = operations / 1e9;
  return giga >= 100 ? count(giga) : String(Number(giga.toPrecision(2)));
}

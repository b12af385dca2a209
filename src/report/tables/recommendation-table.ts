/** @file What one budget says of every strategy that may be taken. */

import { duration, levelText, percent } from "../../core/index.ts";
import type { Prospect, Recommendation } from "../../statistics/index.ts";
import { oddsText, regionText } from "../sentences/odds-words.ts";
import { type TextTable, textTable } from "./text-table.ts";

/** One row a strategy, the likeliest first. */
export function recommendationTable({ prospects, region, recommended, sureFrom, isSure }: Recommendation): TextTable {
  const within = `within ${regionText(region)} of the best`;
  const which = isSure
    ? `Recommended is the cheapest that is at least ${levelText(sureFrom)} likely to lie ${within}`
    : `None is ${levelText(sureFrom)} likely to lie ${within}, so the likeliest stands first`;
  return textTable<Prospect>(
    `${which}. Accuracies, probabilities and losses are over new seeds and new test images; seconds are of one run that computes its own features.`,
    [
      { title: "Strategy", align: "left", cell: ({ strategy }) => strategy },
      { title: "Accuracy", align: "right", cell: ({ accuracy }) => percent(accuracy) },
      { title: "90 % interval", align: "right", cell: ({ interval }) => intervalText(interval) },
      { title: `Likely ${within}`, align: "right", cell: ({ probability }) => oddsText(probability) },
      {
        title: "Expected loss (points)",
        align: "right",
        cell: ({ expectedRegret }) => (100 * expectedRegret).toFixed(1),
      },
      { title: "Time of a run", align: "right", cell: ({ seconds }) => duration(1000 * seconds) },
      { title: "Seeds", align: "right", cell: ({ seeds }) => String(seeds) },
    ],
    { items: prospects, kindOf: ({ strategy }) => (strategy === recommended ? "recommended" : "strategy") },
  );
}

/** `94.2 to 97.0 %`, of accuracies that cannot leave 0 and 1. */
export function intervalText([low, high]: readonly [low: number, high: number]): string {
  return `${(100 * Math.max(0, low)).toFixed(1)} to ${percent(Math.min(1, high))}`;
}

/** @file What one budget says of every strategy that may be taken. */

import { accuracyInterval, duration, levelText, oddsText, percent, regionText } from "../../core/index.ts";
import type { Prospect, Recommendation } from "../../statistics/index.ts";
import { type TextTable, textTable } from "./text-table.ts";

/** One row a strategy, the likeliest first. */
export function recommendationTable(recommendation: Recommendation): TextTable {
  const { prospects, region, recommended, sureFrom, isSure, knowsUsual } = recommendation;
  const within = `within ${regionText(region)} of the best`;
  const which = isSure
    ? `Recommended is the cheapest that is at least ${levelText(sureFrom)} likely to lie ${within}`
    : `None is ${levelText(sureFrom)} likely to lie ${within}, so the likeliest stands first`;
  const usual = knowsUsual
    ? " Probabilities and losses also know how strategies stood to each other on the tasks of Graft's own benchmark, which counts as much as seeds and test images leave open."
    : "";
  return textTable<Prospect>(
    `${which}. Accuracies, probabilities and losses are over new seeds and new test images.${usual} Times are of one run that computes its own features, and of the target's run that it goes on from.`,
    [
      { title: "Strategy", align: "left", cell: ({ strategy }) => strategy },
      { title: "Accuracy", align: "right", cell: ({ accuracy }) => percent(accuracy) },
      { title: "90 % interval", align: "right", cell: ({ interval }) => accuracyInterval(interval) },
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

/** @file What a reader should hold against the study, from what it did and did not do. */

import type { StudySummary } from "../../study/index.ts";
import { plural } from "../format.ts";
import { isBuiltIn, modelsOf } from "../models.ts";

/** One sentence or two a doubt, as plain text. */
export function doubts(summary: StudySummary): string[] {
  const models = modelsOf(summary);
  const fewestSeeds = Math.min(...models.map((model) => model.done.length));
  const unfinished = summary.runs.filter((run) => run.status !== "done").length;
  return [
    ...(fewestSeeds <= 1
      ? [
          "One seed: initial weights, data order and dropout alone can move an accuracy by more than some of the differences above.",
        ]
      : [
          `${plural(fewestSeeds, "seed")} at the least: a t interval over few seeds leans on normally distributed differences.`,
        ]),
    ...(isBuiltIn(summary)
      ? [`The images of ${summary.dataset.title} are drawn by a program: what helps here need not help on photographs.`]
      : [
          `One data set and one split into source and target classes (target: ${summary.target.classNames.join(", ")}): other classes may order the strategies differently.`,
        ]),
    `The recipe (${summary.recipe}) was not tuned here: a strategy might do better with settings of its own.`,
    "The test set is measured after every epoch for the curves. The comparison takes the last epoch and chooses nothing by it; whoever picks the best epoch from a curve does.",
    "Times come from one machine and include whatever else it was doing.",
    ...(unfinished > 0
      ? [`${plural(unfinished, "run")} did not finish and say nothing about the accuracy of their strategy.`]
      : []),
  ];
}

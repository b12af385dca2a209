/** @file What a reader should hold against the study, from what it did and did not do. */

import { list, plural } from "../../core/index.ts";
import type { Shortcoming } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { studyDesign } from "../analysis/study-design.ts";
import { isBuiltIn } from "../runs/models.ts";
import { fellShort } from "./outcomes.ts";

/** One sentence or two a doubt, as plain text. */
export function doubts(summary: StudySummary): string[] {
  const design = studyDesign(summary);
  const counts = design.strategies.flatMap((one) => design.budgets.map((budget) => one.at(budget).length));
  const fewestSeeds = Math.min(Number.POSITIVE_INFINITY, ...counts.filter((count) => count > 0));
  const unfinished = summary.runs.filter((run) => run.status !== "done").length;
  return [
    design.severalSeeds && fewestSeeds > 1
      ? `${plural(fewestSeeds, "seed")} at the least: a t interval over few seeds leans on normally distributed differences.`
      : "One seed: there are no statistics over seeds, because a single run has no spread. Initial weights, data order and dropout alone can move an accuracy by more than some of the differences above.",
    ...(design.severalBudgets
      ? [
          "The tests are corrected within each budget, not across budgets: the more budgets, the likelier one of their verdicts is luck.",
        ]
      : []),
    ...(isBuiltIn(summary)
      ? [`The images of ${summary.dataset.title} are drawn by a program: what helps here need not help on photographs.`]
      : [
          `One data set and one split into source and target classes (target: ${summary.target.classNames.join(", ")}): other classes may order the strategies differently.`,
        ]),
    summary.tuning.some(({ reason }) => reason === undefined)
      ? "Learning rates were chosen for every strategy on training images held back; nothing else of the recipe was, and a strategy might do better with settings of its own."
      : "The recipe was not tuned here: a strategy might do better with settings of its own.",
    "The test set is measured after every epoch for the curves. The comparison takes the last epoch and chooses nothing by it; whoever picks the best epoch from a curve does.",
    ...judgementDoubt(summary),
    "Times come from one machine and include whatever else it was doing.",
    ...(unfinished > 0
      ? [`${plural(unfinished, "run")} did not finish and say nothing about the accuracy of their strategy.`]
      : []),
  ];
}

/** How runs were judged, where that changed what is ranked. */
function judgementDoubt({ runs }: StudySummary): string[] {
  const counts = (["did-not-learn", "still-improving"] as const).map((outcome) => ({
    outcome,
    count: runs.filter((run) => run.outcome === outcome).length,
  }));
  const told = counts.filter(({ count }) => count > 0);
  if (told.length === 0) return [];
  const parts = told.map(({ outcome, count }) => `${plural(count, "run")} ${wordsFor(count, outcome)}`);
  return [
    `${list(parts)}, as judged from the curves: by tests against chance, and by whether accuracy still rose at full rate and loss on images held out still fell. Near its limits such a rule can be wrong.`,
  ];
}

function wordsFor(count: number, outcome: Shortcoming): string {
  return count === 1 ? fellShort[outcome] : fellShort[outcome].replace(/^was /, "were ");
}

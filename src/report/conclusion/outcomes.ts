/** @file What is not ranked, and why; and what a ranking is worth where everything was cut short. */

import { list, percent } from "../../core/index.ts";
import type { Candidates, Shortcoming } from "../../statistics/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { Contender } from "./contenders.ts";

/** `did not learn`, `was still improving`. */
export const fellShort: Readonly<Record<Shortcoming, string>> = {
  "did-not-learn": "did not learn",
  "still-improving": "was still improving",
};

const NO_BETTER = "doing no better than chance on its training images, on test images, or on both";
const PROGRESS = "says how far each has come, not how good it can get";

/** The paragraph of a study of one budget; none where everything learned and had its time. */
export function outcomeParagraphs({ ranked, leftOut, unfinished }: Candidates<Contender>): string[] {
  const some = (outcome: Shortcoming): Contender[] => leftOut.filter((one) => one.outcome === outcome);
  const [failed, cut] = [some("did-not-learn"), some("still-improving")];
  const told = [
    ...(failed.length > 0 ? [`${named(failed)} did not learn, ${NO_BETTER}`] : []),
    ...(cut.length > 0 ? [`${named(cut)} ${cutShort(cut.length)}`] : []),
  ];
  const sentences = [
    ...(unfinished ? [unfinishedSentence(ranked)] : []),
    ...(told.length > 0 ? [`Not ranked: ${told.join("; ")}.`] : []),
  ];
  return sentences.length > 0 ? [sentences.join(" ")] : [];
}

function cutShort(count: number): string {
  return count === 1
    ? "was still improving when training ended, so more epochs would change what it reached"
    : "were still improving when training ended, so more epochs would change what they reached";
}

function unfinishedSentence(ranked: readonly Contender[]): string {
  const advice = "Train for more epochs, or at a higher learning rate.";
  if (ranked.length === 1) return `${named(ranked)} was still improving when training ended. ${advice}`;
  return `All that learned were still improving when training ended, so the order ${PROGRESS}. ${advice}`;
}

/** The same for a study of several budgets. */
export function outcomesByBudget({ design, verdicts }: StudyAnalysis): string[] {
  const budgetsWhere = (test: (verdict: StudyAnalysis["verdicts"][number]["verdict"]) => boolean): string =>
    list(verdicts.filter(({ verdict }) => test(verdict)).map(({ budget }) => budget.text));
  const told = design.strategies.flatMap(({ name }) =>
    (["did-not-learn", "still-improving"] as const).flatMap((outcome) => {
      const where = budgetsWhere(({ leftOut }) =>
        leftOut.some((one) => one.strategy === name && one.outcome === outcome),
      );
      return where === "" ? [] : [`${name} ${fellShort[outcome]} at ${where} images per class`];
    }),
  );
  const cut = budgetsWhere(({ unfinished }) => unfinished);
  const sentences = [
    ...(told.length > 0 ? [`Not ranked: ${told.join("; ")}.`] : []),
    ...(cut === ""
      ? []
      : [`All that learned at ${cut} images per class were still improving, so the order there ${PROGRESS}.`]),
  ];
  return sentences.length > 0 ? [sentences.join(" ")] : [];
}

/** `M2 · no transfer (57.5 %) and M3 · fine-tune one layer (51.0 %)`. */
export function named(some: readonly Contender[]): string {
  return list(some.map(({ title, accuracy }) => `${title} (${percent(accuracy)})`));
}

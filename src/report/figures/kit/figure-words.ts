/** @file Words that several figures share. */

import { isNumber, list, percent, plural } from "../../../core/index.ts";
import type { Interval } from "../../../statistics/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import { type StudyDesign, largestBudget } from "../../analysis/study-design.ts";
import { outcomeWords } from "../../outcome-words.ts";

/** The line under every title. */
export function studyLine(summary: StudySummary): string {
  return `Study ${summary.name} · data set ${summary.dataset.title}`;
}

/** The study's line with the target's classes. */
export function targetLine(summary: StudySummary): string {
  const { classNames } = summary.target;
  const names = classNames.length <= 4 ? ` (${classNames.join(", ")})` : "";
  return `${studyLine(summary)} · target task, ${plural(classNames.length, "class", "classes")}${names}`;
}

/** What is drawn around a mean. */
export function intervalLine({ severalSeeds }: StudyDesign, shape: "Bands" | "Whiskers"): string {
  return severalSeeds
    ? `${shape} are 95 % t intervals of the mean over seeds.`
    : "One seed: no intervals, because the spread over seeds is unknown.";
}

/** Which strategies did not learn or were cut short, a sentence each way; none where all is well. */
export function outcomeLines({ strategies, budgets, severalBudgets }: StudyDesign): string[] {
  return (["did-not-learn", "still-improving"] as const).flatMap((outcome) => {
    const told = strategies.flatMap((one) => {
      const where = budgets.filter((budget) => one.outcomeAt(budget) === outcome).map(({ text }) => text);
      return where.length === 0 ? [] : [severalBudgets ? `${one.name} (${list(where)} images per class)` : one.name];
    });
    const words = outcomeWords[outcome];
    return told.length === 0 ? [] : [`${words[0].toUpperCase()}${words.slice(1)}: ${list(told)}.`];
  });
}

/** `at 1,000 images per class`; empty in a study of one budget. */
export function atLargest(design: StudyDesign): string {
  return design.severalBudgets ? ` at ${budgetPhrase(largestBudget(design))}` : "";
}

/** `50 images per class`, `all (5,000) images per class`. */
export function budgetPhrase({ text }: { text: string }): string {
  return `${text} images per class`;
}

/** `87.3 % (95 % interval 86.1 to 88.5)`. */
export function meanText(mean: number, interval: Interval | null): string {
  if (!interval) return percent(mean);
  return `${percent(mean)} (95 % interval ${(100 * interval.low).toFixed(1)} to ${percent(interval.high)})`;
}

/** `last-layer (area 0.931)`; the name alone where nothing was measured. */
export function withNumber(name: string, what: string, value: number | null | undefined): string {
  return isNumber(value) ? `${name} (${what} ${value.toFixed(3)})` : name;
}

/** @file Neighbouring budgets with the same verdict, in words. */

import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { Budget } from "../analysis/study-design.ts";
import { list } from "../format.ts";

/** Budgets in a row that share an outcome. */
export interface BudgetSegment {
  budgets: Budget[];
  outcome:
    | { kind: "winner"; winner: string }
    | { kind: "indistinguishable"; group: string[]; ofAll: boolean }
    /** Without statistics: the highest mean, or nothing measured. */
    | { kind: "highest"; highest: string | null };
}

/** The segments, from few images to many. */
export function budgetSegments({ verdicts }: StudyAnalysis): BudgetSegment[] {
  const segments: (BudgetSegment & { key: string })[] = [];
  for (const { budget, verdict } of verdicts) {
    const { outcome: found, ranking } = verdict;
    const outcome: BudgetSegment["outcome"] =
      found.kind === "winner"
        ? found
        : found.kind === "indistinguishable"
          ? { ...found, ofAll: found.group.length === ranking.length }
          : { kind: "highest", highest: ranking[0]?.strategy ?? null };
    const key = JSON.stringify([
      outcome.kind,
      outcome.kind === "indistinguishable" ? outcome.group.toSorted() : outcome,
    ]);
    const last = segments.at(-1);
    if (last?.key === key) last.budgets.push(budget);
    else segments.push({ budgets: [budget], outcome, key });
  }
  return segments;
}

/** `last-layer wins from 10 to 50 images per class`, `at 250 nobody wins: full and l2-sp are indistinguishable`. */
export function segmentText({ budgets, outcome }: BudgetSegment, { isFirst }: { isFirst: boolean }): string {
  const unit = isFirst ? " images per class" : "";
  const [first] = budgets;
  const last = budgets[budgets.length - 1];
  const where = budgets.length === 1 ? `at ${first.text}${unit}` : `from ${first.text} to ${last.text}${unit}`;
  if (outcome.kind === "winner") return `${where} ${outcome.winner} wins`;
  if (outcome.kind === "indistinguishable") {
    const who =
      outcome.ofAll && outcome.group.length > 2 ? `all ${outcome.group.length} strategies` : list(outcome.group);
    return `${where} nobody wins, ${who} are indistinguishable`;
  }
  return outcome.highest === null ? `${where} nothing finished` : `${where} ${outcome.highest}`;
}

/** @file Neighbouring budgets with the same verdict, in words. */

import { list } from "../../core/index.ts";
import type { Undecided, Verdict } from "../../statistics/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { Budget } from "../analysis/study-design.ts";

/** Budgets in a row that share an outcome. */
export interface BudgetSegment {
  budgets: Budget[];
  outcome:
    | { kind: "winner"; winner: string }
    /** `group`: the leader and those not settled behind it. */
    | { kind: "undecided"; group: string[]; uncertain: string[]; ofAll: boolean }
    /** Without statistics: the highest mean, or nothing measured. */
    | { kind: "highest"; highest: string | null }
    | { kind: "nothing learned" };
}

/** The segments, from few images to many. */
export function budgetSegments({ verdicts }: StudyAnalysis): BudgetSegment[] {
  const segments: (BudgetSegment & { key: string })[] = [];
  for (const { budget, verdict } of verdicts) {
    const outcome = segmentOutcome(verdict);
    const key = JSON.stringify([
      outcome.kind,
      outcome.kind === "undecided" ? [outcome.group.toSorted(), outcome.uncertain.toSorted()] : outcome,
    ]);
    const last = segments.at(-1);
    if (last?.key === key) last.budgets.push(budget);
    else segments.push({ budgets: [budget], outcome, key });
  }
  return segments;
}

function segmentOutcome({ outcome, ranking, leftOut }: Verdict): BudgetSegment["outcome"] {
  if (outcome.kind === "winner") return outcome;
  if (outcome.kind === "undecided") return undecidedOutcome(outcome, ranking.length + leftOut.length);
  if (ranking.length === 0 && leftOut.length > 0) return { kind: "nothing learned" };
  return { kind: "highest", highest: ranking[0]?.strategy ?? null };
}

/** `last-layer wins from 10 to 50 images per class`, `at 250 nobody wins, the lead is open between full and l2-sp`. */
export function segmentText({ budgets, outcome }: BudgetSegment, { isFirst }: { isFirst: boolean }): string {
  const unit = isFirst ? " images per class" : "";
  const [first] = budgets;
  const last = budgets[budgets.length - 1];
  const where = budgets.length === 1 ? `at ${first.text}${unit}` : `from ${first.text} to ${last.text}${unit}`;
  if (outcome.kind === "winner") return `${where} ${outcome.winner} wins`;
  if (outcome.kind === "undecided") return `${where} nobody wins, ${undecidedText(outcome)}`;
  if (outcome.kind === "nothing learned") return `${where} nothing learned`;
  return outcome.highest === null ? `${where} nothing finished` : `${where} ${outcome.highest}`;
}

type UndecidedSegment = Extract<BudgetSegment["outcome"], { kind: "undecided" }>;

function undecidedOutcome({ leader, level, uncertain }: Undecided, strategies: number): UndecidedSegment {
  const group = [leader, ...level];
  return { kind: "undecided", group, uncertain, ofAll: group.length === strategies };
}

function undecidedText({ group, uncertain, ofAll }: UndecidedSegment): string {
  const between = group.length === 2 ? "between" : "among";
  const lead =
    group.length === 1
      ? `${group[0]} leads`
      : `the lead is open ${between} ${ofAll && group.length > 2 ? `all ${group.length} strategies` : list(group)}`;
  return uncertain.length === 0 ? lead : `${lead}, with ${list(uncertain)} too uncertain to place`;
}

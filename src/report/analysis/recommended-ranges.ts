/** @file Neighbouring budgets with the same recommendation. */

import type { Prospect, Recommendation, Verdict } from "../../statistics/index.ts";
import type { Budget } from "./study-design.ts";

/** What one budget recommends. */
export interface Pick {
  budget: Budget;
  recommendation: Recommendation;
  /** Of the recommended strategy. */
  prospect: Prospect;
}

/** Budgets in a row with one recommendation. */
export interface RecommendedRange {
  strategy: string;
  /** At least one, ascending. */
  picks: Pick[];
  /** True if every budget is sure of it. */
  isSure: boolean;
}

/** The ranges, from few images to many; budgets at which nothing is ranked are in none. */
export function recommendedRanges(verdicts: readonly { budget: Budget; verdict: Verdict }[]): RecommendedRange[] {
  const ranges: RecommendedRange[] = [];
  for (const { budget, verdict } of verdicts) {
    const { recommendation } = verdict;
    if (recommendation === null) continue;
    const strategy = recommendation.recommended;
    const pick = { budget, recommendation, prospect: prospectOf(recommendation, strategy) };
    const last = ranges.at(-1);
    if (last?.strategy === strategy) {
      last.picks.push(pick);
      last.isSure &&= recommendation.isSure;
    } else ranges.push({ strategy, picks: [pick], isSure: recommendation.isSure });
  }
  return ranges;
}

/** What is known of a strategy that a recommendation names. */
export function prospectOf({ prospects }: Recommendation, name: string): Prospect {
  const found = prospects.find(({ strategy }) => strategy === name);
  if (found === undefined) throw new Error(`internal: ${name} is recommended, but has no prospect.`);
  return found;
}

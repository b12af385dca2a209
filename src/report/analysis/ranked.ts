/** @file Which strategies are ranked at a budget: those that learned, and had their time. */

import { type Candidates, type LearningOutcome, splitCandidates } from "../../statistics/index.ts";
import { type Budget, type StrategyRuns, type StudyDesign, resultsAt } from "./study-design.ts";

/** The strategies with finished runs at a budget, without the controls of layer curves, and what became of them. */
export function candidatesAt(
  { strategies }: StudyDesign,
  budget: Budget,
): Candidates<{ strategy: StrategyRuns; outcome: LearningOutcome }> {
  const measured = strategies.filter((one) => !one.control && resultsAt(one, budget).length > 0);
  return splitCandidates(measured.map((strategy) => ({ strategy, outcome: strategy.outcomeAt(budget) })));
}

/** True if the strategy, which may be a control, can be held against others at this budget. */
export function isRanked(design: StudyDesign, strategy: StrategyRuns, budget: Budget): boolean {
  const outcome = strategy.outcomeAt(budget);
  return outcome === "converged" || (outcome === "still-improving" && candidatesAt(design, budget).unfinished);
}

/** @file What to do at each budget, and what `seeds.json` holds: which seeds were added to find that out, and why no more. */

import type { DoublingGain, Recommendation } from "../../statistics/index.ts";
import type { Budget, SeedRound } from "../file/plan.ts";

/** What to do with so many images of each class. */
export interface BudgetRecommendation extends Recommendation {
  imagesPerClass: Budget;
  /** What twice as many images would likely bring the recommended strategy; null without a probe's curve. */
  doubling: DoublingGain | null;
}

/** What another seed is worth at one budget. */
export interface BudgetStand {
  imagesPerClass: Budget;
  recommended: string;
  /** Of the recommended strategy: accuracy that is lost with it against the best, in the mean. */
  expectedRegret: number;
  /** What would be left of that with seeds without end. */
  regretOfImages: number;
  inTheRunning: string[];
  /** `open`: more seeds may change the answer; the others say why they would not. */
  state: "open" | "small-regret" | "few-images" | "one-left";
}

/** One seed that was added, and where the study stood before it. */
export interface AddedSeed extends SeedRound {
  budgets: BudgetStand[];
}

/** Why no more seeds were added. */
export type SeedsEnd =
  | { code: "nothing-ranked" }
  | { code: "settled"; budgets: BudgetStand[] }
  | { code: "most-seeds"; budgets: BudgetStand[]; seeds: number }
  | { code: "time"; budgets: BudgetStand[]; timeSeconds: number; elapsedSeconds: number; nextSeconds: number };

/** `seeds.json`: rounds in their order, the first with all strategies. */
export interface SeedsRecord {
  rounds: AddedSeed[];
  /** Null while seeds may be added. */
  stopped: SeedsEnd | null;
}

/** @file What a verdict holds. */

import type { Recommendation } from "../decision/recommendation.ts";
import type { PairComparison } from "../paired/comparisons.ts";
import type { Summary } from "../summary.ts";
import type { Shortcoming } from "./candidates.ts";

/** One strategy in the order of its expected accuracy. */
export interface RankedStrategy {
  strategy: string;
  transfers: boolean;
  summary: Summary;
  /** What it reaches on average over all seeds of the budget, also those that it was not trained with. */
  expected: number;
}

/** Who is ahead. */
export type VerdictOutcome =
  /** Settled against every other strategy. */
  | { kind: "winner"; winner: string }
  | Undecided
  /** Fewer than two strategies can be ranked. */
  | { kind: "no verdict" };

/** Nobody is settled against every other strategy; together the lists name each strategy once, best first. */
export interface Undecided {
  kind: "undecided";
  /** The highest expected accuracy. */
  leader: string;
  /** Not settled below the leader, and no worse on average than any that is. */
  level: string[];
  /** Not settled below the leader either, but worse on average than one that is: too much spread or too few seeds. */
  uncertain: string[];
  /** Settled below the leader. */
  behind: string[];
}

/** Transfer strategies against the best one that trains from scratch. */
export interface TransferVerdict {
  /** The strategy from scratch with the highest mean. */
  baseline: string;
  /** Settled below the baseline. */
  hurts: string[];
  /** Settled above the baseline. */
  helps: string[];
  /** Neither. */
  open: string[];
}

/** What one budget says. */
export interface Verdict {
  /** Images per class; null where no budget was given. */
  budget: number | null;
  alpha: number;
  /** Best first; equal means in the order given. */
  ranking: RankedStrategy[];
  /** Finished, but not ranked: it did not learn, or was still improving where others were not. */
  leftOut: { strategy: string; outcome: Shortcoming }[];
  /** True if every ranked strategy was still improving. */
  unfinished: boolean;
  comparisons: PairComparison[];
  outcome: VerdictOutcome;
  /** Null without a strategy on each side, or without a verdict. */
  transfer: TransferVerdict | null;
  /** Null where nothing is ranked. */
  recommendation: Recommendation | null;
}

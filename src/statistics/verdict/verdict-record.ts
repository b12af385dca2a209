/** @file What a verdict holds. */

import type { PairComparison, UnpairedStrategies } from "../paired/comparisons.ts";
import type { Summary } from "../summary.ts";
import type { Shortcoming } from "./candidates.ts";

/** One strategy in the order of its mean accuracy. */
export interface RankedStrategy {
  strategy: string;
  transfers: boolean;
  summary: Summary;
}

/** Who is ahead. */
export type VerdictOutcome =
  /** Settled against every other strategy. */
  | { kind: "winner"; winner: string }
  | Undecided
  /** Fewer than two strategies can be ranked; no two share two seeds; or strategies with different seeds contradict each other. */
  | { kind: "no verdict"; reason: "too few strategies" | "too few shared seeds" | "contradiction" };

/** Nobody is settled against every other strategy; together the lists name each strategy once, best first. */
export interface Undecided {
  kind: "undecided";
  /** The best mean that no other strategy is settled above. */
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
  unpaired: UnpairedStrategies[];
  outcome: VerdictOutcome;
  /** Null without a strategy on each side, or without a verdict. */
  transfer: TransferVerdict | null;
}

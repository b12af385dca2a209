/** @file What a verdict holds. */

import type { PairComparison, UnpairedStrategies } from "./comparisons.ts";
import type { Summary } from "./summary.ts";

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
  /** The best mean and those that are not settled below it, best first. */
  | { kind: "indistinguishable"; group: string[] }
  | { kind: "no verdict"; reason: string };

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

/** What one budget says, as data and in words. */
export interface Verdict {
  /** Images per class; null where no budget was given. */
  budget: number | null;
  alpha: number;
  /** Best first; equal means in the order given. */
  ranking: RankedStrategy[];
  comparisons: PairComparison[];
  unpaired: UnpairedStrategies[];
  outcome: VerdictOutcome;
  /** Null without a strategy on each side, or without a verdict. */
  transfer: TransferVerdict | null;
  /** Whole sentences in plain words. */
  sentences: string[];
}

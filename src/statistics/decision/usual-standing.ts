/** @file How strategies usually stand to each other, as something to start from before any test image is asked. */

import { mean } from "../summary.ts";
import type { Prior } from "./joint-draws.ts";

/** What other tasks say of a strategy. Differences are in logits of accuracy, ln(p / (1 - p)). */
export interface UsualStanding {
  /** Strategies of a group rise and fall together from task to task. */
  group: string;
  /** Mean over tasks, against any one strategy that all are held against. */
  offset: number;
  /** Standard deviation over tasks of what the group has in common. */
  groupSpread: number;
  /** Standard deviation over tasks of the strategy's own. */
  ownSpread: number;
}

/** Standard deviation of the level of all accuracies: nothing is known of it. */
const LEVEL_SPREAD = 1;
/** In logits, of a strategy of which nothing is known. */
const UNKNOWN_SPREAD = 1;
/** A logit is worth p (1 - p) of accuracy, which is never nothing. */
const LEAST_ERROR = 0.01;

/** What was likely of strategies before they were measured, at about the accuracy that they have; null where nothing is known of any. */
export function usualPrior(
  accuracies: readonly number[],
  standings: readonly (UsualStanding | undefined)[],
): Prior | null {
  if (standings.every((standing) => standing === undefined)) return null;
  const level = mean(accuracies);
  const p = Math.min(1 - LEAST_ERROR, Math.max(LEAST_ERROR, level));
  const logit = p * (1 - p);
  const offsets = standings.map((standing) => logit * (standing?.offset ?? 0));
  return {
    means: offsets.map((offset) => level + offset - mean(offsets)),
    covariance: standings.map((a, row) =>
      Float64Array.from(standings, (b, column) => {
        const shared = a !== undefined && a.group === b?.group ? a.groupSpread * b.groupSpread : 0;
        const own = row === column ? (a?.ownSpread ?? UNKNOWN_SPREAD) ** 2 : 0;
        return LEVEL_SPREAD ** 2 + logit ** 2 * (shared + own);
      }),
    ),
  };
}

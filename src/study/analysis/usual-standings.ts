/** @file How strategies stand to each other on tasks that are not this study's. */

import type { UsualStanding } from "../../statistics/index.ts";

/** Only the head learns: how far that falls behind depends on how near the source is. */
const frozen = { group: "frozen features", groupSpread: 0.6, ownSpread: 0.25 };
/** All or the last layers go on learning. */
const tuned = { group: "fine-tuned", groupSpread: 0, ownSpread: 0.16 };
const scratch = { group: "scratch", groupSpread: 0, ownSpread: 1.3 };

/**
 * In logits against `full`: means and standard deviations over the tasks of `npm run bench:answers`, whose test holds
 * these figures against its results.
 */
const standings: Readonly<Record<string, UsualStanding>> = {
  "nearest-mean": { ...frozen, offset: -0.6 },
  "k-nearest": { ...frozen, offset: -0.65 },
  "linear-probe": { ...frozen, offset: -0.45 },
  "last-layer": { ...frozen, offset: -0.4 },
  "last-two-layers": { ...tuned, offset: -0.1 },
  "probe-then-full": { ...tuned, offset: -0.05 },
  full: { ...tuned, offset: 0 },
  scratch: { ...scratch, offset: -0.55 },
};

/** Undefined for a strategy that the benchmark does not measure. */
export function usualStandingOf(strategy: string): UsualStanding | undefined {
  return Object.hasOwn(standings, strategy) ? standings[strategy] : undefined;
}
